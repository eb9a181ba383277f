package dev.isos.support.machine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.support.layers.LayerWork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 4 bytes per cycle, latency 10 cycles. */
class OffChipPortTest {
    private final List<String> told = new ArrayList<>();
    private final SimulationListener listener = new SimulationListener() {
        @Override
        public boolean wantsSlices() {
            return true;
        }

        @Override
        public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
            told.add(track + " " + layer + " " + phase + " " + startCycle + ".." + endCycle + " " + bytes);
        }

        @Override
        public void onSegmentEnd(int segment, long cycle) {
            told.add("end " + segment + " " + cycle);
        }
    };
    private final OffChipPort port =
            new OffChipPort("hand", LayerWork.schema().phases(), new CommonParameters(HandMachine.SPEC), listener);

    @Test
    void transfersAreServedInTheirOrderAndTold() {
        assertEquals(3 + 2 + 10, port.read(1, LayerWork.LOAD_FILTERS, 3, 7));
        assertEquals(4, port.freeFrom(), "a byte of the cycle is left");
        assertEquals(6, port.write(2, LayerWork.STORE_OUTPUTS, 0, 5));
        assertEquals(List.of("dram/read 1 load-filters 3..5 7", "dram/write 2 store-outputs 5..6 5"), told);
        assertEquals(6, port.freeFrom());
        assertEquals(7, port.bytesRead());
        assertEquals(5, port.bytesWritten());
        assertEquals(12, port.bytesMoved());
        assertEquals(3, port.busyCyclesBefore(6));
        assertEquals(1, port.busyCyclesBefore(4));
    }

    @Test
    void bytesThatFitBeforeACycle() {
        assertEquals(20, port.bytesUntil(0, 5));
        assertEquals(8, port.bytesUntil(3, 5));
        port.write(0, LayerWork.STORE_OUTPUTS, 0, 8);
        assertEquals(12, port.bytesUntil(0, 5));
        assertEquals(0, port.bytesUntil(6, 5));
    }

    @Test
    void allThatWasAskedForIsServed() {
        port.ask(7);
        port.ask(5);
        port.read(0, LayerWork.LOAD_INPUTS, 0, 7);
        IsosException e = assertThrows(IsosException.class, port::requireAllServed);
        assertEquals("hand moved 7 off-chip bytes, asked for were 12", e.getMessage());
        port.write(0, LayerWork.STORE_OUTPUTS, 0, 5);
        assertDoesNotThrow(port::requireAllServed);
    }

    /** Cycles of the memory are those within a segment, also where it worked ahead for the next one. */
    @Test
    void segmentsEndOneAfterTheOther() {
        SegmentTimings timings = new SegmentTimings(port, listener);
        assertEquals(0, timings.start());
        port.read(0, LayerWork.LOAD_INPUTS, 2, 40); // cycles 2..11
        timings.end(0, 0);
        timings.end(6, 3);
        assertEquals(6, timings.start());
        timings.end(20, 5);
        assertEquals(20, timings.start());
        assertEquals(
                List.of(new SegmentTiming(0, 0, 0), new SegmentTiming(6, 3, 4), new SegmentTiming(14, 5, 6)),
                timings.timings());
        assertEquals(List.of("dram/read 0 load-inputs 2..12 40", "end 0 0", "end 1 6", "end 2 20"), told);
    }
}
