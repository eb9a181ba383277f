package dev.isos.hw.stepped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contracts of single blocks, worked out by hand. */
class BlocksTest {
    private static Task task(int number, int phase, int step, int row, long offChip, long held) {
        return new Task(number, phase, 0, step, row, 0, 0, 0, offChip, held, (int) offChip, 0, 0);
    }

    private static FilterBuffer buffer(long capacity) {
        return new FilterBuffer(4, 16, 10, capacity, SimulationListener.NONE);
    }

    @Test
    void dramMovesItsBandwidthAndReadsArriveLater() {
        // 3 bytes per 2 cycles, latency 5
        Dram dram = new Dram(3, 2, 5, 100, buffer(1000), SimulationListener.NONE);
        Task read = task(0, IsOsWork.LOAD_INPUT, 0, 0, 7, 0);
        Task write = task(1, IsOsWork.STORE_OUTPUT, 0, 0, 2, 0);
        dram.begin(List.of(0, 1, 2), 0);
        dram.request(read);
        dram.request(write);
        long[] arrival = new long[2];
        for (long cycle = 0; cycle < 20; cycle++) {
            dram.step(cycle);
            for (Task task : dram.arrived(cycle + 1)) {
                arrival[task.number] = cycle + 1;
            }
        }
        // 7 bytes take 4.67 cycles, 9 take 6
        assertEquals(5 + 5, arrival[0]);
        assertEquals(6, arrival[1]);
        assertEquals(7, dram.bytesRead);
        assertEquals(2, dram.bytesWritten);
        assertFalse(dram.active());
    }

    @Test
    void dramTakesTurnsByBursts() {
        Dram dram = new Dram(10, 1, 0, 20, buffer(1000), SimulationListener.NONE);
        dram.begin(List.of(0, 1, 2), 0);
        Task input = task(0, IsOsWork.LOAD_INPUT, 0, 0, 40, 0);
        Task output = task(1, IsOsWork.STORE_OUTPUT, 0, 0, 20, 0);
        dram.request(input);
        dram.request(output);
        for (long cycle = 0; cycle < 4; cycle++) {
            dram.step(cycle);
            assertEquals(cycle == 3 ? List.of(output) : List.of(), dram.arrived(cycle + 1));
        }
        dram.step(4);
        dram.step(5);
        assertEquals(List.of(input), dram.arrived(6));
    }

    @Test
    void aQueueGivesSpaceInTheOrderOfTheWavefronts() {
        WavefrontQueue queue = new WavefrontQueue(10);
        Task late = task(0, IsOsWork.BACKEND, 1, 0, 0, 6);
        Task early = task(1, IsOsWork.BACKEND, 0, 3, 0, 6);
        queue.expect(late);
        queue.expect(early);
        queue.sort();
        late.ready = true;
        assertNull(queue.admit(), "an earlier wavefront comes first");
        early.ready = true;
        assertSame(early, queue.admit());
        assertNull(queue.admit(), "12 of 10 bytes");
        queue.release(early);
        assertSame(late, queue.admit());
        queue.release(late);
        assertTrue(queue.isEmpty());
    }

    @Test
    void banksOfTheFilterBufferReadAWordEachAndMulticastIt() {
        FilterBuffer buffer = buffer(1000);
        AccumulatorBanks banks = new AccumulatorBanks(4, 2);
        FrontEnd first = new FrontEnd(2, 2, buffer, banks);
        FrontEnd second = new FrontEnd(2, 2, buffer, banks);
        // words 0..4 lie in banks 0, 1, 2, 3, 0
        assertEquals(5, buffer.request(first, 0, 0, 0, 2, 70, 0));
        assertFalse(buffer.multicasts(0, 1, 0));
        assertTrue(buffer.multicasts(0, 0, 0));
        buffer.step(0);
        assertEquals(4, buffer.wordsRead);
        assertEquals(1, buffer.request(second, 0, 0, 0, 2, 70, 3), "four of them have been read");
        buffer.step(1);
        assertEquals(5, buffer.wordsRead, "one for both");
        assertEquals(0, buffer.request(second, 0, 0, 0, 0, 16, 10), "within the window");
        assertEquals(1, buffer.request(second, 0, 0, 0, 0, 16, 11), "after it");
    }

    @Test
    void loadsTakeTurnsForTheFilterBuffersSpace() {
        FilterBuffer buffer = buffer(100);
        Task first = task(0, IsOsWork.LOAD_WEIGHTS, 0, 0, 80, 0);
        Task second = task(1, IsOsWork.LOAD_WEIGHTS, 1, 0, 30, 0);
        assertTrue(buffer.fits(first));
        buffer.reserve(first);
        assertFalse(buffer.fits(second));
        assertFalse(buffer.prefetch(21));
        assertTrue(buffer.prefetch(20));
        buffer.release(first);
        assertTrue(buffer.fits(second));
    }

    @Test
    void whatHoldsBytesNeverHoldsMoreThanItCanNorLessThanNothing() {
        WavefrontQueue queue = new WavefrontQueue(100);
        assertThrows(IsosException.class, () -> queue.release(task(0, IsOsWork.BACKEND, 0, 0, 0, 1)));
        FilterBuffer buffer = buffer(100);
        buffer.reserve(task(0, IsOsWork.LOAD_WEIGHTS, 0, 0, 60, 0));
        Task second = task(1, IsOsWork.LOAD_WEIGHTS, 0, 0, 60, 0);
        assertFalse(buffer.fits(second));
        assertThrows(IsosException.class, () -> buffer.reserve(second));
    }
}
