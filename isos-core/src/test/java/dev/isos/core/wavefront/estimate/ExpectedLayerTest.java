package dev.isos.core.wavefront.estimate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected counts of a small convolution against the counts of every pattern of its weights and activations. */
class ExpectedLayerTest {
    private static final int LANES = 4;
    private static final int VECTOR = 2;
    private static final int HEIGHT = 3;
    private static final int OUTPUTS = 2;

    /** One input channel of 3 rows and 2 columns, a 2x2 window with a row of padding above, K = 2: 14 bits. */
    private static final Window WINDOW = new Window(2, 2, 1, 1, 1, 0, 0, 0, 1, 1);

    private static final int ACTIVATIONS = 6;
    private static final int WEIGHTS = 8;

    @Test
    void countsAreTheAverageOfAllPatterns() {
        compare(new LayerFactors(1, 1, 1, 1, 0), List.of(new Pass(0, 3, 0, 3, 0, 2)));
    }

    @Test
    void inTilesOfRowsTheHaloCountsTwice() {
        compare(new LayerFactors(1, 2, 1, 1, 0), List.of(new Pass(0, 1, 0, 1, 0, 2), new Pass(0, 3, 1, 3, 0, 2)));
    }

    @Test
    void inTilesOfChannelsActivationsAreReadAgain() {
        compare(new LayerFactors(2, 1, 1, 1, 0), List.of(new Pass(0, 3, 0, 3, 0, 1), new Pass(0, 3, 0, 3, 1, 2)));
    }

    private static void compare(LayerFactors factors, List<Pass> passes) {
        WorkloadBuilder builder = new WorkloadBuilder("small", 1, new FeatureMapShape(1, HEIGHT, 2), false, 1);
        builder.convolution(-1, OUTPUTS, 1, WINDOW, 1);
        Network network = builder.build().network();
        Layer layer = network.layer(0);
        assertEquals(WEIGHTS, layer.filterShape().elements());
        assertEquals(3, layer.outputShape().height());
        // 2 of 6 activations and 3 of 8 weights
        WorkloadDensities densities = new WorkloadDensities(network, List.of(3L), List.of(2L, 1L));
        ExpectedLayer expected = new ExpectedLayer(
                densities, layer, factors, passes, LANES, VECTOR, true, (merges, places, outputs) -> merges + outputs);
        Counts average = new Counts();
        for (int pattern = 0; pattern < 1 << ACTIVATIONS + WEIGHTS; pattern++) {
            int activations = pattern & (1 << ACTIVATIONS) - 1;
            int weights = pattern >> ACTIVATIONS;
            double probability =
                    probability(activations, ACTIVATIONS, 2 / 6.0) * probability(weights, WEIGHTS, 3 / 8.0);
            for (Pass pass : passes) {
                average.add(activations, weights, pass, probability);
            }
        }
        assertEquals(average.products, expected.products(), 1e-8);
        assertEquals(average.elements, expected.elements(), 1e-8);
        assertEquals(average.merges, expected.merges(), 1e-8);
        assertEquals(average.places, expected.places(), 1e-8);
        assertArrayEquals(average.laneElements, expected.laneElements, 1e-8);
        assertArrayEquals(average.laneVectors, expected.laneVectors, 1e-8);
        assertEquals(6, expected.outputs());
        assertEquals(average.merges + 6, Arrays.stream(expected.laneBackEnd).sum(), 1e-8);
    }

    private static double probability(int pattern, int bits, double p) {
        int count = Integer.bitCount(pattern);
        return Math.pow(p, count) * Math.pow(1 - p, bits - count);
    }

    /** Counts by the definition of the items, one element at a time. */
    private static final class Counts {
        private double products;
        private double elements;
        private double merges;
        private double places;
        private final double[] laneElements = new double[LANES];
        private final double[] laneVectors = new double[LANES];

        void add(int activations, int weights, Pass pass, double probability) {
            boolean[] partial = new boolean[2 * HEIGHT * 2 * OUTPUTS * 4];
            for (int h = pass.firstInput(); h < pass.endInput(); h++) {
                for (int w = 0; w < 2; w++) {
                    boolean reaches = false;
                    int met = 0;
                    for (int r = 0; r < 2; r++) {
                        int p = h + 1 - r;
                        int s = w; // the only output column is 0
                        if (p < pass.firstOutput() || p >= pass.endOutput()) {
                            continue;
                        }
                        reaches = true;
                        for (int k = pass.firstChannel(); k < pass.endChannel(); k++) {
                            boolean weight = (weights >> ((r * 2 + s) * OUTPUTS + k) & 1) == 1;
                            met += weight ? 1 : 0;
                            if (weight && (activations >> h * 2 + w & 1) == 1) {
                                partial[(p * 2 + r) * OUTPUTS + k] = true;
                            }
                        }
                    }
                    if (reaches && (activations >> h * 2 + w & 1) == 1) {
                        int lane = (h - pass.firstInput()) % LANES;
                        elements += probability;
                        laneElements[lane] += probability;
                        products += probability * met;
                        laneVectors[lane] += probability * ((met + VECTOR - 1) / VECTOR);
                    }
                }
            }
            for (int p = pass.firstOutput(); p < pass.endOutput(); p++) {
                for (int r = 0; r < 2; r++) {
                    for (int k = pass.firstChannel(); k < pass.endChannel() && p - 1 + r >= 0; k++) {
                        int first = r * 2 * OUTPUTS + k;
                        boolean reached = ((weights >> first | weights >> first + OUTPUTS) & 1) == 1;
                        places += reached ? probability : 0;
                    }
                }
            }
            for (boolean other : partial) {
                merges += other ? probability : 0;
            }
        }
    }
}
