package dev.isos.workloads.quantise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.Workload;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Convolution;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ratios worked out by hand: all scales are powers of two, so that only the errors given are there. */
class QuantisationNoiseTest {
    private static final FeatureMapShape SHAPE = new FeatureMapShape(1, 1, 4);

    /** In units of 1/128: 127, -64, 32, 16. */
    private static final float[] INPUT = {127f / 128, -0.5f, 0.25f, 0.125f};

    private static final FloatGraph GRAPH = new FloatGraph(
            "test", "x", SHAPE, List.of(copy("first", "x"), copy("second", "first")), "second", List.of());

    private static FloatNode copy(String output, String input) {
        Convolution op = new Convolution(
                new FilterShape(1, 1, 1, 1, 1), Window.square(1, 1, 0), new float[] {1f}, new float[] {0f});
        return new FloatNode(output, "Conv", op, List.of(input), output, SHAPE);
    }

    private static ActivationTensor units(int... units) {
        byte[] values = new byte[units.length];
        for (int i = 0; i < units.length; i++) {
            values[i] = (byte) units[i];
        }
        return new ActivationTensor(SHAPE, true, values);
    }

    private static QuantisationNoise measured(ActivationTensor first, ActivationTensor second) {
        Workload workload = Quantiser.quantise(GRAPH, List.of(INPUT), "test", 0, "a test");
        assertEquals(1f / 128, workload.info().inputScale());
        assertEquals(1f / 128, workload.requantisation(0).outputScale());
        assertEquals(1f / 128, workload.requantisation(1).outputScale());
        return QuantisationNoise.measure(GRAPH, INPUT, workload, List.of(first, second));
    }

    @Test
    void whatDoesNotDifferHasNoNoise() {
        QuantisationNoise noise = measured(units(127, -64, 32, 16), units(127, -64, 32, 16));
        assertEquals(Double.POSITIVE_INFINITY, noise.output());
        assertEquals("the output is that of float", noise.describe());
    }

    @Test
    void ratiosOfSquaresInDecibels() {
        // 127^2 + 64^2 + 32^2 + 16^2 = 21505. The first is off by 1, noise 1: 43.33 dB. The second by 3, 4 and 16,
        // noise 281: 18.84 dB.
        QuantisationNoise noise = measured(units(126, -64, 32, 16), units(124, -60, 32, 0));
        assertEquals(18.838, noise.output(), 0.001);
        assertEquals("second", noise.layer());
        assertEquals(43.325, noise.before(), 0.001);
        assertEquals(18.838, noise.after(), 0.001);
        // one of four non-zeros is lost
        assertEquals(25, noise.densityError());
        assertEquals("second", noise.densityLayer());
        assertEquals(
                "the output is 18.8 dB above its quantisation noise, most is lost in layer second, from 43.3 to 18.8 dB,"
                        + " the densities of layer outputs are within 25.0 percentage points of float (second); that is below"
                        + " 20 dB, give more images by --image or another --calibration",
                noise.describe());
    }

    @Test
    void aLayerBehindAnExactInputIsNotAlwaysTheWorst() {
        // Noise 1 and then 1 + 2^2 = 5: the second adds four times as much as the first, of which the input was exact.
        assertEquals(
                "second",
                measured(units(126, -64, 32, 16), units(126, -62, 32, 16)).layer());
        // Noise 25, then 26: the first.
        QuantisationNoise noise = measured(units(122, -64, 32, 16), units(122, -63, 32, 16));
        assertEquals("first", noise.layer());
        assertEquals(
                "the output is 29.2 dB above its quantisation noise, most is lost in layer first, to 29.3 dB",
                noise.describe());
    }
}
