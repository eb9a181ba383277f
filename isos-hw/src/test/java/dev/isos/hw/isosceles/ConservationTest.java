package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The laws that the machine checks in every run, each broken once by items that change behind its back. */
class ConservationTest {
    private static final HardwareModel MACHINE = HandMade.machine("dram.latency=10 ns");

    /** Breaks something when the machine tells of the first thing that happens, and says which law the machine names. */
    private static String broken(Consumer<SegmentItems> fault) {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 300).buffer(0, 300);
        int weights = part.weights(0, 0, 1000);
        for (int step = 0; step < 4; step++) {
            int front = part.front(0, step, 0, 10, 40, weights, part.input(0, -1, step, 0, 100, 100));
            part.store(0, step, 0, 64, part.back(0, step, 0, 40, 40, 100, front));
        }
        SegmentItems[] items = new SegmentItems[1];
        boolean[] done = new boolean[1];
        MachineRun run = MACHINE.begin(
                stream.request(new SimulationListener() {
                    @Override
                    public boolean wantsSlices() {
                        return true;
                    }

                    @Override
                    public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
                        if (!done[0]) {
                            done[0] = true;
                            fault.accept(items[0]);
                        }
                    }
                }),
                IsOsSchema.SCHEMA);
        WorkSink sink = run.beginSegment(0);
        items[0] = (SegmentItems) sink;
        stream.feed(0, sink);
        IsosException e = assertThrows(IsosException.class, () -> {
            run.endSegment();
            run.finish();
        });
        assertEquals(ErrorCode.VERIFICATION_FAILED, e.code(), e.getMessage());
        assertTrue(e.getMessage().startsWith("isosceles broke a conservation law: "), e.getMessage());
        return e.getMessage().substring("isosceles broke a conservation law: ".length());
    }

    @Test
    void aQueueNeverHoldsLessThanNothing() {
        assertEquals(
                "the queue of tensor -1 in lane 0 holds -4600 bytes",
                broken(items -> set(items, items.held, 100, 5000)));
    }

    @Test
    void theFilterBufferNeverHoldsLessThanNothing() {
        assertEquals("the filter buffer holds -7 bytes, it has 1048576", broken(items -> items.work[0] = 1007));
    }

    @Test
    void everyTaskIsDoneOnce() {
        assertTrue(broken(items -> items.work[lastOf(items, IsOsSchema.FRONTEND)] = 7)
                .startsWith("the processing elements multiplied 127 vectors in segment 0, asked for were 160"));
    }

    @Test
    void bytesMovedAreBytesNeeded() {
        assertTrue(broken(items -> items.offChip[lastOf(items, IsOsSchema.STORE_OUTPUT)] = 65)
                .startsWith("the DRAM moved"));
    }

    private static int lastOf(SegmentItems items, int phase) {
        int last = -1;
        for (int i = 0; i < items.size; i++) {
            last = items.phase[i] == phase ? i : last;
        }
        return last;
    }

    private static void set(SegmentItems items, int[] values, int from, int to) {
        for (int i = 0; i < items.size; i++) {
            values[i] = items.phase[i] == IsOsSchema.LOAD_INPUT && values[i] == from ? to : values[i];
        }
    }
}
