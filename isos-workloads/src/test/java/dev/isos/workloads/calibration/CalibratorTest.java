package dev.isos.workloads.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.sparsity.RandomStream;
import dev.isos.workloads.sparsity.SparseWeights;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibratorTest {
    private static final long SEED = 11;
    private static final FeatureMapShape INPUT = new FeatureMapShape(3, 24, 24);
    private static final LocalResponseNormalisation NORMALISATION = new LocalResponseNormalisation(5, 1e-2f, 0.75f, 1f);

    @Test
    void partsOfAConcatenationShareOneScaleWhateverTheyAre() {
        NetworkBuilder b = new NetworkBuilder("branches", INPUT);
        int stem = b.convolution("stem", Layer.NETWORK_INPUT, 16, 3, 1, 1);
        int left = b.convolution("left", stem, 16, 1, 1, 0);
        int depthwise = b.depthwise("depthwise", stem, 1);
        int pooled = b.maxPooling("pooled", stem, 3, 1, 1);
        int normalised = b.add("normalised", NORMALISATION, List.of(stem), Layer.NONE);
        int averaged = b.add(
                "averaged", new Pooling(PoolingKind.AVERAGE, Window.square(3, 1, 1), false), List.of(left), Layer.NONE);
        int added = b.pointwiseWithResidual("added", left, 16, stem);
        int inner = b.concatenation("inner", List.of(depthwise, pooled));
        int all = b.concatenation("all", List.of(inner, normalised, averaged, added));
        b.convolution("classifier", all, 10, 24, 1, 0);
        Workload workload = calibrate(
                b.build(), "stem,0.5,assumed", "left,0.4,assumed", "depthwise,0.6,assumed", "added,0.7,assumed");

        for (String part : List.of("inner", "depthwise", "pooled", "stem", "normalised", "averaged", "added")) {
            assertEquals(scale(workload, "all"), scale(workload, part), part);
        }
        assertNotEquals(scale(workload, "all"), scale(workload, "left"));
        assertEquals(0.5, density(workload, "stem"), 0.01);
        assertEquals(0.4, density(workload, "left"), 0.01);
        assertEquals(0.6, density(workload, "depthwise"), 0.01);
        assertEquals(0.7, density(workload, "added"), 0.01);
        assertEquals(workload.reference(), ReferenceExecutor.execute(workload));
    }

    @Test
    void aDensityMayHoldBehindAMaxPooling() {
        NetworkBuilder b = new NetworkBuilder("pooled", INPUT);
        int conv = b.convolution("conv", Layer.NETWORK_INPUT, 16, 3, 1, 1);
        int pool = b.maxPoolingRoundedUp("pool", conv, 3, 2);
        b.convolution("classifier", pool, 10, 12, 1, 0);
        Workload workload = calibrate(b.build(), "conv,0.5,assumed,pool");
        assertEquals(0.5, density(workload, "pool"), 0.01);
        assertTrue(density(workload, "conv") < 0.4, "density " + density(workload, "conv"));
        assertThrows(IllegalArgumentException.class, () -> calibrate(b.build(), "conv,0.5,assumed,classifier"));
        assertThrows(IllegalArgumentException.class, () -> calibrate(b.build(), "conv,0.5,assumed,other"));
    }

    @Test
    void aLayerAndItsMaxPoolingMayBothHaveADensity() {
        NetworkBuilder b = new NetworkBuilder("both", INPUT);
        int conv = b.convolution("conv", Layer.NETWORK_INPUT, 64, 3, 1, 1);
        int pool = b.maxPooling("pool", conv, 3, 2, 1);
        b.convolution("classifier", pool, 10, 12, 1, 0);
        Workload alone = calibrate(b.build(), "conv,0.6,assumed");
        assertEquals(0.6, density(alone, "conv"), 0.01);
        assertTrue(density(alone, "pool") > 0.85, "density " + density(alone, "pool"));
        Workload both = calibrate(b.build(), "conv,0.6,assumed", "pool,0.7,assumed");
        assertEquals(0.6, density(both, "conv"), 0.01);
        assertEquals(0.7, density(both, "pool"), 0.01);
        assertEquals(both.reference(), ReferenceExecutor.execute(both));
    }

    @Test
    void aLayerWithoutReluRoundsEnoughToZero() {
        NetworkBuilder b = new NetworkBuilder("linear", INPUT);
        int conv = b.convolution("conv", Layer.NETWORK_INPUT, 16, 3, 1, 1);
        int shortcut = b.convolution("shortcut", Layer.NETWORK_INPUT, 16, 1, 1, 0);
        int added = b.pointwiseWithResidual("added", conv, 16, shortcut);
        b.convolution("classifier", added, 10, 24, 1, 0);
        Workload free = calibrate(b.build(), "conv,0.5,assumed", "shortcut,,linear", "added,0.7,assumed");
        assertTrue(density(free, "shortcut") > 0.95, "density " + density(free, "shortcut"));
        Workload stated = calibrate(b.build(), "conv,0.5,assumed", "shortcut,0.8,linear", "added,0.7,assumed");
        assertEquals(0.8, density(stated, "shortcut"), 0.005);
        assertTrue(stated.signed(shortcut));
        assertEquals(0.7, density(stated, "added"), 0.01);
        assertEquals(stated.reference(), ReferenceExecutor.execute(stated));
        // Finer than 8 bits allow is not possible: then it is as dense as they allow.
        Workload dense = calibrate(b.build(), "conv,0.5,assumed", "shortcut,1,linear", "added,0.7,assumed");
        assertEquals(free.reference(), dense.reference());
    }

    @Test
    void normalisationUsesAllEightBitsAndDependsOnRealValues() {
        NetworkBuilder b = new NetworkBuilder("normalised", INPUT);
        int conv = b.convolution("conv", Layer.NETWORK_INPUT, 16, 3, 1, 1);
        int normalised = b.add("normalised", NORMALISATION, List.of(conv), Layer.NONE);
        b.convolution("classifier", normalised, 10, 24, 1, 0);
        Workload small = calibrate(b.build(), 1, "conv,0.5,assumed");
        Workload large = calibrate(b.build(), 100, "conv,0.5,assumed");
        for (Workload workload : List.of(small, large)) {
            int[] largest = new int[1];
            ReferenceExecutor.execute(workload, (layer, output) -> {
                if (layer.index() == normalised) {
                    for (byte stored : output.values()) {
                        largest[0] = Math.max(largest[0], ActivationTensor.decode(stored, output.signed()));
                    }
                }
            });
            assertEquals(255, largest[0], 1);
        }
        assertEquals(100 * scale(small, "conv"), scale(large, "conv"), 1e-4);
        assertEquals(small.reference().get(conv), large.reference().get(conv));
        // Small values pass unchanged, large ones are pressed together.
        assertTrue(scale(large, "normalised") < 0.5 * 100 * scale(small, "normalised"));
    }

    private static Workload calibrate(Network network, String... densities) {
        return calibrate(network, 1, densities);
    }

    private static Workload calibrate(Network network, double realDeviation, String... densities) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("layer", "density", "kind", "after"));
        for (String line : densities) {
            lines.add(List.of(line.split(",")));
        }
        lines.add(List.of("classifier", "", "linear"));
        List<FilterTensor> filters = new ArrayList<>();
        for (Layer layer : network.layers()) {
            filters.add(
                    layer.convolution().isPresent()
                            ? SparseWeights.draw(
                                    layer.filterShape(),
                                    layer.filterShape().elements()
                                            / (layer.filterShape().depthwise() ? 1 : 2),
                                    new RandomStream(SEED, network.name(), layer.name()))
                            : null);
        }
        RandomStream random = new RandomStream(SEED, network.name(), "input");
        byte[] values = new byte[INPUT.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (random.nextInt(255) - 127);
        }
        return Calibrator.calibrate(
                new WorkloadInfo(network.name(), network.name(), SEED, "a test", 0.01f),
                network,
                filters,
                new ActivationTensor(INPUT, true, values),
                DensityProfile.parse(lines),
                realDeviation);
    }

    private static Layer layer(Workload workload, String name) {
        return workload.network().layers().stream()
                .filter(l -> l.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static float scale(Workload workload, String name) {
        return workload.requantisation(layer(workload, name).index()).outputScale();
    }

    private static double density(Workload workload, String name) {
        Layer layer = layer(workload, name);
        return workload.reference().get(layer.index()).outputNonZeros()
                / (double) layer.outputShape().elements();
    }
}
