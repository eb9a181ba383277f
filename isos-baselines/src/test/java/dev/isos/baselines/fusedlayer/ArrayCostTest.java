package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.baselines.fusedlayer.FusedLayerHarness.Chain;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps by hand. */
class ArrayCostTest {
    private static final ArrayCost ANY = ArrayCost.of(FusedLayerHarness.model().geometry());
    private static final ArrayCost DEPTHWISE =
            ArrayCost.of(FusedLayerHarness.model("unrolling=depthwise").geometry());

    private static Layer convolution(int inputs, int outputs, int groups, int kernel) {
        return new Chain(inputs, 14, 14)
                .convolution(outputs, groups, Window.square(kernel, 1, kernel / 2))
                .network()
                .layer(0);
    }

    @Test
    void channelsAreRoundedUpToTheUnrolling() {
        assertEquals(2 * 3 * 9 * 14, DEPTHWISE.steps(convolution(130, 100, 1, 3), 14));
    }

    @Test
    void aFirstLayerUnrollsPixelsIfAllowed() {
        assertEquals(9 * 196, DEPTHWISE.steps(convolution(3, 64, 1, 3), 196));
        assertEquals(4 * 3 * 9, ANY.steps(convolution(3, 64, 1, 3), 196));
    }

    @Test
    void depthwiseWorksOnChannelsAndPixels() {
        assertEquals(2 * 4 * 9, DEPTHWISE.steps(convolution(128, 128, 128, 3), 196));
    }

    @Test
    void smallGroupsWorkSideBySide() {
        // 8 groups of 16 -> 8: four at once, limited by the inputs
        assertEquals(2 * 9 * 10, DEPTHWISE.steps(convolution(128, 64, 8, 3), 10));
        // 2 groups of 96 -> 96 take turns, each in 2 x 2 blocks
        assertEquals(2 * 2 * 2 * 9 * 10, DEPTHWISE.steps(convolution(192, 192, 2, 3), 10));
    }

    @Test
    void aPerfectArrayIsAlwaysFull() {
        ArrayCost perfect =
                ArrayCost.of(FusedLayerHarness.model("unrolling=perfect").geometry());
        assertEquals((3 * 64 * 9 * 196 + 4095) / 4096, perfect.steps(convolution(3, 64, 1, 3), 196));
        assertEquals((128 * 9 * 196 + 4095) / 4096, perfect.steps(convolution(128, 128, 128, 3), 196));
    }

    @Test
    void poolingsTakeOneOperandPerVectorLane() {
        Layer pool = new Chain(100, 14, 14)
                .maxPooling(Window.square(3, 2, 1))
                .network()
                .layer(0);
        assertEquals((100 * 49 * 9 + 63) / 64, ANY.steps(pool, 49));
    }

    @Test
    void normalisationsReadTheChannelsOfEachWindow() {
        FeatureMapShape shape = new FeatureMapShape(100, 14, 14);
        Layer norm = new Layer(
                0,
                "norm",
                new LocalResponseNormalisation(5, 1e-4f, 0.75f, 1f),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                shape,
                shape);
        assertEquals((100 * 49 * 5 + 63) / 64, ANY.steps(norm, 49));
        assertEquals(0, ArrayCost.products(norm, 49));
    }
}
