package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.testkit.DataflowContract;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Inputs that are fetched again for each window and filter group: the contract, and bytes counted weight by weight. */
class WindowFetchesTest extends DataflowContract {
    private static final int UNITS = 4;

    // elements that no filter of a group meets, over the cases of a test
    private long filtered;

    @Override
    protected Dataflow dataflow() {
        return new SparTenDataflow();
    }

    @Override
    protected Geometry geometry() {
        return SparTenHarness.model(
                        "clusters=3", "units=" + UNITS, "chunk=64", "balancing=none", "format=pairs", "inputs=windows")
                .geometry();
    }

    @Override
    protected void checkSegment(
            Workload workload, Segment segment, List<RecordedItem> items, Map<Integer, ActivationTensor> outputs) {
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            if (layer.op() instanceof Convolution) {
                int from = layer.inputs().get(0);
                ActivationTensor input = Layer.isNetworkInput(from) ? workload.input(from) : outputs.get(from);
                FilterTensor filters = workload.filters(index);
                assertEquals(inputBytes(layer, input, filters), bytes(items, index, TensorRole.INPUTS), layer.name());
                assertEquals(2L * filters.nonZeros(), bytes(items, index, TensorRole.WEIGHTS), layer.name());
                assertEquals(2L * outputs.get(index).nonZeros(), bytes(items, index, TensorRole.OUTPUTS), layer.name());
            }
        }
    }

    @Test
    void elementsThatNoFilterOfTheGroupMeetsAreNotFetched() {
        for (long seed = 1; seed <= 20; seed++) {
            Workload workload = RandomWorkloads.layer(seed);
            Segment segment = (Segment) dataflow().map(workload, List.of(0), geometry());
            TestingExecutionContext context = new TestingExecutionContext(workload, geometry());
            checkSegment(workload, segment, context.execute(dataflow(), segment), context.outputs());
        }
        assertTrue(filtered > 100, filtered + " elements were filtered");
    }

    /** Two output positions, three filters in groups of two, a window of two rows at the edge of the map: bytes by hand. */
    @Test
    void smallExampleByHand() {
        SparTenModel model =
                SparTenHarness.model("clusters=1", "units=2", "balancing=none", "format=pairs", "inputs=windows");
        // rows 0 and 1 of one column, two channels: (1, 2) and (0, 3)
        FeatureMapShape in = new FeatureMapShape(2, 2, 1);
        Layer layer = new Layer(
                0,
                "rows",
                new Convolution(3, 1, new Window(2, 1, 1, 1, 0, 0, 1, 0, 1, 1)),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                in,
                new FeatureMapShape(3, 2, 1));
        // by filter, channel and row: the first two have (c 0, r 0) and (c 1, r 1), the third (c 1, r 0)
        FilterTensor filters =
                FilterTensor.fromDense(layer.filterShape(), new byte[] {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0});
        Workload workload = new Workload(
                new WorkloadInfo("rows", "rows", 0, "by hand", 1f),
                new Network("rows", in, List.of(layer)),
                List.of(new LayerParameters(filters, Requantisation.identity(3, false, 1f))),
                new ActivationTensor(in, false, new byte[] {1, 2, 0, 3}),
                List.of());
        SparTenHarness.Outcome outcome = SparTenHarness.run(workload, model);
        assertEquals(2 * 3, outcome.bytes(SparTenWork.LOAD_FILTERS));
        // position 0: first group 1 of row 0 and 3 of row 1, second group 2 of row 0; position 1: nothing (0 of row 1),
        // then 3
        assertEquals(2 * (2 + 1 + 0 + 1), outcome.bytes(SparTenWork.LOAD_INPUTS));
        // outputs 1, 3 and 2 at position 0; 0, 0 and 3 at position 1
        assertEquals(2 * 4, outcome.bytes(SparTenWork.STORE_OUTPUTS));
    }

    private static long bytes(List<RecordedItem> items, int layer, TensorRole role) {
        return items.stream()
                .filter(i -> i.layer() == layer && i.role() == role)
                .mapToLong(RecordedItem::offChipBytes)
                .sum();
    }

    /** Element by element: once for all if there is a single window, else for each window and group of filters. */
    private long inputBytes(Layer layer, ActivationTensor input, FilterTensor filters) {
        Window window = layer.convolution().orElseThrow().window();
        FilterShape f = filters.shape();
        boolean once = layer.outputShape().fibers() == 1;
        // a computed filter stores its zeros too
        byte[] ones = new byte[filters.nonZeros()];
        Arrays.fill(ones, (byte) 1);
        byte[] dense = new FilterTensor(f, filters.starts(), filters.coordinates(), ones).toDense();
        long elements = 0;
        int from = 0;
        while (from < f.outputChannels()) {
            int to = from + 1;
            while (to < f.outputChannels() && to < from + UNITS && chunks(f, to).equals(chunks(f, from))) {
                to++;
            }
            for (int p = 0; p < layer.outputShape().height(); p++) {
                for (int q = 0; q < layer.outputShape().width(); q++) {
                    for (int r = 0; r < f.rows(); r++) {
                        for (int s = 0; s < f.columns(); s++) {
                            for (int c = 0; c < f.inputChannels(); c++) {
                                boolean nonZero = nonZero(input, c, window.inputRow(p, r), window.inputColumn(q, s));
                                boolean met = false;
                                for (int k = from; k < to; k++) {
                                    int inGroup = c - k / f.outputsPerGroup() * f.channelsPerGroup();
                                    met |= inGroup >= 0
                                            && inGroup < f.channelsPerGroup()
                                            && dense[
                                                            ((k * f.channelsPerGroup() + inGroup) * f.rows() + r)
                                                                            * f.columns()
                                                                    + s]
                                                    != 0;
                                }
                                elements += !once && nonZero && met ? 1 : 0;
                                filtered += !once && nonZero && !met ? 1 : 0;
                            }
                        }
                    }
                }
            }
            from = to;
        }
        return 2 * (once ? windowElements(window, input) : elements);
    }

    /** Non-zeros of the one window. */
    private static long windowElements(Window window, ActivationTensor input) {
        long elements = 0;
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                for (int c = 0; c < input.shape().channels(); c++) {
                    elements += nonZero(input, c, window.inputRow(0, r), window.inputColumn(0, s)) ? 1 : 0;
                }
            }
        }
        return elements;
    }

    private static boolean nonZero(ActivationTensor input, int c, int h, int w) {
        return h >= 0
                && h < input.shape().height()
                && w >= 0
                && w < input.shape().width()
                && input.value(c, h, w) != 0;
    }

    /** First and last chunk of the channels of a filter: only filters that share them are in one group. */
    private static List<Integer> chunks(FilterShape f, int k) {
        int first = k / f.outputsPerGroup() * f.channelsPerGroup();
        return List.of(first / 64, (first + f.channelsPerGroup() - 1) / 64);
    }
}
