package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.support.machine.CompletionTimes;
import dev.isos.support.machine.OffChipPort;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transfers at a byte per cycle, reads with a latency of ten cycles. */
class SparTenMemoryTest {
    private final List<String> served = new ArrayList<>();
    private final CompletionTimes ends = new CompletionTimes();
    private final SimulationListener listener = new SimulationListener() {
        @Override
        public void onItem(int segment, int item, long startCycle, long endCycle) {
            served.add("segment " + segment + " item " + item + ": " + startCycle + ".." + endCycle);
        }
    };
    private final OffChipPort port = new OffChipPort(
            "sparten",
            SparTenWork.PHASES,
            SparTenHarness.model("clock=1 GHz", "dram.bandwidth=1 GB/s", "dram.latency=10 ns")
                    .common(),
            listener);
    private final SparTenMemory memory = new SparTenMemory(port, ends, listener);

    SparTenMemoryTest() {
        ends.add(SparTenMemory.PENDING);
        ends.add(SparTenMemory.PENDING);
        memory.beginSegment(3);
    }

    private long read(long earliestCycle, long bytes) {
        return memory.read(0, SparTenWork.LOAD_INPUTS, earliestCycle, bytes);
    }

    /** A write that is ready when the memory gets free goes before a read that was asked for later. */
    @Test
    void writesThatAreReadyGoFirst() {
        memory.write(0, 0, 5, 4);
        assertEquals(5 + 10, read(0, 5)); // before the outputs are there
        assertEquals(SparTenMemory.PENDING, ends.get(0));
        assertEquals(5 + 4 + 6 + 10, read(0, 6));
        assertEquals(9, ends.get(0));
        assertEquals(List.of("segment 3 item 0: 5..9"), served);
        assertEquals(9, memory.drain());
        assertEquals(0, memory.drain());
    }

    /** The second write is ready but behind one that is not. */
    @Test
    void writesAreServedInTheirOrder() {
        memory.write(0, 0, 100, 4);
        memory.write(1, 0, 2, 3);
        assertEquals(50 + 5 + 10, read(50, 5));
        assertEquals(SparTenMemory.PENDING, ends.get(1));
        assertEquals(107, memory.drain());
        assertEquals(List.of("segment 3 item 0: 100..104", "segment 3 item 1: 2..107"), served);
        assertEquals(7, port.bytesWritten());
        assertEquals(5, port.bytesRead());
    }

    /** Twenty bytes of a later segment from cycle 2 on: eight before a read at cycle 10, the others once that is served. */
    @Test
    void filtersOfALaterSegmentFillIdleCycles() {
        memory.readEarly(5, 7, 20, 2);
        assertEquals(2, memory.earlyFrom());
        assertTrue(memory.isEarlyAfter(4));
        assertFalse(memory.isEarlyAfter(5));
        assertTrue(memory.isEarly(5, 20));
        assertFalse(memory.isEarly(5, 19));
        assertFalse(memory.isEarly(4, 20));
        assertEquals(10 + 5 + 10, read(10, 5));
        assertEquals(8 + 5, port.bytesRead());
        assertEquals(15 + 12 + 10, memory.completeEarly(30));
        assertEquals(20 + 5, port.bytesRead());
        assertFalse(memory.isEarly(5, 20));
        assertFalse(memory.isEarlyAfter(0));
        assertEquals(50 + 1 + 10, read(50, 1)); // nothing is left to fill with
        assertEquals(20 + 6, port.bytesRead());
    }

    /** Five of twenty bytes come before cycle 7; the others are read then, once. */
    @Test
    void whatIsLeftOfThemIsReadWhenTheyAreNeeded() {
        memory.readEarly(5, 7, 20, 2);
        assertEquals(7 + 15 + 10, memory.completeEarly(7));
        assertEquals(20, port.bytesRead());
        read(100, 1);
        assertEquals(21, port.bytesRead());
    }

    @Test
    void noIdleCycleBeforeTheyAreAskedFor() {
        memory.readEarly(5, 7, 20, 30);
        read(10, 5);
        assertEquals(5, port.bytesRead());
        assertEquals(16 + 20 + 10, memory.completeEarly(16));
    }

    /** Idle cycles before a write are used as well. */
    @Test
    void filtersComeBeforeAWriteThatIsNotReady() {
        memory.readEarly(5, 7, 20, 2);
        memory.write(0, 0, 10, 4);
        assertEquals(14, memory.drain());
        assertEquals(8, port.bytesRead());
        assertEquals(14 + 12 + 10, memory.completeEarly(14));
    }
}
