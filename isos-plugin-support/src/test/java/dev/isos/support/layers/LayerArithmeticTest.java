package dev.isos.support.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.PlainDataflow;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.TestingExecutionContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerArithmeticTest {
    /** A 3x3 window over a padded 2x2 map: the corner weights meet one input, those of the edges two, the middle one all four. */
    @Test
    void productsOfAWeightAreTheInputsThatItMeets() {
        WorkloadBuilder builder = new WorkloadBuilder("hand", 1, new FeatureMapShape(1, 2, 2), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 1, 1, Window.square(3, 1, 1), 1);
        Workload workload = builder.build();
        long[] products = ReferenceExecutor.productsPerWeight(
                workload.network().layer(0), workload.input(Layer.NETWORK_INPUT), workload.filters(0));
        long[] byRow = new long[9];
        for (int i = 0; i < 9; i++) {
            byRow[i] = products[workload.filters(0).fiber(0, i / 3, i % 3)];
        }
        assertArrayEquals(new long[] {1, 2, 1, 2, 4, 2, 1, 2, 1}, byRow);
    }

    @Test
    void operandsOfAnOutput() {
        WorkloadBuilder builder = new WorkloadBuilder("hand", 1, new FeatureMapShape(3, 6, 6), false, 1);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(3, 1, 1), false);
        assertEquals(
                9, LayerArithmetic.operandsPerOutput(builder.build().network().layer(0)));
        assertEquals(2, operandsOfLast("add"));
        assertEquals(1, operandsOfLast("selection"));
    }

    private static int operandsOfLast(String corner) {
        return LayerArithmetic.operandsPerOutput(
                RandomWorkloads.corners().get(corner).network().output());
    }

    /** Two positions of ten channels with three non-zeros: all take 2 bytes of mask each, the last two channels one byte. */
    @Test
    void bytesOfABitmask() {
        byte[] values = new byte[20];
        values[0] = 1;
        values[8] = -3;
        values[19] = 7;
        ActivationTensor tensor = new ActivationTensor(new FeatureMapShape(10, 2, 1), true, values);
        assertEquals(2 * 2 + 3, OperandPart.bitmaskBytes(tensor, 0, 10));
        assertEquals(2 + 2, new OperandPart(0, 8, 10).bitmaskBytes(tensor));
    }

    /** Of 4 channels a softmax in two groups looks at 2; windows of 3 and of 7 channels at 3 and at all 4. */
    @Test
    void operandsOfANormalisation() {
        assertEquals(2, operandsOfNormalisation(new LayerOp.Softmax(2, 1f)));
        assertEquals(4, operandsOfNormalisation(new LayerOp.LayerNormalisation(0)));
        assertEquals(3, operandsOfNormalisation(new LayerOp.LocalResponseNormalisation(3, 1f, 1f, 1f)));
        assertEquals(4, operandsOfNormalisation(new LayerOp.LocalResponseNormalisation(7, 1f, 1f, 1f)));
    }

    private static int operandsOfNormalisation(LayerOp op) {
        FeatureMapShape shape = new FeatureMapShape(4, 1, 1);
        return LayerArithmetic.operandsPerOutput(
                new Layer(0, "layer", op, List.of(Layer.NETWORK_INPUT), Layer.NONE, shape, shape));
    }

    /** Windows of 2 rows and 5 columns have 10 elements, whatever lies in the padding. */
    @Test
    void operandsOfAPoolingAreItsWindow() {
        FeatureMapShape shape = new FeatureMapShape(4, 5, 5);
        LayerOp pooling = new LayerOp.Pooling(PoolingKind.AVERAGE, new Window(2, 5, 1, 1, 0, 2, 1, 2, 1, 1), true);
        assertEquals(
                10,
                LayerArithmetic.operandsPerOutput(
                        new Layer(0, "layer", pooling, List.of(Layer.NETWORK_INPUT), Layer.NONE, shape, shape)));
    }

    @Test
    void outputsAreThoseOfThePlainReference() {
        for (String corner : List.of(
                "residual",
                "add",
                "selection",
                "concatenation",
                "fully-connected",
                "full-window",
                "single-pixel-padded")) {
            Workload workload = RandomWorkloads.corners().get(corner);
            List<Layer> layers = workload.network().layers();
            TestingExecutionContext context = new TestingExecutionContext(workload, new Geometry(Map.of()));
            context.execute(
                    new PlainDataflow() {
                        @Override
                        public void execute(ExecutionContext all) {
                            layers.forEach(layer -> all.output(layer.index(), LayerArithmetic.output(all, layer)));
                        }
                    },
                    new Segment(
                            layers.stream().map(Layer::index).toList(),
                            layers.stream()
                                    .map(layer -> new LayerMapping(layer.index(), Map.of()))
                                    .toList(),
                            List.of(),
                            List.of()));
            List<ActivationTensor> expected = PlainReference.outputs(workload);
            for (Layer layer : layers) {
                assertArrayEquals(
                        expected.get(layer.index()).values(),
                        context.outputs().get(layer.index()).values(),
                        corner + ", " + layer.name());
            }
        }
    }

    @Test
    void onlyConcatenationsNameOutputsOfOthers() {
        assertEquals(
                List.of("concat"),
                RandomWorkloads.corners().get("concatenation").network().layers().stream()
                        .filter(LayerArithmetic::concatenates)
                        .map(layer -> layer.name().replaceAll("[0-9]", ""))
                        .distinct()
                        .toList());
    }

    /** Parts of a concatenation of a concatenation of 3 + 10 channels with 4 more. */
    @Test
    void partsOfAnOperand() {
        NetworkBuilder builder = new NetworkBuilder("parts", new FeatureMapShape(2, 1, 1));
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 3, 1, 1, 0);
        int second = builder.convolution("second", Layer.NETWORK_INPUT, 10, 1, 1, 0);
        int inner = builder.concatenation("inner", List.of(first, second));
        int third = builder.convolution("third", Layer.NETWORK_INPUT, 4, 1, 1, 0);
        int outer = builder.concatenation("outer", List.of(inner, third));
        assertEquals(
                List.of(new OperandPart(first, 0, 3), new OperandPart(second, 3, 13), new OperandPart(third, 13, 17)),
                OperandPart.of(builder.build(), outer));
    }
}
