package dev.isos.support.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.plan.Segment;
import dev.isos.support.layers.LayerWork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Items given by hand to {@link HandMachine}: every cycle, byte and action of its report. */
class SimpleMachineTest {
    private final ActivityAccount account = new ActivityAccount(LayerWork.schema(), new HandMachine());
    private final List<String> told = new ArrayList<>();
    private boolean slices;
    private final SimulationListener listener = new SimulationListener() {
        @Override
        public boolean wantsSlices() {
            return slices;
        }

        @Override
        public void onItem(int segment, int item, long startCycle, long endCycle) {
            told.add("item " + segment + "/" + item + " " + startCycle + ".." + endCycle);
        }

        @Override
        public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
            told.add(track + " " + layer + " " + phase + " " + startCycle + ".." + endCycle);
        }

        @Override
        public void onSegmentEnd(int segment, long cycle) {
            told.add("end " + segment + " " + cycle);
        }
    };

    private static WorkItem transfer(int phase, TensorRole role, int layer, long bytes, int... waits) {
        return waiting(
                new WorkItem(LayerWork.schema()).begin(phase, layer, 0, 0, 0).moves(role, layer, bytes), waits);
    }

    private static WorkItem filters(int layer, long bytes, int... waits) {
        return transfer(LayerWork.LOAD_FILTERS, TensorRole.WEIGHTS, layer, bytes, waits);
    }

    private static WorkItem store(int layer, long bytes, int outputs, int... waits) {
        return transfer(LayerWork.STORE_OUTPUTS, TensorRole.OUTPUTS, layer, bytes, waits)
                .count(LayerWork.POST_OPS, outputs);
    }

    private static WorkItem multiply(int layer, int products, int... waits) {
        return waiting(
                new WorkItem(LayerWork.schema())
                        .begin(LayerWork.MULTIPLY, layer, 0, 0, 0)
                        .count(LayerWork.PRODUCTS, products),
                waits);
    }

    private static WorkItem waiting(WorkItem item, int... waits) {
        for (int wait : waits) {
            item.waitFor(wait);
        }
        return item;
    }

    /**
     * First segment: 6 bytes in cycles 0 and 1, there in 12; 5 products in cycles 12..14; 8 bytes, in cycles 15 and 16. The second
     * starts in cycle 17: 4 bytes in cycle 17, there in 28, while 3 products that wait for nothing take cycles 17 and 18; 2 more in
     * cycle 28; 1 byte in cycle 29.
     */
    private MachineReport twoSegments() {
        MachineRun run = new HandMachine().begin(HandMachine.request(2, listener), LayerWork.schema());
        WorkSink first = counted(run.beginSegment(0));
        assertEquals(0, first.accept(filters(0, 6)));
        assertEquals(1, first.accept(multiply(0, 5, 0)));
        assertEquals(2, first.accept(store(0, 8, 3, 1)));
        run.endSegment();
        WorkSink second = counted(run.beginSegment(1));
        assertEquals(0, second.accept(filters(1, 4)));
        assertEquals(1, second.accept(multiply(1, 3)));
        assertEquals(2, second.accept(multiply(1, 2, 0, 1)));
        assertEquals(3, second.accept(store(1, 1, 4, 2)));
        run.endSegment();
        return run.finish();
    }

    private WorkSink counted(WorkSink machine) {
        return item -> {
            account.accept(item);
            return machine.accept(item);
        };
    }

    @Test
    void cyclesOfSegmentsAndLayers() {
        MachineReport report = twoSegments();
        assertEquals(30, report.cycles());
        assertEquals(List.of(new SegmentTiming(17, 3, 4), new SegmentTiming(13, 3, 2)), report.segments());
        assertEquals(List.of(new LayerTiming(12, 15, 3), new LayerTiming(17, 29, 3)), report.layers());
    }

    @Test
    void bytesAndActivity() {
        MachineReport report = twoSegments();
        assertEquals(19, report.offChipBytes());
        assertEquals(
                List.of(
                        new ActivityCount("unit", "multiply", 10),
                        new ActivityCount("unit", "post-op", 7),
                        new ActivityCount("buffer", "write", 10),
                        new ActivityCount("buffer", "read", 9),
                        new ActivityCount("dram", "read", 10),
                        new ActivityCount("dram", "write", 9)),
                account.activity("here", new HandMachine(), report, false));
    }

    @Test
    void itemsAndSegmentsAreTold() {
        twoSegments();
        assertEquals(
                List.of(
                        "item 0/0 0..12",
                        "item 0/1 12..15",
                        "item 0/2 15..17",
                        "end 0 17",
                        "item 1/0 17..28",
                        "item 1/1 17..19",
                        "item 1/2 28..29",
                        "item 1/3 29..30",
                        "end 1 30"),
                told);
    }

    @Test
    void slicesAreToldToWhomeverWantsThem() {
        slices = true;
        twoSegments();
        assertEquals(
                List.of(
                        "dram/read 0 load-filters 0..2",
                        "item 0/0 0..12",
                        "unit 0 multiply 12..15",
                        "item 0/1 12..15",
                        "dram/write 0 store-outputs 15..17",
                        "item 0/2 15..17",
                        "end 0 17",
                        "dram/read 1 load-filters 17..18",
                        "item 1/0 17..28",
                        "unit 1 multiply 17..19",
                        "item 1/1 17..19",
                        "unit 1 multiply 28..29",
                        "item 1/2 28..29",
                        "dram/write 1 store-outputs 29..30",
                        "item 1/3 29..30",
                        "end 1 30"),
                told);
    }

    /** The unit works through its items in their order: the second, ready at once, waits for the first one's 4 cycles. */
    @Test
    void aUnitDoesOneThingAfterAnother() {
        MachineRun run = new HandMachine().begin(HandMachine.request(1, listener), LayerWork.schema());
        WorkSink sink = run.beginSegment(0);
        sink.accept(multiply(0, 8));
        sink.accept(multiply(0, 2));
        sink.accept(multiply(0, 0));
        run.endSegment();
        assertEquals(List.of("item 0/0 0..4", "item 0/1 0..5", "item 0/2 0..5", "end 0 5"), told);
        MachineReport report = run.finish();
        assertEquals(List.of(new LayerTiming(0, 5, 5)), report.layers());
        assertEquals(List.of(new SegmentTiming(5, 5, 0)), report.segments());
    }

    @Test
    void anItemWithoutTimeIsNoSlice() {
        slices = true;
        MachineRun run = new HandMachine().begin(HandMachine.request(1, listener), LayerWork.schema());
        run.beginSegment(0).accept(multiply(0, 0));
        run.endSegment();
        assertEquals(List.of("item 0/0 0..0", "end 0 0"), told);
        // a layer that does nothing starts and ends with its segment
        assertEquals(List.of(new LayerTiming(0, 0, 0)), run.finish().layers());
    }

    /** Both layers in one segment: what one has worked does not count for the other. */
    @Test
    void busyCyclesAreThoseOfALayer() {
        MachineRun run = new HandMachine().begin(HandMachine.request(2, listener), LayerWork.schema());
        WorkSink sink = run.beginSegment(0);
        sink.accept(multiply(0, 6));
        sink.accept(multiply(1, 4));
        sink.accept(multiply(1, 2));
        run.endSegment();
        MachineReport report = run.finish();
        assertEquals(List.of(new LayerTiming(0, 3, 3), new LayerTiming(3, 6, 3)), report.layers());
        assertEquals(List.of(new SegmentTiming(6, 6, 0)), report.segments());
    }

    @Test
    void aLayerWithoutWorkHasTheTimeOfItsSegment() {
        MachineRun run = new HandMachine().begin(HandMachine.request(2, listener), LayerWork.schema());
        run.beginSegment(0).accept(multiply(0, 6));
        run.endSegment();
        run.beginSegment(1).accept(filters(1, 4));
        run.endSegment();
        MachineReport report = run.finish();
        assertEquals(List.of(new LayerTiming(0, 3, 3), new LayerTiming(3, 3, 0)), report.layers());
        assertEquals(List.of(new SegmentTiming(3, 3, 0), new SegmentTiming(11, 0, 1)), report.segments());
    }

    @Test
    void unknownPhasesAreRefused() {
        MachineRun run = new HandMachine().begin(HandMachine.request(1, listener), LayerWork.schema());
        WorkSink sink = run.beginSegment(0);
        for (int phase : new int[] {-1, 6}) {
            WorkItem item = new WorkItem(LayerWork.schema()).begin(phase, 0, 0, 0, 0);
            IsosException e = assertThrows(IsosException.class, () -> sink.accept(item));
            assertEquals("hardware hand got an item of unknown phase " + phase, e.getMessage());
            assertEquals(ErrorCode.PLUGIN_FAILURE, e.code());
        }
    }

    /** A computation that claims to move bytes, which nothing serves. */
    @Test
    void everyByteThatWasAskedForIsMoved() {
        MachineRun run = new HandMachine().begin(HandMachine.request(1, listener), LayerWork.schema());
        WorkSink sink = run.beginSegment(0);
        sink.accept(filters(0, 6));
        sink.accept(multiply(0, 2, 0).moves(TensorRole.WEIGHTS, 0, 3));
        run.endSegment();
        IsosException e = assertThrows(IsosException.class, run::finish);
        assertEquals("hand moved 6 off-chip bytes, asked for were 9", e.getMessage());
        assertEquals(ErrorCode.VERIFICATION_FAILED, e.code());
    }

    /** What a subclass may ask the account for. */
    @Test
    void anAccountTellsItsSubclass() {
        List<String> asked = new ArrayList<>();
        OrderedRun run = new OrderedRun("hand", new HandMachine(), HandMachine.request(2, listener), 2) {
            @Override
            protected long compute(WorkItem item, long ready) {
                long beside = occupyBeside(1, item, ready, 7);
                asked.add("beside until " + beside);
                long until = occupy(0, item, ready, 2);
                asked.add("busy " + busy(item.layer()));
                return until;
            }

            @Override
            protected String track(WorkItem item) {
                return "track";
            }

            @Override
            public MachineReport finish() {
                Segment segment = segment(1);
                asked.add("segment " + segment.layers());
                require(true, 1, "is fine");
                require(false, 1, "is broken");
                return super.finish();
            }
        };
        run.beginSegment(0).accept(multiply(0, 1));
        run.accept(multiply(0, 1));
        run.endSegment();
        run.beginSegment(1).accept(multiply(1, 1)); // units start anew with a segment, here in cycle 4
        run.endSegment();
        IsosException e = assertThrows(IsosException.class, run::finish);
        assertEquals("layer layer1 on hand is broken", e.getMessage());
        assertEquals(
                List.of(
                        "beside until 7",
                        "busy 2",
                        "beside until 14",
                        "busy 4",
                        "beside until 11",
                        "busy 2",
                        "segment [1]"),
                asked);
        // what works beside the others counts neither as the layer's nor as the segment's
        assertEquals(List.of("item 0/0 0..2", "item 0/1 0..4", "end 0 4", "item 1/0 4..6", "end 1 6"), told);
    }
}
