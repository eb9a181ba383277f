package dev.isos.hw.stepped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ExecutingRun;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.hw.isosceles.IsoscelesFactory;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each check of the datapath: a stream of IS-OS with one lie in it must end the run with the sentence of that check. */
class DatapathChecksTest {
    private static final String LAW = "isosceles broke a conservation law: ";
    private static final IsOsDataflow DATAFLOW = new IsOsDataflow();

    /** An item that may be changed before it is given to the machine. */
    private static final class Item {
        final RecordedItem recorded;
        final int[] counts;
        final List<Integer> waits;
        Predicate<RecordedItem> forgets = other -> false;
        long bytes;
        long held;

        Item(RecordedItem recorded) {
            this.recorded = recorded;
            counts = recorded.counts().stream().mapToInt(Integer::intValue).toArray();
            waits = new ArrayList<>(recorded.waitsFor());
            bytes = recorded.offChipBytes();
            held = recorded.heldBytes();
        }
    }

    private static final HardwareModel MACHINE = machine("lanes=8");
    private static final HardwareModel SLOW_BACK_END =
            machine("lanes=8", "columnSlack=0", "mergers=1", "postOpUnits=1");

    private static HardwareModel machine(String... overrides) {
        IsoscelesFactory factory = new IsoscelesFactory(
                model -> (request, schema, operands) -> new SteppedRun(model, request, schema, operands));
        return factory.create(
                new HardwareSpecReader(Map.of(factory.id(), factory)).defaults(factory.id(), List.of(overrides)));
    }

    private static Workload workload() {
        WorkloadBuilder b = new WorkloadBuilder("two", 3, new FeatureMapShape(6, 6, 8), false, 0.9);
        int at = b.convolution(-1, 8, 1, Window.square(3, 1, 1), 0.6);
        b.convolution(at, 8, 1, Window.square(3, 1, 1), 0.6);
        return b.build();
    }

    /** Changes an item. */
    private interface Lie {
        void tell(Item item);
    }

    /** Maps for one machine and runs on another one. */
    private static void run(HardwareModel mapped, HardwareModel model, UnaryOperator<Segment> plan, Lie lie) {
        Workload workload = workload();
        Segment segment = plan.apply((Segment) DATAFLOW.map(workload, List.of(0, 1), mapped.geometry()));
        RunRequest request = new RunRequest(
                workload.network(),
                new ExecutionPlan("test", List.of(segment), List.of("")),
                List.of(0L),
                SimulationListener.NONE);
        ExecutingRun run = model.stepped().orElseThrow().begin(request, IsOsSchema.SCHEMA, List.of(workload));
        TestingExecutionContext context = new TestingExecutionContext(workload, mapped.geometry());
        List<RecordedItem> items = context.execute(DATAFLOW, segment);
        WorkItem item = new WorkItem(IsOsSchema.SCHEMA);
        WorkSink sink = run.beginSegment(0);
        for (RecordedItem recorded : items) {
            Item changed = new Item(recorded);
            lie.tell(changed);
            changed.waits.removeIf(wait -> changed.forgets.test(items.get(wait)));
            item.begin(recorded.phase(), recorded.layer(), recorded.step(), recorded.row(), recorded.place())
                    .moves(recorded.role(), recorded.tensor(), changed.bytes)
                    .holds(recorded.tensor(), changed.held);
            for (int k = 0; k < changed.counts.length; k++) {
                item.count(k, changed.counts[k]);
            }
            changed.waits.forEach(item::waitFor);
            sink.accept(item);
        }
        run.endSegment();
        run.finish();
        for (int layer = 0; layer < 2; layer++) {
            assertEquals(
                    context.outputs().get(layer).sha256(), run.output(0, layer).sha256());
        }
    }

    private static void runs(HardwareModel model, Lie lie) {
        run(model, model, segment -> segment, lie);
    }

    private static String caught(HardwareModel mapped, HardwareModel model, UnaryOperator<Segment> plan, Lie lie) {
        IsosException e = assertThrows(IsosException.class, () -> run(mapped, model, plan, lie));
        assertTrue(e.getMessage().startsWith(LAW), e.getMessage());
        return e.getMessage().substring(LAW.length());
    }

    private static void caught(HardwareModel model, Lie lie, String sentence) {
        String message = caught(model, model, segment -> segment, lie);
        assertTrue(message.matches(sentence), message);
    }

    private static void caught(Lie lie, String sentence) {
        caught(MACHINE, lie, sentence);
    }

    /** Changes a count of the first item that has at least two of it. */
    private static Lie count(int phase, int position, int by) {
        boolean[] done = new boolean[1];
        return item -> {
            if (!done[0] && item.recorded.phase() == phase && item.counts[position] >= 2) {
                done[0] = true;
                item.counts[position] += by;
            }
        };
    }

