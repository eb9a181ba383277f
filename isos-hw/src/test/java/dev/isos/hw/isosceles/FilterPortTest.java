package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FilterPortTest {
    /** Four banks, a window of 5 cycles, two wavefronts of 10 items. */
    private final FilterPort port = new FilterPort(4, 5);

    FilterPortTest() {
        port.reset(new int[] {10, 10});
    }

    /** An item of one cycle and one activation. */
    private long end(long now, int wavefront, int... reads) {
        return port.end(now, wavefront, 0, 200, reads, 0, reads.length, 1, 1, 1, 1);
    }

    @Test
    void everyBankGivesAWordPerCycle() {
        assertEquals(11, end(10, 0, 0, 4));
        assertEquals(13, end(20 - 9, 1, 0, 8));
        assertEquals(12, port.wordsRead());
    }

    @Test
    void wordsOfOneBankComeOneAfterAnother() {
        assertEquals(13, end(10, 0, 0, 1, 4, 5, 8, 9));
        assertEquals(14, end(10, 1, 12, 13), "behind the others");
        assertEquals(11, end(10, 1, 13, 14), "another bank");
    }

    @Test
    void aGroupReadsAWordOnce() {
        assertEquals(12, end(10, 0, 0, 8));
        assertEquals(12, end(10, 0, 4, 8), "on their way");
        assertEquals(13, end(11, 0, 4, 9), "one is missing");
        assertEquals(15, end(14, 0, 0, 9), "all are there");
        assertEquals(9, port.wordsRead());
    }

    @Test
    void anItemAfterTheWindowOpensTheNextGroup() {
        end(10, 0, 0, 8);
        assertTrue(port.multicasts(15, 0));
        assertFalse(port.multicasts(16, 0));
        assertFalse(port.multicasts(10, 1), "another wavefront");
        assertEquals(16, end(15, 0, 0, 8));
        assertEquals(18, end(16, 0, 0, 8));
        assertEquals(16, port.wordsRead());
    }

    @Test
    void layersStartAtDifferentBanks() {
        port.end(0, 0, 0, 200, new int[] {0, 1}, 0, 2, 1, 1, 1, 1);
        // word 0 of the second layer is in bank 3
        assertEquals(1, port.end(0, 1, 1, 200, new int[] {0, 1}, 0, 2, 1, 1, 1, 1));
        assertEquals(2, port.end(0, 1, 1, 200, new int[] {1, 2}, 0, 2, 1, 1, 1, 1), "that of the first layer");
    }

    @Test
    void whatIsLeftToDispatchAfterAWordTakesItsTime() {
        // 8 words in 2 cycles, 8 activations of 10 cycles each: the second half waits for the second cycle
        assertEquals(81, port.end(0, 0, 0, 200, new int[] {0, 8}, 0, 2, 80, 80, 8, 1) + 1);
        // one activation: all of it waits for the last word
        assertEquals(10 + 2 - 1 + 80, port.end(10, 1, 0, 200, new int[] {0, 8}, 0, 2, 80, 80, 1, 1));
        // two rounds: after the last word half of the work is left
        port.reset(new int[] {1});
        assertEquals(20 + 50 - 1 + 6, port.end(20, 0, 0, 200, new int[] {0, 200}, 0, 2, 10, 10, 200, 2));
    }

    @Test
    void whatNeedsNoFiltersDoesNotWait() {
        assertEquals(4, end(3, 0));
        assertEquals(0, port.wordsRead());
    }

    @Test
    void rangesMayCrossBlocksOfBits() {
        assertEquals(10 + 35, end(10, 0, 10, 150), "140 words in 4 banks");
        assertEquals(100 + 35, end(100, 0, 10, 150), "a new group");
        assertEquals(130, end(102, 0, 62, 130), "on their way");
        assertEquals(136, end(103, 0, 149, 151), "one more");
        assertEquals(281, port.wordsRead());
    }
}
