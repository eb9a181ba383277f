package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
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

    private static final ArrayCost SMALL = ArrayCost.of(FusedLayerHarness.model(
                    "unrollOutputs=4", "unrollInputs=2", "accumulatorPixels=6", "vectorWidth=4", "unrolling=depthwise")
            .geometry());

    /** Two groups of 3 to 5: each output block of 4 and each input block of 2 take their turn at 7 positions. */
    @Test
    void countsOfChannelsByHand() {
        Layer layer = convolution(6, 10, 2, 3);
        assertEquals(2 * 2 * 2 * 9 * 7, SMALL.steps(layer, 7));
        assertEquals(270 * 7, ArrayCost.products(layer, 7));
        // 6 sums have room
        assertEquals(270 * 2, SMALL.weightReads(layer, 7));
        assertEquals(270, SMALL.weightReads(layer, 6));
        assertEquals(9 * 6 * 2 * 7, SMALL.inputReads(layer, 7));
        assertEquals(70 * 9 * 2, SMALL.accumulations(layer, 7));
        assertEquals(0, SMALL.steps(layer, 0));
        assertEquals(0, SMALL.weightReads(layer, 0));
    }

    /** Three groups of 1 to 2: pixels, two at a time, take 54 steps, channels, two groups at a time, 90. */
    @Test
    void countsOfPixelsByHand() {
        Layer layer = convolution(3, 6, 3, 3);
        assertEquals(2 * 3 * 9, SMALL.steps(layer, 5));
        assertEquals(54 * 3, SMALL.weightReads(layer, 5));
        assertEquals(9 * 3 * 5, SMALL.inputReads(layer, 5));
        assertEquals(30, SMALL.accumulations(layer, 5));
    }

    @Test
    void countsOfLayersWithoutFiltersByHand() {
        FeatureMapShape shape = new FeatureMapShape(8, 14, 14);
        Layer pool = new Chain(5, 14, 14)
                .maxPooling(new Window(3, 2, 1, 1, 0, 0, 0, 0, 1, 1))
                .network()
                .layer(0);
        assertEquals(5 * 7 * 6, SMALL.inputReads(pool, 7));
        assertEquals(53, SMALL.steps(pool, 7));
        assertEquals(0, SMALL.weightReads(pool, 7));
        assertEquals(0, SMALL.accumulations(pool, 7));
        assertEquals(0, ArrayCost.products(pool, 7));
        Layer softmax = new Layer(
                0, "softmax", new LayerOp.Softmax(2, 1f), List.of(Layer.NETWORK_INPUT), Layer.NONE, shape, shape);
        assertEquals(8 * 7 * 4, SMALL.inputReads(softmax, 7));
        Layer sum = new Layer(
                0,
                "sum",
                new LayerOp.ElementwiseAdd(),
                List.of(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT),
                Layer.NONE,
                shape,
                shape);
        assertEquals(2 * 8 * 7, SMALL.inputReads(sum, 7));
    }

    /** 8 outputs at each of 7 positions are added. */
    @Test
    void residualsAreReadToo() {
        FeatureMapShape shape = new FeatureMapShape(8, 14, 14);
        Layer layer = new Layer(
                0,
                "added",
                new LayerOp.Convolution(8, 1, Window.square(1, 1, 0)),
                List.of(Layer.NETWORK_INPUT),
                Layer.NETWORK_INPUT,
                shape,
                shape);
        assertEquals(8 * 2 * 7 + 8 * 7, SMALL.inputReads(layer, 7));
    }
}
