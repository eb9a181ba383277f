package dev.isos.workloads.quantise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DensityPreservationTest {
    private static final FeatureMapShape IN = new FeatureMapShape(2, 32, 32);
    private static final FeatureMapShape POOLED = new FeatureMapShape(2, 16, 16);
    private static final double MAX_LOSS = 0.02;

    private static FloatNode pointwise(String output, String input, FeatureMapShape shape, float... weights) {
        int outputs = weights.length / 2;
        return new FloatNode(
                output,
                "Conv",
                new Convolution(
                        new FilterShape(outputs, 2, 1, 1, 1), Window.square(1, 1, 0), weights, new float[outputs]),
                List.of(input),
                output,
                new FeatureMapShape(outputs, shape.height(), shape.width()));
    }

    /** Values of 0..1, uniform to the given power: the higher it is, the more of them are small. */
    private static float[] input(int power) {
        SplitMix random = new SplitMix(7);
        float[] values = new float[IN.elements()];
        for (int i = 0; i < values.length; i++) {
            float value = (float) random.nextDouble();
            values[i] = value;
            for (int p = 1; p < power; p++) {
                values[i] *= value;
            }
        }
        values[0] = 1;
        return values;
    }

    /** A convolution with ReLU whose second channel has the given range, a pooling, and a convolution that reads it. */
    private static FloatGraph graph(float second) {
        FloatNode first = pointwise("a", "x", IN, 1, 0, 0, second).clampedTo(0, Float.POSITIVE_INFINITY);
        FloatNode pool = new FloatNode(
                "p", "MaxPool", new Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false), List.of("a"), "p", POOLED);
        return new FloatGraph(
                "test", "x", IN, List.of(first, pool, pointwise("y", "p", POOLED, 1, 1, 0.5f, -1)), "y", List.of());
    }

    private static ActivationRanges ranges(FloatGraph graph, float[] input) {
        return ActivationRanges.measure(graph, List.of(input), ActivationCalibration.parse("density:2"));
    }

    @Test
    void channelsOfSmallRangeAreDoubledAndNothingSaturates() {
        FloatGraph graph = graph(0.004f);
        float[] input = input(1);
        ActivationRanges ranges = ranges(graph, input);
        float before = ranges.of("p").max();
        FloatGraph rescaled =
                DensityPreservation.apply(graph, List.of(input), ranges, ActivationCalibration.parse("density:2"));
        assertArrayEquals(
                new float[] {1, 0, 0, 0.008f},
                ((Convolution) rescaled.nodes().get(0).op()).weights());
        assertArrayEquals(
                new float[] {1, 0.5f, 0.5f, -0.5f},
                ((Convolution) rescaled.nodes().get(2).op()).weights());
        assertArrayEquals(FloatExecutor.run(graph, input), FloatExecutor.run(rescaled, input));
        // of the second channel, maxima of four, (0.5 / 255 / 0.008)^4 is lost: enough is kept without narrowing
        assertEquals(before, ranges.of("p").max(), 1e-6);
        assertTrue(
                rescaled.notes().get(0).endsWith("after 1 layers"),
                rescaled.notes().toString());
    }

    @Test
    void rangesAreNarrowedUntilOnePerCentSaturates() {
        FloatGraph graph = graph(1);
        // x^12: of the maxima of four, (1/510)^(1/3) or 12.5 % lie below half a unit
        float[] input = input(12);
        ActivationRanges ranges = ranges(graph, input);
        DensityPreservation.apply(graph, List.of(input), ranges, ActivationCalibration.parse("density:2"));
        MagnitudeHistogram pooled = ranges.histogram("p");
        float limit = ranges.of("p").max();
        assertTrue(limit < 1, "range up to " + limit);
        double saturated = pooled.above(limit) / (double) pooled.nonZeros();
        assertTrue(saturated > 0.005 && saturated <= DensityPreservation.MAX_SATURATION, saturated + " saturated");
        assertEquals(limit, ranges.of("a").max());
    }

    @Test
    void whatIsDenseEnoughOrReadByNoConvolutionStaysAsItIs() {
        float[] input = input(1);
        FloatGraph fine = graph(1);
        ActivationRanges ranges = ranges(fine, input);
        assertSame(
                fine,
                DensityPreservation.apply(fine, List.of(input), ranges, ActivationCalibration.parse("density:2")));
        assertEquals(1, ranges.of("p").max());
        // the network's output loses much, but nothing multiplies it
        FloatGraph end =
                new FloatGraph("test", "x", IN, List.of(pointwise("a", "x", IN, 1, 0, 0, 1e-3f)), "a", List.of());
        ranges = ranges(end, input);
        assertSame(
                end, DensityPreservation.apply(end, List.of(input), ranges, ActivationCalibration.parse("density:2")));
        assertEquals(1, ranges.of("a").max());
    }

    @Test
    void residualOperandsAndConcatenatedPartsAreNotRescaled() {
        FloatNode a = pointwise("a", "x", IN, 1, 0, 0, 0.001f).clampedTo(0, Float.POSITIVE_INFINITY);
        FloatNode b = pointwise("b", "a", IN, 1, 0, 0, 1);
        FloatNode sum = new FloatNode(
                "y", "Conv", b.op(), List.of("b"), Optional.of("a"), Optional.empty(), 0, 9, "y", b.shape());
        FloatGraph graph = new FloatGraph("test", "x", IN, List.of(a, b, sum), "y", List.of());
        assertEquals(List.of("b"), List.copyOf(EqualisableTensors.of(graph).keySet()));
        FloatNode joined = new FloatNode(
                "y", "Concat", new FloatOp.Concatenation(), List.of("a", "b"), "y", new FeatureMapShape(4, 32, 32));
        graph = new FloatGraph("test", "x", IN, List.of(a, b, joined), "y", List.of());
        assertTrue(EqualisableTensors.of(graph).isEmpty());
    }
}
