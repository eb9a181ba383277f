package dev.isos.support.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Items of layers on maps of two positions with ten channels: a mask of 2 bytes each. */
class LayerItemsTest {
    private static final FeatureMapShape SHAPE = new FeatureMapShape(10, 2, 1);
    private static final int IMAGE = Layer.NETWORK_INPUT;
    private static final WorkSchema SCHEMA =
            LayerWork.schema(new WorkMetric("steps", "steps", "of the test", 1), new WorkMetric("more", "bits", "", 1));

    private final List<String> given = new ArrayList<>();

    /** A layer's first tensor has 3 non-zeros, the second one 4, and so on. */
    private final List<ActivationTensor> tensors = new ArrayList<>();

    private static ActivationTensor tensor(FeatureMapShape shape, int nonZeros) {
        byte[] values = new byte[shape.elements()];
        for (int i = 0; i < nonZeros; i++) {
            values[i * 7 % values.length] = (byte) (i + 1);
        }
        return new ActivationTensor(shape, false, values);
    }

    private ExecutionContext context(Network network, Map<Integer, ActivationTensor> activations) {
        List<LayerParameters> parameters = new ArrayList<>();
        for (Layer layer : network.layers()) {
            Requantisation identity =
                    Requantisation.identity(layer.outputShape().channels(), false, 1f);
            parameters.add(
                    layer.convolution().isPresent()
                            ? new LayerParameters(
                                    FilterTensor.fromDense(
                                            layer.filterShape(),
                                            new byte[layer.filterShape().elements()]),
                                    identity)
                            : new LayerParameters(identity));
        }
        Workload workload = new Workload(
                new WorkloadInfo("w", network.name(), 1, "by hand", 1f),
                network,
                parameters,
                activations.get(IMAGE),
                List.of());
        int last = network.size() - 1;
        Segment segment = new Segment(List.of(last), List.of(new LayerMapping(last, Map.of())), List.of(), List.of());
        return new ExecutionContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public Geometry geometry() {
                return new Geometry(Map.of());
            }

            @Override
            public <T extends UnitModel> T unitModel(Class<T> type) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Segment segment() {
                return segment;
            }

            @Override
            public ActivationTensor activation(int layer) {
                return activations.get(layer);
            }

            @Override
            public void output(int layer, ActivationTensor tensor) {
                throw new UnsupportedOperationException();
            }

            @Override
            public WorkSink sink() {
                return LayerItemsTest.this::keep;
            }

            @Override
            public <T> T shared(Object key, Class<T> type, Supplier<T> compute) {
                return compute.get();
            }
        };
    }

    private int keep(WorkItem item) {
        String what = SCHEMA.phases().get(item.phase()).id() + " " + item.step();
        if (item.offChipBytes() > 0) {
            what += " " + item.role() + " of " + item.tensor() + ": " + item.offChipBytes();
        }
        for (int i = 0; i < SCHEMA.width(); i++) {
            what += item.counts()[i] > 0
                    ? ", " + item.counts()[i] + " " + SCHEMA.metrics().get(i).id()
                    : "";
        }
        int[] waits = Arrays.copyOf(item.waitsFor(), item.waitCount());
        given.add(what + (waits.length > 0 ? ", after " + Arrays.toString(waits) : ""));
        return given.size() - 1;
    }

    private LayerItems items(Network network, Map<Integer, ActivationTensor> activations) {
        return new LayerItems(context(network, activations), network.output(), SCHEMA);
    }

    private static Network one() {
        NetworkBuilder builder = new NetworkBuilder("one", SHAPE);
        builder.convolution("layer", IMAGE, 10, 1, 1, 0);
        return builder.build();
    }

    @Test
    void anItemHasItsCountsAndWaits() {
        LayerItems items = items(one(), Map.of(IMAGE, tensor(SHAPE, 3)));
        assertEquals(
                0,
                items.multiply(4)
                        .count(LayerWork.PRODUCTS, 7)
                        .after(LayerItems.NONE)
                        .give());
        int own = items.multiply(5)
                .count(LayerWork.OWN + 1, Integer.MAX_VALUE)
                .after(0)
                .after(List.of(0, LayerItems.NONE))
                .give();
        assertEquals(1, own);
        assertEquals(List.of("multiply 4, 7 products", "multiply 5, 2147483647 more, after [0, 0]"), given);
        IsosException e =
                assertThrows(IsosException.class, () -> items.multiply(0).count(LayerWork.OWN, Integer.MAX_VALUE + 1L));
        assertEquals(
                "layer layer counts 2147483648 steps in one item, at most 2147483647 can be counted", e.getMessage());
    }

    @Test
    void filtersAreReadIfThereAreAny() {
        LayerItems items = items(one(), Map.of(IMAGE, tensor(SHAPE, 3)));
        assertEquals(List.of(), items.readFilters(1, 0, LayerItems.NONE));
        assertEquals(List.of(0), items.readFilters(1, 1, LayerItems.NONE));
        assertEquals(List.of(1), items.readFilters(2, 9, 0));
        assertEquals(List.of("load-filters 1 WEIGHTS of 0: 1", "load-filters 2 WEIGHTS of 0: 9, after [0]"), given);
    }

    /** A concatenation of 3 and 10 channels, read by a convolution that adds the image: 4 bytes of mask and its non-zeros. */
    @Test
    void operandsAreReadFromTheTensorsThatHoldThem() {
        NetworkBuilder builder = new NetworkBuilder("parts", SHAPE);
        int first = builder.convolution("first", IMAGE, 3, 1, 1, 0);
        int second = builder.convolution("second", IMAGE, 10, 1, 1, 0);
        int both = builder.concatenation("both", List.of(first, second));
        builder.pointwiseWithResidual("last", both, 10, IMAGE);
        FeatureMapShape wide = new FeatureMapShape(13, 2, 1);
        byte[] values = new byte[26];
        values[0] = 1; // of the first part, at the first position
        values[2] = 1;
        values[3] = 1; // of the second
        values[12] = 1;
        values[13 + 12] = 1;
        LayerItems items = items(
                builder.build(), Map.of(IMAGE, tensor(SHAPE, 6), both, new ActivationTensor(wide, false, values)));
        assertEquals(List.of(0, 1), items.readInputs(3, LayerItems.NONE));
        assertEquals(List.of(2), items.readResidual(4, 1));
        assertEquals(
                List.of(
                        // a byte of mask for 3 channels, 2 for 10, at both positions
                        "load-inputs 3 INPUTS of 0: " + (2 + 2),
                        "load-inputs 3 INPUTS of 1: " + (4 + 3),
                        "load-residual 4 RESIDUALS of -1: " + (4 + 6) + ", after [1]"),
                given);
    }

    @Test
    void withoutResidualNothingIsRead() {
        LayerItems items = items(one(), Map.of(IMAGE, tensor(SHAPE, 3)));
        assertEquals(List.of(), items.readResidual(0, LayerItems.NONE));
        assertEquals(List.of(0), items.readInputs(0, LayerItems.NONE));
        assertEquals(List.of("load-inputs 0 INPUTS of -1: " + (4 + 3)), given);
    }

    @Test
    void anInputThatIsReadTwiceIsLoadedOnce() {
        NetworkBuilder builder = new NetworkBuilder("twice", SHAPE);
        builder.add("sum", new ElementwiseAdd(), List.of(IMAGE, IMAGE), Layer.NONE);
        LayerItems items = items(builder.build(), Map.of(IMAGE, tensor(SHAPE, 3)));
        assertEquals(List.of(0), items.readInputs(0, LayerItems.NONE));
    }

    /** Channels 8 and 9 of two positions: one byte of mask each, and the non-zeros among them. */
    @Test
    void partsOfAnOutputAreStored() {
        byte[] values = new byte[20];
        values[7] = 1;
        values[8] = 1;
        values[19] = 1;
        LayerItems items = items(one(), Map.of(IMAGE, tensor(SHAPE, 3)));
        items.store(2, new ActivationTensor(SHAPE, false, values), 8, 10).give();
        assertEquals(List.of("store-outputs 2 OUTPUTS of 0: " + (2 + 2) + ", 4 postOps"), given);
    }

    /** A 2x1 window over two rows: one output position, two operands of each of its 10 channels. */
    @Test
    void aLayerWithoutFiltersHasThreeItems() {
        NetworkBuilder builder = new NetworkBuilder("pool", SHAPE);
        builder.add(
                "pool",
                new Pooling(PoolingKind.MAX, new Window(2, 1, 1, 1, 0, 0, 0, 0, 1, 1), false),
                List.of(IMAGE),
                Layer.NONE);
        ActivationTensor output = tensor(new FeatureMapShape(10, 1, 1), 4);
        LayerItems items = items(builder.build(), Map.of(IMAGE, tensor(SHAPE, 3)));
        assertSame(output, items.reduce(output));
        assertEquals(
                List.of(
                        "load-inputs 0 INPUTS of -1: " + (4 + 3),
                        "reduce 0, 20 operands, after [0]",
                        "store-outputs 0 OUTPUTS of 0: " + (2 + 4) + ", 10 postOps, after [1]"),
                given);
    }

    @Test
    void ownCountsComeBehindTheCommonOnes() {
        assertEquals(3, LayerWork.OWN);
        assertEquals(5, SCHEMA.width());
        assertEquals(LayerWork.OWN + 1, SCHEMA.offset("more"));
    }
}
