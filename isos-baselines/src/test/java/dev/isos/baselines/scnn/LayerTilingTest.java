package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tiles, bands, groups and accumulators by hand. */
class LayerTilingTest {
    private static final Window THREE = Window.square(3, 1, 1);

    /** Five outputs. */
    private static LayerTiling tiling(
            FeatureMapShape in, Window window, int gridRows, int gridColumns, int accumulators) {
        FeatureMapShape out = new FeatureMapShape(5, window.outputHeight(in.height()), window.outputWidth(in.width()));
        Layer layer =
                new Layer(0, "conv", new Convolution(5, 1, window), List.of(Layer.NETWORK_INPUT), Layer.NONE, in, out);
        return new LayerTiling(layer, new ScnnGeometry(gridRows, gridColumns, 4, accumulators, 4, 1024));
    }

    private static LayerTiling eightByEight(int accumulators) {
        return tiling(new FeatureMapShape(2, 8, 8), THREE, 2, 2, accumulators);
    }

    /** A tile of 4 x 4 reaches 6 x 6 outputs, two channels of which fit 100 accumulators: groups of 2, 2 and 1. */
    @Test
    void groupsOfOutputs() {
        LayerTiling tiling = eightByEight(100);
        assertEquals(List.of(6, 6), List.of(tiling.spanRows, tiling.spanColumns));
        assertEquals(36, tiling.accumulatorsPerChannel());
        assertEquals(2, tiling.groupSize);
        assertEquals(3, tiling.groups);
        assertEquals(1, tiling.bands());
        // no larger than the layer
        assertEquals(5, eightByEight(1000).groupSize);
        assertEquals(1, eightByEight(1000).groups);
    }

    /** 36 accumulators hold a channel. 35 do not: columns are halved first, rows when they are longer than columns. */
    @Test
    void bands() {
        assertEquals(List.of(1, 1, 6, 6), bands(36));
        assertEquals(List.of(1, 2, 6, 4), bands(35));
        assertEquals(List.of(1, 2, 6, 4), bands(24));
        assertEquals(List.of(2, 2, 4, 4), bands(23));
        // tiles of one position, which reaches 3 x 3
        assertEquals(List.of(4, 4, 3, 3), bands(9));
    }

    private static List<Integer> bands(int accumulators) {
        LayerTiling tiling = eightByEight(accumulators);
        assertEquals(tiling.bandsOfRows * tiling.bandsOfColumns, tiling.bands());
        return List.of(tiling.bandsOfRows, tiling.bandsOfColumns, tiling.spanRows, tiling.spanColumns);
    }

    /** Two bands of four columns on a grid of 2 x 2. */
    @Test
    void tilesOfABand() {
        LayerTiling tiling = eightByEight(35);
        assertEquals(List.of(0, 4, 0, 2), tile(tiling, 0, 0));
        assertEquals(List.of(0, 4, 6, 8), tile(tiling, 1, 1));
        assertEquals(List.of(4, 8, 4, 6), tile(tiling, 1, 2));
    }

    private static List<Integer> tile(LayerTiling tiling, int band, int pe) {
        return List.of(
                tiling.firstRow(band, pe),
                tiling.endRow(band, pe),
                tiling.firstColumn(band, pe),
                tiling.endColumn(band, pe));
    }

    /**
     * Strides of 2 x 3 and a padding of one: tiles of 4 x 3 have up to 3 and 2 reduced coordinates, and the third row of the kernel reaches one
     * row farther.
     */
    @Test
    void stridesAreReducedCoordinates() {
        Window window = new Window(3, 3, 2, 3, 1, 1, 1, 1, 1, 1);
        LayerTiling tiling = tiling(new FeatureMapShape(2, 8, 9), window, 2, 3, 1000);
        assertEquals(6, tiling.phases);
        assertEquals(List.of(1, 0), List.of(tiling.reachRows, tiling.reachColumns));
        assertEquals(List.of(4, 2), List.of(tiling.spanRows, tiling.spanColumns));
        // row 2 is 3 with its padding: y = 1, remainder 1; column 4 is 5: x = 1, remainder 2
        assertEquals(1, tiling.reducedRow(2));
        assertEquals(1, tiling.reducedColumn(4));
        assertEquals(1 * 3 + 2, tiling.phase(2, 4));
        assertEquals(0 * 3 + 2, tiling.kernelPhase(2, 2));
        assertEquals(1, tiling.reducedKernelRow(2));
        assertEquals(0, tiling.reducedKernelColumn(2));
    }

    /** Two rows apart and three columns apart, a kernel of 3 x 2 reaches 4 rows and 3 columns. */
    @Test
    void dilations() {
        Window window = new Window(3, 2, 1, 1, 0, 0, 0, 0, 2, 3);
        LayerTiling tiling = tiling(new FeatureMapShape(2, 8, 8), window, 2, 2, 1000);
        assertEquals(List.of(4, 3), List.of(tiling.reachRows, tiling.reachColumns));
        assertEquals(List.of(8, 7), List.of(tiling.spanRows, tiling.spanColumns));
        assertEquals(4, tiling.reducedKernelRow(2));
        assertEquals(3, tiling.reducedKernelColumn(1));
    }

    /** A map of one position: the channels take turns over the elements, each of which has the whole map. */
    @Test
    void tilesOfChannels() {
        LayerTiling tiling = tiling(new FeatureMapShape(7, 1, 1), Window.square(1, 1, 0), 2, 2, 100);
        assertEquals(List.of(0, 1, 0, 1), tile(tiling, 0, 3));
        assertEquals(List.of(true, false), List.of(tiling.owns(1, 5), tiling.owns(2, 5)));
        assertEquals(
                List.of(true, true),
                List.of(eightByEight(100).owns(1, 1), eightByEight(100).owns(2, 1)));
    }

    @Test
    void refusesAKernelThatNoElementHasRoomFor() {
        // one input of a kernel of 3 x 2 reaches 6 outputs; a map whose tiles are one row high and four columns wide is
        // cut further
        Window window = new Window(3, 2, 1, 1, 0, 0, 0, 0, 1, 1);
        LayerTiling smallest = tiling(new FeatureMapShape(2, 3, 8), window, 3, 2, 6);
        assertEquals(List.of(3, 2), List.of(smallest.spanRows, smallest.spanColumns));
        IsosException refused =
                assertThrows(IsosException.class, () -> tiling(new FeatureMapShape(2, 3, 8), window, 3, 2, 5));
        assertEquals(
                "layer conv needs 6 accumulators for one input, a processing element of scnn has 5",
                refused.getMessage());
    }

    @Test
    void refusesMoreListsOfWeightsThanItKeeps() {
        Window window = new Window(1, 1, 4096, 2048, 0, 0, 0, 0, 1, 1);
        assertEquals(1 << 23, tiling(new FeatureMapShape(2, 1, 1), window, 1, 1, 8).phases);
        IsosException refused =
                assertThrows(IsosException.class, () -> tiling(new FeatureMapShape(3, 1, 1), window, 1, 1, 8));
        assertEquals(
                "layer conv has strides of 4096 x 2048 and 3 input channels, for which scnn keeps 25,165,824 lists of"
                        + " weights, at most 16,777,216 are allowed",
                refused.getMessage());
    }
}
