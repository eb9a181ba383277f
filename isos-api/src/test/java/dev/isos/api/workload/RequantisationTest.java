package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequantisationTest {
    private static Requantisation of(float multiplier, int low, int high) {
        return new Requantisation(new int[] {1}, new float[] {multiplier}, 0.5f, 0.25f, low, high, 1f);
    }

    @Test
    void roundsHalfToEvenAndSaturates() {
        Requantisation r = of(0.5f, -128, 127);
        assertEquals(0, r.apply(0, 0)); // 0.5
        assertEquals(2, r.apply(2, 0)); // 1.5
        assertEquals(2, r.apply(4, 0)); // 2.5
        assertEquals(-2, r.apply(-4, 0)); // -1.5
        assertEquals(127, r.apply(Integer.MAX_VALUE - 1, 0));
        assertEquals(-128, r.apply(-1_000_000, 0));
    }

    @Test
    void reluAndClipAreTheRange() {
        Requantisation relu6 = of(1, 0, 60);
        assertEquals(0, relu6.apply(-5, 0));
        assertEquals(60, relu6.apply(100, 0));
        assertEquals(41, relu6.apply(40, 0));
    }

    @Test
    void ownResultSaturatesBeforeTheResidualIsAdded() {
        Requantisation r = of(1, 0, 255);
        // 999 + 1 saturates to 127; 127 * 0.5 + 200 * 0.25 = 113.5 rounds to 114
        assertEquals(114, r.apply(999, 0, 200));
    }

    @Test
    void averageDividesBeforeRounding() {
        Requantisation r = new Requantisation(new int[1], new float[] {1f}, 1, 0, 0, 255, 1);
        assertEquals(2, r.average(10, 4, 0)); // 2.5
        assertEquals(4, r.average(14, 4, 0)); // 3.5
    }

    @Test
    void lookupComesLastAndDecidesTheSign() {
        byte[] table = new byte[LookupTable.ENTRIES];
        for (int i = 0; i < table.length; i++) {
            table[i] = (byte) (i + 100);
        }
        Requantisation unsigned = of(1, -128, 127).withLookup(new LookupTable(table, false), 2f);
        assertEquals(101, unsigned.apply(0, 0));
        assertEquals(90, unsigned.apply(-11, 0));
        assertEquals(227, unsigned.apply(1000, 0));
        assertEquals(101, unsigned.add(1, 2)); // 1 * 0.5 + 2 * 0.25
        assertEquals(102, unsigned.average(3, 2, 0));
        assertFalse(unsigned.signedOutput());
        assertEquals(2f, unsigned.outputScale());
        Requantisation signed = of(1, 0, 255).withLookup(new LookupTable(table, true), 2f);
        assertEquals(99, signed.apply(1000, 0));
        assertEquals(-128, signed.apply(27, 0));
        assertTrue(signed.signedOutput());
        assertFalse(new LookupTable(table, true).keepsZero());
        assertThrows(IllegalArgumentException.class, () -> new LookupTable(new byte[255], true));
    }

    @Test
    void rangesThatDoNotFitEightBitsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> of(1, -1, 200));
        assertThrows(IllegalArgumentException.class, () -> of(1, 0, 256));
        assertThrows(IllegalArgumentException.class, () -> of(1, -129, 0));
    }

    /** Of sums and factors of any size: each expression as the class describes it, rounded by {@link Math#rint}. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void equalsItsDescriptionForSumsAndFactorsOfAnySize(long seed) {
        Random random = new Random(seed);
        float multiplier = Math.scalb(random.nextFloat() - 0.5f, random.nextInt(60) - 40);
        int bias = random.nextInt() >> random.nextInt(32);
        int low = random.nextBoolean() ? 0 : -random.nextInt(129);
        int high = random.nextInt(low < 0 ? 128 : 256);
        float sumMultiplier = Math.scalb(random.nextFloat(), random.nextInt(30) - 4);
        float residualMultiplier = random.nextFloat();
        Requantisation r = new Requantisation(
                new int[] {0, bias}, new float[] {0, multiplier}, sumMultiplier, residualMultiplier, low, high, 1f);
        int[] sums = new int[4000];
        int[] residuals = new int[sums.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = random.nextInt() >> random.nextInt(32);
            residuals[i] = random.nextInt(384) - 128;
        }
        sums[0] = (1 << 22) - bias;
        sums[1] = (1 << 22) - 1 - bias;
        sums[2] = (-1 << 22) - bias;
        sums[3] = (-1 << 22) - 1 - bias;
        int[] alone = sums.clone();
        r.applyAll(1, sums.length - 1, alone, null);
        int[] added = sums.clone();
        r.applyAll(1, sums.length - 1, added, residuals);
        for (int i = 0; i < sums.length - 1; i++) {
            String message = "seed " + seed + ", sum " + sums[i] + ", bias " + bias + ", multiplier " + multiplier;
            float y = (float) (sums[i] + bias) * multiplier;
            int rounded = (int) Math.rint(y);
            int expected = Math.max(low, Math.min(high, rounded));
            assertEquals(expected, alone[i], message);
            assertEquals(expected, r.apply(sums[i], 1), message);
            int own = Math.max(-128, Math.min(127, rounded));
            int sum = (int) Math.rint(own * sumMultiplier + residuals[i] * residualMultiplier);
            int expectedSum = Math.max(low, Math.min(high, sum));
            assertEquals(expectedSum, added[i], message);
            assertEquals(expectedSum, r.apply(sums[i], 1, residuals[i]), message);
            float mean = (float) (sums[i] + bias) * multiplier / 3;
            assertEquals(Math.max(low, Math.min(high, (int) Math.rint(mean))), r.average(sums[i], 3, 1), message);
        }
        assertEquals(sums[sums.length - 1], alone[sums.length - 1], "beyond the count nothing changes");
        assertEquals(sums[sums.length - 1], added[sums.length - 1], "beyond the count nothing changes");
    }

    @Test
    void lookupIsAppliedToAllPositions() {
        byte[] table = new byte[LookupTable.ENTRIES];
        for (int i = 0; i < table.length; i++) {
            table[i] = (byte) (i * 7);
        }
        Requantisation r = of(1, -128, 127).withLookup(new LookupTable(table, true), 2f);
        int[] values = {0, -11, 1000, 5};
        int[] expected = {r.apply(0, 0), r.apply(-11, 0), r.apply(1000, 0), r.apply(5, 0)};
        r.applyAll(0, 4, values, null);
        assertArrayEquals(expected, values);
    }
}
