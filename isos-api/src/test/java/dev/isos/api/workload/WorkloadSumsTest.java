package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Sums over a network of two pointwise layers side by side, the first with 2 of 4 weights, the second with 1 of 2. */
class WorkloadSumsTest {
    private static final FeatureMapShape SHAPE = new FeatureMapShape(2, 2, 1);

    private static Network network() {
        NetworkBuilder builder = new NetworkBuilder("sums", SHAPE);
        int more = builder.furtherInput(SHAPE);
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        int second = builder.convolution("second", more, 1, 1, 1, 0);
        builder.concatenation("both", List.of(first, second));
        return builder.build();
    }

    private static LayerParameters parameters(Layer layer, byte... weights) {
        return new LayerParameters(
                FilterTensor.fromDense(layer.filterShape(), weights),
                Requantisation.identity(layer.outputShape().channels(), false, 1f));
    }

    /** Of the image 3 of 4 values are not zero, of the further input 1. */
    private static Workload workload() {
        Network network = network();
        return new Workload(
                new WorkloadInfo("w", "sums", 1, "by hand", 1f),
                network,
                List.of(
                        parameters(network.layer(0), (byte) 1, (byte) 0, (byte) 2, (byte) 0),
                        parameters(network.layer(1), (byte) 0, (byte) 3),
                        new LayerParameters(Requantisation.identity(3, false, 1f))),
                new ActivationTensor(SHAPE, false, new byte[] {1, 0, 1, 1}),
                List.of(),
                List.of(new ActivationTensor(SHAPE, false, new byte[] {0, 0, 0, 9})));
    }

    /** Outputs of 4 and 2 elements, of which 2 and 1 are not zero; the concatenation has all of them again. */
    private static final List<LayerReference> REFERENCE =
            List.of(new LayerReference("a", 2, 5), new LayerReference("b", 1, 7), new LayerReference("c", 3, 0));

    @Test
    void totalsWithoutReference() {
        assertEquals(
                new WorkloadTotals(3, 6, 3, 4 * 2 + 2 * 2, OptionalLong.empty(), OptionalDouble.empty()),
                WorkloadTotals.of(workload()));
    }

    @Test
    void totalsWithReference() {
        assertEquals(
                new WorkloadTotals(3, 6, 3, 4 * 2 + 2 * 2, OptionalLong.of(12), OptionalDouble.of(3 / 6.0)),
                WorkloadTotals.of(workload().withReference(REFERENCE)));
    }

    @Test
    void densitiesOfTensorsAndWeights() {
        WorkloadDensities densities = WorkloadDensities.of(workload(), REFERENCE);
        assertEquals(List.of(2L, 1L, 0L), densities.weightNonZeros());
        assertEquals(0.5, densities.weightDensity(0));
        assertEquals(0.5, densities.weightDensity(1));
        assertEquals(3, densities.nonZeros(Layer.NETWORK_INPUT));
        assertEquals(0.75, densities.density(Layer.NETWORK_INPUT));
        assertEquals(0.25, densities.density(Layer.networkInput(1)));
        assertEquals(2, densities.nonZeros(0));
        assertEquals(0.5, densities.density(0));
        assertEquals(1, densities.nonZeros(1));
        assertEquals(0.5, densities.density(2));
    }

    @Test
    void densitiesAreThoseOfEveryTensor() {
        Network network = network();
        assertEquals(
                "sums has 3 layers and 5 tensors, there are densities of 2 and 5",
                refused(() -> new WorkloadDensities(network, List.of(0L, 0L), List.of(0L, 0L, 0L, 0L, 0L))));
        assertEquals(
                "sums has 3 layers and 5 tensors, there are densities of 3 and 4",
                refused(() -> new WorkloadDensities(network, List.of(0L, 0L, 0L), List.of(0L, 0L, 0L, 0L))));
    }

    private static String refused(Runnable build) {
        return assertThrows(IllegalArgumentException.class, build::run).getMessage();
    }
}
