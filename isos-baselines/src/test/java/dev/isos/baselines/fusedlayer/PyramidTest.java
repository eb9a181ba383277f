package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.baselines.fusedlayer.FusedGroup.Read;
import dev.isos.baselines.fusedlayer.FusedLayerHarness.Chain;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class PyramidTest {
    private static final int FLOAT_BYTES = 4;
    private static final double MIB = 1 << 20;

    private static FusedGroup group(Network network, int from, int to) {
        return new FusedGroup(network, IntStream.range(from, to).boxed().toList());
    }

    /** Alwani et al.: D_in = stride * D_out + R - stride, here 1 -> 3 -> 5 through two 3x3 convolutions. */
    @Test
    void recomputedTilesGrowBackThroughTheGroup() {
        Network network = new Chain(1, 9, 9)
                .convolution(1, 1, Window.square(3, 1, 0))
                .convolution(1, 1, Window.square(3, 1, 0))
                .network();
        PyramidAxis rows = new PyramidAxis(group(network, 0, 2), true, 1, true);
        assertEquals(5, rows.tiles());
        for (int i = 0; i < 5; i++) {
            assertEquals(List.of(i, i + 3), List.of(rows.start(0, i), rows.end(0, i)), "first layer");
            assertEquals(List.of(i, i + 5), List.of(rows.start(2, i), rows.end(2, i)), "input");
        }
    }

    @Test
    void stridesAndDilationsMultiply() {
        // 2 outputs <- 2 * 2 + 3 - 2 = 5 <- dilated extent 5: 5 + 5 - 1 = 9 <- 3 * 9 + 4 - 3 = 28
        Window dilated = new Window(3, 3, 1, 1, 0, 0, 0, 0, 2, 2);
        Network network = new Chain(1, 64, 64)
                .convolution(1, 1, Window.square(4, 3, 0))
                .convolution(1, 1, dilated)
                .convolution(1, 1, Window.square(3, 2, 0))
                .network();
        PyramidAxis rows = new PyramidAxis(group(network, 0, 3), true, 2, true);
        assertEquals(List.of(2, 5, 9, 28), List.of(rows.size(2, 0), rows.size(1, 0), rows.size(0, 0), rows.size(3, 0)));
    }

    @Test
    void reusedTilesAreNewRowsOnly() {
        Network network = new Chain(1, 9, 9)
                .convolution(1, 1, Window.square(3, 1, 1))
                .convolution(1, 1, Window.square(3, 1, 1))
                .network();
        PyramidAxis rows = new PyramidAxis(group(network, 0, 2), true, 3, false);
        // outputs 0-2, 3-5, 6-8; the first layer runs one row ahead, the input two
        assertEquals(
                List.of(4, 3, 2),
                IntStream.range(0, 3).map(i -> rows.size(0, i)).boxed().toList());
        assertEquals(
                List.of(5, 3, 1),
                IntStream.range(0, 3).map(i -> rows.size(2, i)).boxed().toList());
        assertEquals(2, rows.overlap(0));
        assertEquals(2, rows.overlap(2));
        assertEquals(9, rows.total(2));
    }

    /** Whatever a tile reads is on chip: complete up to the tile's end and kept since its producer made it. */
    @Test
    void everyReadIsOnChip(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + 300; seed++) {
            Network network = RandomWorkloads.network(seed).network();
            SplitMix random = new SplitMix(seed);
            int from = random.between(0, network.size() - 1);
            FusedGroup group = group(network, from, random.between(from + 1, network.size()));
            if (group.nodes() > 0) {
                boolean recompute = random.chance(0.5);
                Pyramid pyramid = Pyramid.of(group, random.between(1, 4), random.between(1, 4), recompute);
                checkReads(group, pyramid.rows(), true, "rows, seed " + seed);
                checkReads(group, pyramid.columns(), false, "columns, seed " + seed);
            }
        }
    }

    private static void checkReads(FusedGroup group, PyramidAxis axis, boolean rows, String where) {
        for (int tensor = 0; tensor < group.tensors(); tensor++) {
            int extent =
                    rows ? group.shape(tensor).height() : group.shape(tensor).width();
            int covered = 0;
            for (int i = 0; i < axis.tiles(); i++) {
                assertTrue(axis.start(tensor, i) <= axis.end(tensor, i), where);
                assertTrue(group.external(tensor) || axis.start(tensor, i) <= covered, where);
                covered = axis.end(tensor, i);
                for (Read read : group.readsOfTensor(tensor)) {
                    int start = axis.start(read.node(), i);
                    int end = axis.end(read.node(), i);
                    if (start < end) {
                        int lowest = extent;
                        int highest = -1;
                        for (int at = start; at < end; at++) {
                            Window w = read.window();
                            int taps = w == null ? 1 : rows ? w.rows() : w.columns();
                            for (int tap = 0; tap < taps; tap++) {
                                int in = w == null ? at : rows ? w.inputRow(at, tap) : w.inputColumn(at, tap);
                                if (in >= 0 && in < extent) {
                                    lowest = Math.min(lowest, in);
                                    highest = Math.max(highest, in);
                                }
                            }
                        }
                        assertTrue(highest < axis.end(tensor, i), where + ": reads what is not there yet");
                        assertTrue(lowest >= axis.keepFrom(tensor, i) || highest < 0, where + ": reads what is gone");
                    }
                }
            }
            assertTrue(group.external(tensor) || covered == extent, where + ": not everything is computed");
        }
    }

    /** Feature maps into and out of the groups between consecutive cuts, as 32-bit elements. */
    private static double featureMapMib(Network network, int... cuts) {
        long elements = 0;
        for (int g = 0; g + 1 < cuts.length; g++) {
            elements += Pyramid.of(group(network, cuts[g], cuts[g + 1]), 1, 1, false)
                    .featureMapElements();
        }
        return elements * FLOAT_BYTES / MIB;
    }

    /**
     * The published example: the first five convolutions of VGGNet-E with their two poolings, 224x224, fused into one
     * pyramid whose tip is one pixel (Alwani et al., MICRO 2016, abstract: "from 77MB down to 3.6MB per image",
     * "362KB of on-chip storage"). The paper counts feature maps of 32-bit elements without filters. Its MB of traffic are
     * 2^20 bytes, and layer by layer a pooling belongs to the load of the convolution after it, so that each convolution
     * stores its whole map: this reading gives 77.1 and 3.64 with no other rule. Its KB of storage are 10^3 bytes, for the
     * overlaps alone: full-width rows (its buffers BT) and columns as high as a tile inside the map (BL), 361,872 bytes. Our
     * own storage demand is sized for the largest tile, the first one, whose columns are higher: 367,696 bytes.
     */
    @Test
    void publishedExampleOfVgg() {
        Window three = Window.square(3, 1, 1);
        Window pool = Window.square(2, 2, 0);
        Network network = new Chain(3, 224, 224)
                .convolution(64, 1, three)
                .convolution(64, 1, three)
                .maxPooling(pool)
                .convolution(128, 1, three)
                .convolution(128, 1, three)
                .maxPooling(pool)
                .convolution(256, 1, three)
                .network();
        assertEquals(77.1, featureMapMib(network, 0, 1, 2, 4, 5, 7), 0.05);
        // the two other ways to read "layer by layer" are farther from the paper
        assertEquals(86.3, featureMapMib(network, 0, 1, 2, 3, 4, 5, 6, 7), 0.05);
        assertEquals(49.6, featureMapMib(network, 0, 1, 3, 4, 6, 7), 0.05);

        FusedGroup all = group(network, 0, 7);
        Pyramid fused = Pyramid.of(all, 1, 1, false);
        assertEquals(3.64, fused.featureMapElements() * FLOAT_BYTES / MIB, 0.005);
        long kept = 0;
        long worst = 0;
        int inside = 28;
        for (int tensor = 0; tensor < all.tensors(); tensor++) {
            PyramidAxis rows = fused.rows();
            int workingRows = rows.end(tensor, inside) - rows.keepFrom(tensor, inside);
            long perChannel = rows.overlap(tensor) * fused.columns().last(tensor)
                    + fused.columns().overlap(tensor) * workingRows;
            kept += perChannel * all.shape(tensor).channels();
            worst += fused.reuseElements(tensor);
        }
        assertEquals(361_872, kept * FLOAT_BYTES);
        assertEquals(367_696, worst * FLOAT_BYTES);
    }

    /**
     * Two 3x3 convolutions of 2 to 3 to 1 channels on 12 x 10 positions, in tiles of 2 x 2: of the first layer three rows and columns, then two,
     * last one; of the input four, then two, last none. Two rows and columns of both are kept for the next tile.
     */
    private static Pyramid small(int tileRows, int tileColumns, boolean recompute) {
        Network network = new Chain(2, 12, 10)
                .convolution(3, 1, Window.square(3, 1, 1))
                .convolution(1, 1, Window.square(3, 1, 1))
                .network();
        return Pyramid.of(group(network, 0, 2), tileRows, tileColumns, recompute);
    }

    private static List<Long> bufferElements(Pyramid pyramid) {
        return List.of(pyramid.bufferElements(0), pyramid.bufferElements(1), pyramid.bufferElements(2));
    }

    @Test
    void buffersOfTilesByHand() {
        Pyramid tiles = small(2, 2, false);
        assertEquals(30, tiles.tiles());
        // full-width rows, and columns of the four rows that are worked on
        assertEquals(3 * (2 * 10 + 2 * 4), tiles.reuseElements(0));
        assertEquals(0, tiles.reuseElements(1));
        assertEquals(2 * (2 * 10 + 2 * 4), tiles.reuseElements(2));
        // and one tile, of what enters and leaves two
        assertEquals(List.of(84L + 3 * 9, 2L * 4, 56L + 2 * 2 * 16), bufferElements(tiles));
        assertEquals(111 + 8 + 120, tiles.bufferElements());
        // rows that are kept and new; of the output and the input those of the next tile too
        assertEquals(List.of(3L * 4 * 10, 4L * 10, 2L * 6 * 10), bufferElements(small(2, 10, false)));
        assertEquals(List.of(3L * 12 * 4, 12L * 4, 2L * 12 * 6), bufferElements(small(12, 2, false)));
        assertEquals(List.of(360L, 120L, 240L), bufferElements(small(12, 10, false)));
        // no more than the whole map: overlaps of 2 x (2 x 10 + 2 x 7) and two tiles of 2 x 7 x 7 would be 264
        assertEquals(240, small(5, 5, false).bufferElements(2));
    }

    /** A tile inside the map computes four rows of the first layer and reads six of the input; nothing is kept. */
    @Test
    void buffersOfRecomputedTilesByHand() {
        assertEquals(List.of(3L * 16, 2L * 4, 2L * 2 * 36), bufferElements(small(2, 2, true)));
        assertEquals(List.of(360L, 120L, 240L), bufferElements(small(12, 10, true)));
    }

    @Test
    void pixelsOfTilesByHand() {
        Pyramid tiles = small(2, 2, false);
        assertEquals(9, tiles.largestTile(0));
        assertEquals(4, tiles.largestTile(1));
        assertEquals(3 * 2, tiles.pixels(0, 0, 2));
        assertEquals(1, tiles.pixels(0, 5, 4));
        assertEquals(0, tiles.pixels(2, 5, 0));
        assertEquals(9, tiles.newPixels(0, 0, 0));
        assertEquals(3, tiles.newPixels(0, 0, 4));
        assertEquals(4, tiles.newPixels(0, 1, 2));
        assertEquals(1, tiles.newPixels(0, 5, 4));
        assertEquals(4, tiles.newPixels(1, 3, 3));
    }

    @Test
    void elementsThatEnterAndLeaveByHand() {
        Pyramid reuse = small(2, 2, false);
        assertEquals(240, reuse.loadedElements(2));
        assertEquals(120, reuse.storedElements(1));
        assertEquals(360, reuse.featureMapElements());
        // rows 4 + 6 + 6 + 6 + 6 + 4, columns 4 + 6 + 6 + 6 + 4
        assertEquals(32 * 26 * 2 + 120, small(2, 2, true).featureMapElements());
    }

    /** The first layer runs a row, or a column, ahead and has nothing left to do in the last tile. */
    @Test
    void tilesInWhichANodeComputesNothing() {
        assertEquals(11, small(1, 10, false).busyTiles(0));
        assertEquals(12, small(1, 10, false).busyTiles(1));
        assertEquals(9, small(12, 1, false).busyTiles(0));
        assertEquals(11 * 9, small(1, 1, false).busyTiles(0));
    }

    /** An array of 4 outputs x 2 inputs takes 9 steps for a position of the first layer and 2 x 9 for one of the second. */
    @Test
    void stepsAndFilterReadsOfAllTiles() {
        ArrayCost cost = ArrayCost.of(FusedLayerHarness.model(
                        "unrollOutputs=4", "unrollInputs=2", "accumulatorPixels=6", "unrolling=depthwise")
                .geometry());
        assertEquals(9 * 120 + 18 * 120, small(2, 2, false).steps(cost));
        // rows 3 + 4 + 4 + 4 + 4 + 3, columns 3 + 4 + 4 + 4 + 3
        assertEquals(9 * 22 * 18 + 18 * 120, small(2, 2, true).steps(cost));
        // 54 and 27 weights for each tile; twice those of the first, whose nine sums are more than six
        assertEquals(54 * 31 + 27 * 30, small(2, 2, false).weightReads(cost));
    }
}
