package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
