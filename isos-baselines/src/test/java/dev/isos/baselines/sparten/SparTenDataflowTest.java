package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.DataflowContract;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparTenDataflowTest extends DataflowContract {
    @Override
    protected Dataflow dataflow() {
        return new SparTenDataflow();
    }

    @Override
    protected Geometry geometry() {
        return SparTenHarness.model("clusters=3", "units=4", "onChipBuffer=200 B")
                .geometry();
    }

    private List<RecordedItem> items(WorkloadBuilder builder) {
        Workload workload = builder.build();
        TestingExecutionContext context = new TestingExecutionContext(workload, geometry());
        return context.execute(dataflow(), (Segment) dataflow().map(workload, List.of(0), geometry()));
    }

    private static long inputBytes(List<RecordedItem> items) {
        return items.stream()
                .filter(item -> item.role() == TensorRole.INPUTS)
                .mapToLong(RecordedItem::offChipBytes)
                .sum();
    }

    private static List<List<Integer>> cycles(List<RecordedItem> items) {
        return items.stream()
                .filter(item -> item.phase() == SparTenWork.REDUCE)
                .map(item -> item.counts().subList(SparTenWork.UNIT_STEPS, SparTenWork.UNIT_STEPS + 4))
                .toList();
    }

    @Test
    void normalisationTakesAsManyCyclesAsItsWindowHasChannels() {
        WorkloadBuilder builder = new WorkloadBuilder("norm", 1, new FeatureMapShape(6, 1, 1), false, 1);
        builder.localResponseNormalisation(Layer.NETWORK_INPUT, 3);
        List<RecordedItem> items = items(builder);
        assertEquals(List.of(List.of(2, 3, 3, 3), List.of(3, 2, 0, 0)), cycles(items));
        // channels 0..4 with a byte of mask for the first four outputs, channels 3..5 of the same byte for the others
        assertEquals(1 + 5 + 3, inputBytes(items));
    }

    @Test
    void selectionBroadcastsFromTheFirstToTheLastChannel() {
        WorkloadBuilder builder = new WorkloadBuilder("select", 1, new FeatureMapShape(12, 1, 1), false, 1);
        builder.channelSelection(Layer.NETWORK_INPUT, 9, 3, 3, 4, 11);
        List<RecordedItem> items = items(builder);
        assertEquals(List.of(List.of(1, 1, 1, 1), List.of(1, 0, 0, 0)), cycles(items));
        // channels 3..9, of which the mask ends in the second byte, and channel 11 of that byte
        assertEquals(1 + 7 + 1, inputBytes(items));
    }
}
