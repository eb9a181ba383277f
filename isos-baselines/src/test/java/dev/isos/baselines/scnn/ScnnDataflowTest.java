package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
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

    /** Every non-zero activation meets every non-zero weight of its channel and phase, wherever the product lands. */
    @Override
    protected void checkSegment(
            Workload workload, Segment segment, List<RecordedItem> items, Map<Integer, ActivationTensor> outputs) {
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            if (layer.convolution().isPresent()) {
                int from = layer.inputs().get(0);
                ActivationTensor input = Layer.isNetworkInput(from) ? workload.input(from) : outputs.get(from);
                long made = items.stream()
                        .filter(i -> i.layer() == index)
                        .mapToLong(i -> i.count(ScnnWork.PRODUCTS))
                        .sum();
                assertEquals(products(layer, input, workload.filters(index)), made, layer.name());
            }
        }
    }

    private static long products(Layer layer, ActivationTensor input, FilterTensor filters) {
        FilterShape shape = filters.shape();
        Window window = layer.convolution().orElseThrow().window();
        long products = 0;
        for (int c = 0; c < shape.inputChannels(); c++) {
            for (int r = 0; r < shape.rows(); r++) {
                for (int s = 0; s < shape.columns(); s++) {
                    int fiber = filters.fiber(c, r, s);
                    long weights = filters.starts()[fiber + 1] - filters.starts()[fiber];
                    products += weights * met(window, input, c, r, s);
                }
            }
        }
        return products;
    }

    /** Non-zero activations of a channel whose distance to the kernel position is a whole number of strides. */
    private static long met(Window window, ActivationTensor input, int channel, int r, int s) {
        long met = 0;
        for (int h = 0; h < input.shape().height(); h++) {
            for (int w = 0; w < input.shape().width(); w++) {
                int row = h + window.padTop() - r * window.dilationRows();
                int column = w + window.padLeft() - s * window.dilationColumns();
                boolean inPhase = row % window.strideRows() == 0 && column % window.strideColumns() == 0;
                met += inPhase && input.value(channel, h, w) != 0 ? 1 : 0;
            }
        }
        return met;
    }
}
