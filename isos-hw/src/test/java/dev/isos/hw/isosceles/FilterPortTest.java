package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.LateReads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterPortTest {
    /** Four banks, a window of 5 cycles, two wavefronts of 10 items. */
    private final FilterPort port = new FilterPort(4, 5);

    FilterPortTest() {
        port.reset(new int[] {10, 10});
    }

    /** An item of one cycle and one activation. */
    private long end(long now, int wavefront, int... reads) {
        return port.end(now, wavefront, 0, 200, reads, 0, reads.length, 1, null, 0);
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
        port.end(0, 0, 0, 200, new int[] {0, 1}, 0, 2, 1, null, 0);
        // word 0 of the second layer is in bank 3
        assertEquals(1, port.end(0, 1, 1, 200, new int[] {0, 1}, 0, 2, 1, null, 0));
        assertEquals(2, port.end(0, 1, 1, 200, new int[] {1, 2}, 0, 2, 1, null, 0), "that of the first layer");
    }

    @Test
    void whereWordsAreLateTheDataflowIsAskedHowLongItTakes() {
        List<String> asked = new ArrayList<>();
        LateReads late = (number, start, arrival) -> {
            asked.add(number + " at " + start + ": " + Arrays.toString(Arrays.copyOf(arrival, 6)));
            return 40;
        };
        int[] reads = {0, 6};
        assertEquals(10 + 40, port.end(10, 0, 0, 200, reads, 0, 2, 20, late, 7), "four banks");
        assertEquals(11 + 20, port.end(11, 0, 0, 200, reads, 0, 2, 20, late, 8), "all words come in time");
        assertEquals(10 + 50, port.end(10, 1, 0, 200, reads, 0, 2, 50, late, 9), "never shorter than without waiting");
        assertEquals(List.of("7 at 10: [11, 11, 11, 11, 12, 12]", "9 at 10: [13, 13, 12, 12, 14, 14]"), asked);
    }

    @Test
    void whoCannotBeAskedWaitsForAllWords() {
        assertEquals(10 + 2 - 1 + 80, port.end(10, 0, 0, 200, new int[] {0, 8}, 0, 2, 80, null, 0));
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
