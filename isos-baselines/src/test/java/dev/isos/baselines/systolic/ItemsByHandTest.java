package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.Bench;
import dev.isos.testkit.RecordedItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every item of small layers: what it moves or counts, and which items it waits for. */
class ItemsByHandTest {
    /** Three channels of four columns of one row, two filters of two columns: 12 bytes of inputs and of filters, 3 positions. */
    private static Workload layer() {
        WorkloadBuilder b = new WorkloadBuilder("layer", 3, new FeatureMapShape(3, 1, 4), false, 0.5);
        b.convolution(Layer.NETWORK_INPUT, 2, 1, new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1), 0.5);
        return b.build();
    }

    /** Items of the last layer. */
    private static List<String> items(Workload workload, Stationarity stationarity, String... settings) {
        Bench bench = SystolicHarness.run(workload, stationarity, SystolicHarness.model(settings));
        List<RecordedItem> last = bench.items().get(bench.items().size() - 1);
        return last.stream().map(ItemsByHandTest::text).toList();
    }

    /**
     * Phase, step and, of a transfer, its bytes; of a fold rows loaded before, elements streamed, bytes of inputs and of filters, sums read and
     * written, products; of the vector unit operands and bytes; then what it waits for.
     */
    private static String text(RecordedItem item) {
        String text = SystolicWork.PHASES.get(item.phase()).id() + " " + item.step() + ":";
        if (item.phase() == SystolicWork.FOLD) {
            for (int count : new int[] {
                SystolicWork.PRELOADED_ROWS,
                SystolicWork.STREAMED,
                SystolicWork.INPUT_BYTES,
                SystolicWork.FILTER_BYTES,
                SystolicWork.SUMS_READ,
                SystolicWork.SUMS_WRITTEN,
                SystolicWork.PRODUCTS
            }) {
                text += " " + item.count(count);
            }
        } else if (item.phase() == SystolicWork.VECTOR) {
            text += " " + item.count(SystolicWork.OPERANDS) + " " + item.count(SystolicWork.INPUT_BYTES);
        } else {
            text += " " + item.offChipBytes() + " B";
            assertEquals(
                    item.phase() == SystolicWork.STORE_OUTPUTS ? item.offChipBytes() : 0,
                    item.count(SystolicWork.POST_OPS),
                    text);
        }
        for (int i = 0; i < item.waitsFor().size(); i++) {
            text += (i == 0 ? " after " : " ") + item.waitsFor().get(i);
        }
        return text;
    }

    /**
     * Six window elements in folds of four rows, that is of two channels and of one, times two folds of one filter. Half of 8 bytes has room
     * for one of the three sums, two of four bytes travel. All inputs fit.
     */
    @Test
    void weightStationary() {
        assertEquals(
                List.of(
                        "load-inputs 0: 8 B",
                        "load-filters 0: 4 B",
                        "load-inputs 1: 4 B",
                        "load-filters 1: 2 B",
                        "fold 0: 4 3 12 4 0 3 12 after 0 1", // 4
                        "store-partials 0: 8 B", // 5: beside the first fold
                        "load-filters 2: 4 B after 4", // 6
                        "fold 1: 4 3 6 2 3 3 6 after 2 3 5 4", // 7
                        "load-partials 1: 8 B after 4", // 8
                        "load-filters 3: 2 B after 7", // 9
                        "store-outputs 1: 3 B after 7 8",
                        "fold 2: 4 3 12 4 0 3 12 after 6 8 7", // 11
                        "store-partials 2: 8 B after 7", // 12
                        "fold 3: 4 3 6 2 3 3 6 after 9 12 11", // 13
                        "load-partials 3: 8 B after 11", // 14
                        "store-outputs 3: 3 B after 13 14"),
                items(layer(), Stationarity.WEIGHT, "rows=4", "columns=1", "inputBuffer=12 B", "outputBuffer=8 B"));
    }

    /** Folds of two positions times folds of one filter. The second fold needs one more column of the map. */
    @Test
    void outputStationary() {
        assertEquals(
                List.of(
                        "load-inputs 0: 9 B", // columns 0 to 2
                        "load-filters 0: 6 B",
                        "load-inputs 1: 3 B", // column 3
                        "fold 0: 0 6 12 6 0 2 12 after 0 1", // 3
                        "load-filters 2: 6 B after 3", // 4
                        "store-outputs 0: 2 B after 3", // 5
                        "fold 1: 0 6 6 6 0 1 6 after 2 3", // 6
                        "store-outputs 1: 1 B after 6", // 7
                        "fold 2: 0 6 12 6 0 2 12 after 4 5 6", // 8: room for its outputs once those of fold 0 are away
                        "store-outputs 2: 2 B after 8",
                        "fold 3: 0 6 6 6 0 1 6 after 7 8", // 10
                        "store-outputs 3: 1 B after 10"),
                items(
                        layer(),
                        Stationarity.OUTPUT,
                        "rows=2",
                        "columns=1",
                        "inputBuffer=12 B",
                        "filterBuffer=12 B",
                        "outputBuffer=1 B"));
    }

    /** Six window elements in folds of four rows times folds of two positions; both filters stream through. */
    @Test
    void inputStationary() {
        assertEquals(
                List.of(
                        "load-inputs 0: 6 B", // two channels of columns 0 to 2
                        "load-filters 0: 8 B",
                        "load-inputs 1: 3 B",
                        "load-filters 1: 4 B",
                        "fold 0: 4 2 8 8 0 4 16 after 0 1", // 4
                        "load-inputs 2: 2 B after 4", // 5: two channels of column 3
                        "fold 1: 4 2 4 4 4 4 8 after 2 3 4", // 6
                        "load-inputs 3: 1 B after 6", // 7
                        "store-outputs 1: 4 B after 6", // 8
                        "fold 2: 4 2 4 8 0 2 8 after 5 6", // 9
                        "fold 3: 4 2 2 4 2 2 4 after 7 9", // 10
                        "store-outputs 3: 2 B after 10"),
                items(
                        layer(),
                        Stationarity.INPUT,
                        "rows=4",
                        "columns=2",
                        "inputBuffer=12 B",
                        "filterBuffer=12 B",
                        "outputBuffer=32 B"));
    }

    /** Half of 32 bytes has room for the four sums of a fold, half of 24 for three. */
    @Test
    void sumsThatJustFitStay() {
        assertEquals(0, partials("outputBuffer=32 B"));
        assertEquals(4, partials("outputBuffer=31 B"));
        assertEquals(4, partials("outputBuffer=24 B"));
    }

    private static long partials(String outputBuffer) {
        SystolicModel model = SystolicHarness.model("rows=4", "columns=2", outputBuffer);
        return SystolicHarness.run(layer(), Stationarity.INPUT, model).bytes(SystolicWork.STORE_PARTIALS);
    }

    /**
     * Two groups of two of four channels, which lie in two tensors of one and of three channels, on three positions. Filters of both groups
     * are two times two weights; the second group loads its own.
     */
    private static Workload groups() {
        WorkloadBuilder b = new WorkloadBuilder("groups", 3, new FeatureMapShape(1, 1, 3), false, 0.5);
        int first = b.convolution(Layer.NETWORK_INPUT, 1, 1, Window.square(1, 1, 0), 1);
        int second = b.convolution(Layer.NETWORK_INPUT, 3, 1, Window.square(1, 1, 0), 1);
        int both = b.concatenation(first, second);
        b.convolution(both, both, 4, 2, Window.square(1, 1, 0), 1, true);
        return b.build();
    }

    @Test
    void groupsAndResidualOperandsInSeveralTensors() {
        assertEquals(
                List.of(
                        "load-inputs 0: 3 B",
                        "load-inputs 0: 3 B",
                        "load-filters 0: 4 B",
                        "load-residual 0: 3 B",
                        "load-residual 0: 3 B",
                        "load-inputs 1: 6 B",
                        "load-filters 1: 4 B",
                        "load-residual 1: 6 B",
                        "fold 0: 0 2 6 4 0 6 12 after 0 1 2 3 4", // 8
                        "store-outputs 0: 6 B after 8",
                        "fold 1: 0 2 6 4 0 6 12 after 5 6 7 8",
                        "store-outputs 1: 6 B after 10"),
                items(groups(), Stationarity.OUTPUT, "rows=4", "columns=2"));
    }

    /** A fold of one of two channels, so that the residual operand comes with the second of each pair. */
    @Test
    void residualOperandsComeWithTheLastFoldOfTheirSums() {
        List<String> weightStationary = List.of(
                "load-residual 1: 3 B", // output 0: the first tensor
                "load-residual 3: 3 B",
                "load-residual 5: 3 B",
                "load-residual 7: 3 B");
        assertEquals(weightStationary, residuals(Stationarity.WEIGHT, "columns=1"));
        List<String> inputStationary = List.of(
                "load-residual 1: 2 B", // outputs 0 and 1 at two positions, one in each tensor
                "load-residual 1: 2 B",
                "load-residual 3: 1 B",
                "load-residual 3: 1 B",
                "load-residual 5: 4 B",
                "load-residual 7: 2 B");
        assertEquals(inputStationary, residuals(Stationarity.INPUT, "columns=2"));
    }

    private static List<String> residuals(Stationarity stationarity, String columns) {
        return items(groups(), stationarity, "rows=1", columns).stream()
                .filter(item -> item.startsWith("load-residual"))
                .map(item -> item.replaceAll(" after.*", ""))
                .toList();
    }

    /** A pooling of 2x2 on two rows of three columns, two channels, and the sum of its output with itself. */
    @Test
    void columnsOfTheVectorUnit() {
        WorkloadBuilder b = new WorkloadBuilder("vector", 3, new FeatureMapShape(2, 2, 3), false, 0.5);
        b.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(2, 1, 0), false);
        assertEquals(
                List.of(
                        "load-inputs 0: 8 B",
                        "load-inputs 1: 4 B",
                        "vector 0: 8 8 after 0",
                        "store-outputs 0: 2 B after 2",
                        "vector 1: 8 8 after 1 2",
                        "store-outputs 1: 2 B after 4"),
                items(b.build(), Stationarity.OUTPUT, "inputBuffer=12 B"));
    }

    /** The sum of two tensors of two columns of two rows: each has half of the buffer. */
    @Test
    void twoOperandsOfTheVectorUnit() {
        WorkloadBuilder b = new WorkloadBuilder("sum", 3, new FeatureMapShape(1, 2, 2), false, 0.5);
        int first = b.convolution(Layer.NETWORK_INPUT, 1, 1, Window.square(1, 1, 0), 1);
        b.elementwiseAdd(first, Layer.NETWORK_INPUT, true);
        assertEquals(
                List.of(
                        "load-inputs 0: 2 B",
                        "load-inputs 0: 2 B",
                        "load-inputs 1: 2 B",
                        "load-inputs 1: 2 B",
                        "vector 0: 4 4 after 0 1",
                        "store-outputs 0: 2 B after 4",
                        "vector 1: 4 4 after 2 3 4",
                        "store-outputs 1: 2 B after 6"),
                items(b.build(), Stationarity.OUTPUT));
    }

    /** A pooling whose window hangs over the right edge of three columns by two: the last one loads nothing. */
    @Test
    void aWindowBesideTheMapLoadsNothing() {
        WorkloadBuilder b = new WorkloadBuilder("edge", 3, new FeatureMapShape(1, 1, 3), false, 0.5);
        b.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, new Window(1, 2, 1, 2, 0, 0, 0, 1, 1, 1), false);
        assertEquals(
                List.of(
                        "load-inputs 0: 2 B",
                        "load-inputs 1: 1 B",
                        "vector 0: 2 2 after 0",
                        "store-outputs 0: 1 B after 2",
                        "vector 1: 2 2 after 1 2",
                        "store-outputs 1: 1 B after 4"),
                items(b.build(), Stationarity.OUTPUT));
    }

    /** A fold of 1024 x 1024 x 2049 products is two items of 2^30 and one of 2^20; the first waits for the operands and counts the rest. */
    @Test
    void productsBeyondACount() {
        FeatureMapShape in = new FeatureMapShape(2049, 32, 32);
        Layer layer = pointwise(in, 1024);
        FoldPlan plan = new FoldPlan(Stationarity.OUTPUT, 1024, 1024, 1024, 1024, 2049, 1);
        List<Integer> products = new ArrayList<>();
        List<Integer> streamed = new ArrayList<>();
        List<Integer> waits = new ArrayList<>();
        WorkSink sink = item -> {
            if (item.phase() == SystolicWork.FOLD) {
                products.add(item.counts()[SystolicWork.PRODUCTS]);
                streamed.add(item.counts()[SystolicWork.STREAMED]);
                waits.add(item.waitCount());
            }
            return products.size();
        };
        new ConvolutionSteps(context(layer, sink), layer, plan, null).run();
        assertEquals(List.of(1 << 30, 1 << 30, 1 << 20), products);
        assertEquals(List.of(2049, 0, 0), streamed);
        // inputs and filters; then the item before
        assertEquals(1, waits.get(1));
        assertEquals(1, waits.get(2));
    }

    @Test
    void refusesMoreFoldsThanItCanCount() {
        // 2^16 positions and 2^14 filters on an array of one element: 2^30 folds
        Layer most = pointwise(new FeatureMapShape(1, 256, 256), 1 << 14);
        FoldPlan plan = new FoldPlan(Stationarity.OUTPUT, 1, 1, 1 << 16, 1 << 14, 1, 1);
        assertDoesNotThrow(() -> new ConvolutionSteps(context(most, item -> 0), most, plan, null));
        Layer more = pointwise(new FeatureMapShape(1, 256, 256), 1 + (1 << 14));
        FoldPlan tooMany = new FoldPlan(Stationarity.OUTPUT, 1, 1, 1 << 16, 1 + (1 << 14), 1, 1);
        IsosException refused = assertThrows(
                IsosException.class, () -> new ConvolutionSteps(context(more, item -> 0), more, tooMany, null));
        assertEquals(
                "layer conv takes 1073807360 folds of 1 streamed elements, more than the systolic dataflows can count",
                refused.getMessage());
    }

    @Test
    void refusesLongerFoldsThanItCanCount() {
        // 2^16 positions stream through 2^14 rows: 2^30 bytes of inputs in a fold
        Layer layer = pointwise(new FeatureMapShape(1, 256, 256), 1);
        FoldPlan plan = new FoldPlan(Stationarity.WEIGHT, 1 << 14, 1, 1 << 16, 1, 1, 1);
        assertDoesNotThrow(() -> new ConvolutionSteps(context(layer, item -> 0), layer, plan, null));
        FoldPlan tooLong = new FoldPlan(Stationarity.WEIGHT, 1, 1 + (1 << 14), 1 << 16, 1, 1, 1);
        IsosException refused = assertThrows(
                IsosException.class, () -> new ConvolutionSteps(context(layer, item -> 0), layer, tooLong, null));
        assertEquals(
                "layer conv takes 1 folds of 65536 streamed elements, more than the systolic dataflows can count",
                refused.getMessage());
    }

    private static Layer pointwise(FeatureMapShape in, int outputs) {
        return new Layer(
                0,
                "conv",
                new Convolution(outputs, 1, Window.square(1, 1, 0)),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                in,
                new FeatureMapShape(outputs, in.height(), in.width()));
    }

    /** For layers whose outputs are known: neither weights nor activations are asked for. */
    private static ExecutionContext context(Layer layer, WorkSink sink) {
        Workload workload = mock(Workload.class);
        when(workload.network()).thenReturn(new Network("layer", layer.inputShape(), List.of(layer)));
        ExecutionContext context = mock(ExecutionContext.class);
        when(context.workload()).thenReturn(workload);
        when(context.sink()).thenReturn(sink);
        when(context.geometry())
                .thenReturn(new Geometry(Map.of(
                        SystolicWork.INPUT_BUFFER_BYTES, 1L << 20,
                        SystolicWork.FILTER_BUFFER_BYTES, 1L << 20,
                        SystolicWork.OUTPUT_BUFFER_BYTES, 1L << 20)));
        return context;
    }
}
