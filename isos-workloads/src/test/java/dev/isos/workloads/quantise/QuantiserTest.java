package dev.isos.workloads.quantise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.FloatComparison;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantiserTest {
    private static final FeatureMapShape ONE_CHANNEL = new FeatureMapShape(1, 2, 2);
    private static final float[] INPUT = {1.27f, -0.5f, 0.25f, 1f};

    private static FloatNode pointwise(String output, String input, int channels, float[] weights, float... bias) {
        int outputs = bias.length;
        return new FloatNode(
                output,
                "Conv",
                new Convolution(new FilterShape(outputs, channels, 1, 1, 1), Window.square(1, 1, 0), weights, bias),
                List.of(input),
                output,
                new FeatureMapShape(outputs, 2, 2));
    }

    private static Workload quantise(FloatNode... nodes) {
        List<FloatNode> list = List.of(nodes);
        FloatGraph graph = new FloatGraph(
                "test", "x", ONE_CHANNEL, list, list.get(list.size() - 1).output(), List.of());
        return Quantiser.quantise(graph, List.of(INPUT), "test", 0, "a test");
    }

    @Test
    void scalesBiasesAndMultipliers() {
        // Outputs of channel 0 are 2x + 1 in 0..3.54, those of channel 1 are -x/2 in -0.635..0.25.
        Workload w = quantise(pointwise("c", "x", 1, new float[] {2f, -0.5f}, 1f, 0f));
        assertEquals(0.01f, w.info().inputScale());
        assertTrue(w.input().signed());
        // Rank order [W, H, C]: the first column first.
        assertArrayEquals(new byte[] {127, 25, -50, 100}, w.input().values());
        assertArrayEquals(new byte[] {127, -127}, w.filters(0).toDense());
        Requantisation r = w.requantisation(0);
        double own = 0.01f * 2.0 / 127;
        assertEquals(Math.rint(1 / own), r.bias()[0]);
        assertEquals(0, r.bias()[1]);
        assertEquals(3.54f / 127, r.outputScale(), 1e-8);
        assertEquals((float) (own / r.outputScale()), r.multiplier()[0], 1e-9);
        assertEquals(r.multiplier()[0] / 4, r.multiplier()[1], 1e-9);
        assertEquals(-128, r.low());
        assertEquals(127, r.high());
    }

    @Test
    void exactZerosStayZeroAndTinyWeightsMayBecomeZero() {
        Workload w = quantise(pointwise("c", "x", 1, new float[] {0f, 1f, 0.003f}, 0f, 0f, 0f));
        assertArrayEquals(new byte[] {0, 127, 127}, w.filters(0).toDense());
        FloatNode two = pointwise("d", "c", 2, new float[] {1f, 0.003f, 0f, 1f}, 0f, 0f);
        w = quantise(pointwise("c", "x", 1, new float[] {1f, 1f}, 0f, 0f), two);
        assertArrayEquals(new byte[] {127, 0, 0, 127}, w.filters(1).toDense());
        assertEquals(2, w.filters(1).nonZeros());
    }

    @Test
    void reluGivesUint8AndRelu6ClampsHigh() {
        FloatNode relu = pointwise("c", "x", 1, new float[] {2f}, 1f).clampedTo(0, Float.POSITIVE_INFINITY);
        Requantisation r = quantise(relu).requantisation(0);
        assertFalse(r.signedOutput());
        assertEquals(3.54f / 255, r.outputScale(), 1e-8);
        assertEquals(255, r.high());
        FloatNode wide = pointwise("c", "x", 1, new float[] {2f}, 1f).clampedTo(0, 3.0f);
        assertEquals(255, quantise(wide).requantisation(0).high());
        // Calibration reaches 3.54, the bound lies below a later maximum of the same scale group.
        FloatNode joined = new FloatNode(
                "k", "Concat", new FloatOp.Concatenation(), List.of("c", "d"), "k", new FeatureMapShape(2, 2, 2));
        FloatNode open = pointwise("d", "x", 1, new float[] {4f}, 0f).clampedTo(0, Float.POSITIVE_INFINITY);
        Workload w = quantise(wide, open, joined);
        assertEquals(
                Math.rint(3.0 / w.requantisation(0).outputScale()),
                w.requantisation(0).high());
        assertEquals(255, w.requantisation(1).high());
    }

    @Test
    void concatenationAndMaxPoolingShareOneScale() {
        FloatNode small = pointwise("c", "x", 1, new float[] {1f}, 0f).clampedTo(0, Float.POSITIVE_INFINITY);
        FloatNode large = pointwise("d", "x", 1, new float[] {10f}, 0f).clampedTo(0, Float.POSITIVE_INFINITY);
        FloatNode pool = new FloatNode(
                "p",
                "MaxPool",
                new Pooling(PoolingKind.MAX, Window.square(1, 1, 0), false),
                List.of("c"),
                "p",
                ONE_CHANNEL);
        FloatNode joined = new FloatNode(
                "k", "Concat", new FloatOp.Concatenation(), List.of("p", "d"), "k", new FeatureMapShape(2, 2, 2));
        Workload w = quantise(small, large, pool, joined);
        for (int layer = 0; layer < 4; layer++) {
            assertEquals(12.7f / 255, w.requantisation(layer).outputScale(), 1e-8, "layer " + layer);
            assertFalse(w.signed(layer));
        }
        assertArrayEquals(new float[] {1f, 1f}, w.requantisation(3).multiplier());
    }

    @Test
    void residualAdditionHasThreeScales() {
        FloatNode c =
                pointwise("c", "x", 1, new float[] {3f}, 0f).withResidual("x").clampedTo(0, Float.POSITIVE_INFINITY);
        Workload w = quantise(c);
        assertEquals(Layer.NETWORK_INPUT, w.network().layer(0).residual());
        Requantisation r = w.requantisation(0);
        double own = 3.81 / 127;
        double out = 5.08 / 255;
        assertEquals(out, r.outputScale(), 1e-8);
        assertEquals(own / out, r.sumMultiplier(), 1e-6);
        assertEquals(0.01 / out, r.residualMultiplier(), 1e-6);
        assertEquals(0.01 * 3 / 127 / own, r.multiplier()[0], 1e-8);
        // x = 127 units: the convolution gives 127 units of its own scale, the sum is the top of the range.
        assertEquals(255, r.apply(127 * 127, 0, 127));
    }

    @Test
    void noAccumulatorCanOverflow() {
        // A bias of 1e9 beside a weight of 1 would need 1e13 units.
        Workload w = quantise(pointwise("c", "x", 1, new float[] {1f, 0f, 0f}, 1e9f, 1e9f, 0f));
        for (int k = 0; k < 3; k++) {
            int weight = w.filters(0).toDense()[k];
            long worst = Math.abs((long) w.requantisation(0).bias()[k]) + 128L * Math.abs(weight);
            assertTrue(worst < Integer.MAX_VALUE, "channel " + k);
        }
        Requantisation r = w.requantisation(0);
        assertEquals(1e9, r.apply(0, 0) * (double) r.outputScale(), 1e9 / 100);
        assertEquals(1e9, r.apply(0, 1) * (double) r.outputScale(), 1e9 / 100);
        assertEquals(0, r.apply(0, 2));
    }

    @Test
    void valuesThatAreNoNumbersAreRefused() {
        IsosException e =
                assertThrows(IsosException.class, () -> quantise(pointwise("c", "x", 1, new float[] {3e38f}, 3e38f)));
        assertEquals(
                "test: c computes a value that is not a finite number, so that no scale can be calibrated",
                e.getMessage());
    }

    @Test
    void noiseIsThatOfTheDefinition() {
        FloatNode relu = pointwise("c", "x", 1, new float[] {1f}, 0f).clampedTo(0, Float.POSITIVE_INFINITY);
        FloatNode same = new FloatNode(
                "p",
                "MaxPool",
                new Pooling(PoolingKind.MAX, Window.square(1, 1, 0), false),
                List.of("c"),
                "p",
                ONE_CHANNEL);
        FloatGraph graph = new FloatGraph("test", "x", ONE_CHANNEL, List.of(relu, same), "p", List.of());
        Workload workload = Quantiser.quantiseAndMeasure(
                graph, List.of(INPUT), 1, ActivationCalibration.MIN_MAX, "test", 0, "a test");
        // In units of 1.27/255, the input 1.27, -0.5, 0.25, 1 becomes 255, 0, 50 and 201.
        double unit = 1.27 / 255;
        double noise = Math.pow(0.25 - 50 * unit, 2) + Math.pow(1 - 201 * unit, 2);
        double expected = 10 * Math.log10((1.27 * 1.27 + 0.25 * 0.25 + 1) / noise);
        assertEquals(61.1, expected, 0.05);
        for (int layer = 0; layer < 2; layer++) {
            FloatComparison found = workload.reference().get(layer).comparison().orElseThrow();
            assertEquals(expected, found.sqnrDb(), 1e-3);
            assertEquals(0.75, found.floatDensity());
        }
        assertEquals(
                "a test; the output is 61.1 dB above its quantisation noise, most is lost in layer c, from 156.0 to 61.1 dB",
                workload.info().source());
    }

    @Test
    void ofSeveralImagesTheFirstIsCompared() {
        FloatNode relu = pointwise("c", "x", 1, new float[] {1f}, 0f).clampedTo(0, Float.POSITIVE_INFINITY);
        FloatGraph graph = new FloatGraph("test", "x", ONE_CHANNEL, List.of(relu), "c", List.of());
        Workload workload = Quantiser.quantiseAndMeasure(
                graph, List.of(INPUT, INPUT), 2, ActivationCalibration.MIN_MAX, "test", 0, "a test");
        assertEquals(2, workload.reference().size());
        assertTrue(workload.reference().get(0).comparison().isPresent());
        assertTrue(workload.reference().get(1).comparison().isEmpty());
    }
}
