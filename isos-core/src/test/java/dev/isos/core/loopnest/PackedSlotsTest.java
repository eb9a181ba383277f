package dev.isos.core.loopnest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PackedSlotsTest {
    /** Of two weights at least one is not zero three quarters of the time, and then an instruction of 4 slots is spent. */
    @Test
    void aStartedInstructionIsSpentWhole() {
        assertEquals(0.75 * 4, PackedSlots.expected(2, 0.5, 4), 1e-12);
        // three of three, an eighth of the time, take a second instruction of 2; none, an eighth, take no first
        assertEquals(2 * 7 / 8.0 + 2 / 8.0, PackedSlots.expected(3, 0.5, 2), 1e-12);
    }

    @Test
    void withoutZerosThereIsNothingToExpect() {
        assertEquals(8, PackedSlots.expected(5, 1, 4), 1e-12);
        assertEquals(4, PackedSlots.expected(4, 1, 4), 1e-12);
        assertEquals(0, PackedSlots.expected(0, 0.5, 4), 1e-12);
        assertEquals(0, PackedSlots.expected(7, 0, 4), 1e-12);
        assertEquals(7 * 0.3, PackedSlots.expected(7, 0.3, 1), 1e-12);
    }
}
