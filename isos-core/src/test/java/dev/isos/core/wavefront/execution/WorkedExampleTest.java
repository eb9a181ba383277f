package dev.isos.core.wavefront.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.core.wavefront.execution.LayerWavefronts.Wavefront;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.core.wavefront.work.WavefrontObserver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds every number of docs/is-os-by-hand.md. */
class WorkedExampleTest {
    private static final FeatureMapShape INPUT = new FeatureMapShape(1, 4, 4);
    private static final FeatureMapShape OUTPUT = new FeatureMapShape(2, 3, 3);

    private final Layer layer = new Layer(
            0,
            "layer",
            new Convolution(2, 1, new Window(2, 2, 1, 1, 0, 0, 0, 0, 1, 1)),
            List.of(Layer.NETWORK_INPUT),
            Layer.NONE,
            INPUT,
            OUTPUT);
    private final LayerParameters parameters = new LayerParameters(
            FilterTensor.fromDense(layer.filterShape(), new byte[] {
                1, 0, 0, 2, // k = 0, row by row
                0, -1, 0, 0 // k = 1
            }),
            Requantisation.identity(2, true, 1f));
    /** Column by column, as a wavefront takes them. */
    private final ActivationTensor input = new ActivationTensor(
            INPUT, true, new byte[] {1, 0, 0, 2, /**/ 0, 3, 0, 0, /**/ 2, 0, 0, 1, /**/ 0, 0, 1, 0});

    @Test
    void wavefronts() {
        LayerWavefronts seen = LayerWavefronts.of(layer, parameters, input, null);
        assertEquals(
                List.of(1L, 3L, 3L, 2L),
                seen.wavefronts().stream().map(Wavefront::products).toList());
        assertEquals(
                List.of(1L, 4L, 4L, 3L),
                seen.wavefronts().stream().map(Wavefront::partialNonZeros).toList());
        assertEquals(
                List.of(0, 1, 2, 3),
                seen.wavefronts().stream().map(Wavefront::completeColumns).toList());
    }

    @Test
    void countsOfLanesAndOutputs() {
        LayerWork work = new LayerEngine(8, WavefrontObserver.NONE)
                .execute(
                        layer,
                        parameters,
                        new LayerFactors(1, 1, 1, 1, 0),
                        List.of(new Pass(0, 4, 0, 3, 0, 2)),
                        new ActivationTensor[] {input},
                        null);
        assertArrayEquals(new int[] {1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0}, work.elements());
        assertArrayEquals(new int[] {1, 0, 0, 0, 0, 3, 0, 0, 2, 0, 0, 1, 0, 0, 2, 0}, work.products());
        assertArrayEquals(new int[] {2, 1, 0, 1, 1, 1, 1, 1, 1}, work.merges());
        assertArrayEquals(
                new byte[] {7, 0, 0, -3, 0, 0, /**/ 0, -2, 3, 0, 2, 0, /**/ 2, 0, 2, 0, 0, -1},
                work.output().values());
    }
}
