package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

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
    void rangesThatDoNotFitEightBitsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> of(1, -1, 200));
        assertThrows(IllegalArgumentException.class, () -> of(1, 0, 256));
        assertThrows(IllegalArgumentException.class, () -> of(1, -129, 0));
    }
}
