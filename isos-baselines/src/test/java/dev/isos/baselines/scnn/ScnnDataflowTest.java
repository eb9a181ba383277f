package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.DataflowContract;
import dev.isos.testkit.RecordedItem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ScnnDataflowTest extends DataflowContract {
    @Override
    protected Dataflow dataflow() {
        return new ScnnDataflow();
    }

    @Override
    protected Geometry geometry() {
        return ScnnHarness.model(ScnnHarness.SMALL).geometry();
    }

    @Override
    protected Optional<UnitModel> unitModel() {
        return ScnnHarness.model(ScnnHarness.SMALL).unitModel();
    }

    /** Products that are kept are exactly the effectual ones. */
    @Override
    protected void checkSegment(
            Workload workload, Segment segment, List<RecordedItem> items, Map<Integer, ActivationTensor> outputs) {
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            if (layer.convolution().isPresent()) {
                int from = layer.inputs().get(0);
                ActivationTensor input = Layer.isNetworkInput(from) ? workload.input(from) : outputs.get(from);
                long kept = items.stream()
                        .filter(i -> i.layer() == index)
                        .mapToLong(i -> i.count(ScnnWork.PRODUCTS) - i.count(ScnnWork.DISCARDED))
                        .sum();
                assertEquals(
                        ReferenceExecutor.effectualMacs(layer, input, workload.filters(index)), kept, layer.name());
            }
        }
    }
}