    /** Items of a phase and layer do not wait for some others. */
    private static Lie forget(int phase, int layer, Predicate<RecordedItem> others) {
        return item -> {
            if (item.recorded.phase() == phase && item.recorded.layer() == layer) {
                item.forgets = others;
            }
        };
    }

    @Test
    void nobodyLies() {
        runs(MACHINE, item -> {});
        runs(SLOW_BACK_END, item -> {});
    }

    @Test
    void everythingAnnouncedIsDoneAndNothingElse() {
        for (int by : new int[] {-1, 1}) {
            String end = " of work item \\d+ of segment 0, announced were \\d+";
            caught(count(IsOsSchema.FRONTEND, IsOsSchema.PRODUCTS, by), "the datapath counts \\d+ products" + end);
            caught(count(IsOsSchema.FRONTEND, IsOsSchema.ELEMENTS, by), "the datapath counts \\d+ elements" + end);
            caught(count(IsOsSchema.FRONTEND, IsOsSchema.VECTORS, by), "the datapath counts \\d+ vectors" + end);
            caught(count(IsOsSchema.BACKEND, IsOsSchema.MERGES, by), "the datapath counts \\d+ operands merged" + end);
            caught(count(IsOsSchema.BACKEND, IsOsSchema.OUTPUTS, by), "the datapath counts \\d+ outputs" + end);
        }
    }

    @Test
    void operandsAreReadOnChipOnly() {
        caught(
                forget(IsOsSchema.FRONTEND, 0, other -> other.phase() == IsOsSchema.LOAD_INPUT),
                "column \\d+, row \\d+, channel \\d+ of tensor -1 is read but not on chip");
        caught(
                forget(IsOsSchema.FRONTEND, 1, other -> other.phase() == IsOsSchema.BACKEND && other.layer() == 0),
                "column \\d+, row \\d+, channel \\d+ of tensor 0 is read but not on chip");
        caught(
                forget(IsOsSchema.FRONTEND, 0, other -> other.phase() == IsOsSchema.LOAD_WEIGHTS),
                "weights of layer 0, tile 0, are read but not on chip");
    }

    @Test
    void partialResultsAreNotOverwritten() {
        caught(
                SLOW_BACK_END,
                forget(IsOsSchema.FRONTEND, 0, other -> other.phase() == IsOsSchema.BACKEND && other.layer() == 0),
                "column \\d+ of layer conv0 accumulates into partial results of column \\d+ that nobody has merged.*");
    }

    @Test
    void partialResultsAreMergedWhenTheyAreComplete() {
        caught(
                forget(IsOsSchema.BACKEND, 0, other -> other.phase() == IsOsSchema.FRONTEND),
                "the datapath counts \\d+ operands merged of .*");
    }

    @Test
    void bytesAreThoseOfTheNonZeros() {
        caught(
                item -> item.bytes += item.recorded.phase() == IsOsSchema.STORE_OUTPUT ? 2 : 0,
                "work item \\d+ of segment 0 moves \\d+ bytes, its non-zeros take \\d+");
        caught(
                item -> item.bytes += item.recorded.phase() == IsOsSchema.LOAD_INPUT ? 2 : 0,
                "work item \\d+ of segment 0 moves \\d+ bytes, its non-zeros take \\d+");
        caught(
                item -> item.bytes += item.recorded.phase() == IsOsSchema.LOAD_WEIGHTS ? 2 : 0,
                "work item \\d+ of segment 0 moves \\d+ bytes, its non-zeros take \\d+");
        caught(
                item -> item.held += item.recorded.phase() == IsOsSchema.BACKEND ? 2 : 0,
                "work item \\d+ holds \\d+ bytes, its non-zeros take \\d+");
    }

    @Test
    void memoriesHoldWhatTheyCan() {
        String array = caught(
                MACHINE,
                MACHINE,
                segment -> new Segment(
                        segment.layers(),
                        segment.mappings(),
                        List.of(new StorageDemand("contextArray", 8, 8192, 8)),
                        segment.buffers()),
                item -> {});
        assertTrue(
                array.matches(
                        "the context array of lane \\d+ holds \\d+ bytes of partial results that are not complete, the"
                                + " mapping of segment 0 allows 8"),
                array);
        HardwareModel oneLane = machine("lanes=1");
        String queues = caught(oneLane, machine("lanes=1", "queues=64 B"), segment -> segment, item -> {});
        assertTrue(queues.matches("the queues of lane 0 hold \\d+ bytes, they have 64"), queues);
    }
}
