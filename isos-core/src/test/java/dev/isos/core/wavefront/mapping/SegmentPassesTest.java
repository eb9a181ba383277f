package dev.isos.core.wavefront.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.wavefront.WeakSpots;
import dev.isos.testkit.RandomWorkloads;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class SegmentPassesTest {
    /** Two 3x3 layers of 8 rows in two tiles: the second makes 4 rows, which need 5 of the first, which need 6. */
    @Test
    void aTileIsAPyramid() {
        WorkloadBuilder builder = new WorkloadBuilder("two", 1, new FeatureMapShape(2, 8, 4), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 2, 1, Window.square(3, 1, 1), 1);
        builder.convolution(first, 2, 1, Window.square(3, 1, 1), 1);
        SegmentTensors tensors = new SegmentTensors(builder.build().network(), List.of(0, 1));
        SegmentPasses passes = SegmentPasses.of(tensors, new LayerFactors(1, 2, 1, 1, 0));
        assertEquals(2, passes.count());
        assertEquals(new Pass(0, 6, 0, 5, 0, 2), passes.pass(0, 0));
        assertEquals(new Pass(0, 5, 0, 4, 0, 2), passes.pass(0, 1));
        assertEquals(new Pass(2, 8, 3, 8, 0, 2), passes.pass(1, 0));
        assertEquals(new Pass(3, 8, 4, 8, 0, 2), passes.pass(1, 1));
        assertEquals(List.of(0, 4, 4, 8), stored(passes, 0));
        assertEquals(
                List.of(2, 8), List.of(passes.firstRow(1, Layer.NETWORK_INPUT), passes.endRow(1, Layer.NETWORK_INPUT)));
        assertEquals(List.of(3, 8), List.of(passes.firstRow(1, 0), passes.endRow(1, 0)));
    }

    /** Two groups of 3 channels in three tiles of 2 channels each, of which the middle one reads both. */
    @Test
    void aTileOfASoftmaxReadsItsGroups() {
        WorkloadBuilder builder = new WorkloadBuilder("one", 1, new FeatureMapShape(6, 2, 2), true, 0.5);
        builder.softmax(Layer.NETWORK_INPUT, 2);
        SegmentTensors tensors = new SegmentTensors(builder.build().network(), List.of(0));
        SegmentPasses passes = SegmentPasses.of(tensors, new LayerFactors(3, 1, 1, 1, 0));
        assertEquals(
                List.of(0, 2, 2, 4, 4, 6),
                IntStream.range(0, 3)
                        .boxed()
                        .flatMap(pass -> IntStream.of(
                                        passes.pass(pass, 0).firstChannel(),
                                        passes.pass(pass, 0).endChannel())
                                .boxed())
                        .toList());
        assertEquals(
                List.of(0, 3, 0, 6, 3, 6),
                IntStream.range(0, 3)
                        .boxed()
                        .flatMap(pass -> IntStream.of(passes.channels(pass, Layer.NETWORK_INPUT))
                                .boxed())
                        .toList());
    }

    @Test
    void tilesOfChannelsReadTheWholeMap() {
        WorkloadBuilder builder = new WorkloadBuilder("one", 1, new FeatureMapShape(2, 8, 4), false, 0.5);
        builder.convolution(Layer.NETWORK_INPUT, 7, 1, Window.square(3, 2, 1), 1);
        SegmentTensors tensors = new SegmentTensors(builder.build().network(), List.of(0));
        SegmentPasses passes = SegmentPasses.of(tensors, new LayerFactors(3, 1, 1, 1, 0));
        assertEquals(
                List.of(new Pass(0, 8, 0, 4, 0, 2), new Pass(0, 8, 0, 4, 2, 4), new Pass(0, 8, 0, 4, 4, 7)),
                passes.ofLayer(0));
        assertEquals(List.of(0, 4, 0, 4, 0, 4), stored(passes, 0));
    }

    private static List<Integer> stored(SegmentPasses passes, int i) {
        return IntStream.range(0, passes.count())
                .flatMap(pass -> IntStream.of(passes.firstStored(pass, i), passes.endStored(pass, i)))
                .boxed()
                .toList();
    }

    /** Row by row: what is stored and what that needs. */
    @Test
    void everyTileHasTheRowsThatItNeeds(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int halos = 0;
        int nothing = 0;
        for (long seed = first; seed < first + 300; seed++) {
            SplitMix random = new SplitMix(seed);
            List<Workload> awkward = WeakSpots.all();
            Workload workload = random.chance(0.3)
                    ? awkward.get(random.between(0, awkward.size() - 1))
                    : RandomWorkloads.network(seed);
            Network network = workload.network();
            int from = random.between(0, network.size() - 1);
            int to = random.between(from, network.size() - 1);
            SegmentTensors tensors = new SegmentTensors(
                    network, IntStream.rangeClosed(from, to).boxed().toList());
            int tiles = random.between(2, 12);
            SegmentPasses passes = SegmentPasses.of(tensors, new LayerFactors(1, tiles, 1, 1, 0));
            assertEquals(tiles, passes.count());
            // a window with gaps may read nothing of the rows that it spans
            boolean gapless = tensors.layers().stream().allMatch(SegmentPassesTest::gapless);
            BitSet[] stored = new BitSet[tensors.layers().size()];
            for (int tile = 0; tile < tiles; tile++) {
                BitSet[] needed = needed(network, tensors, tile, tiles);
                for (int i = tensors.layers().size() - 1; i >= 0; i--) {
                    Layer layer = tensors.layers().get(i);
                    Pass pass = passes.pass(tile, i);
                    String where = "seed " + seed + ", " + workload.info().id() + ", tile " + tile + " of " + tiles
                            + ", " + layer.name() + ": " + pass;
                    // rows are contiguous: from the first that is needed to the last
                    if (gapless) {
                        assertEquals(needed[i].isEmpty(), pass.outputRows() == 0, where + " needs " + needed[i]);
                    }
                    assertTrue(covers(pass.firstOutput(), pass.endOutput(), needed[i]), where + " needs " + needed[i]);
                    BitSet read = new BitSet();
                    for (int p = pass.firstOutput(); p < pass.endOutput(); p++) {
                        window(layer, p, read);
                    }
                    assertTrue(covers(pass.firstInput(), pass.endInput(), read), where + " reads " + read);
                    if (simple(layer) && !read.isEmpty()) {
                        assertEquals(read.nextSetBit(0), pass.firstInput(), where);
                        assertEquals(read.length(), pass.endInput(), where);
                    }
                    assertTrue(!read.isEmpty() || !gapless(layer) || pass.inputRows() == 0, where);
                    assertEquals(
                            List.of(0, layer.outputShape().channels()),
                            List.of(pass.firstChannel(), pass.endChannel()));
                    stored[i] = stored[i] == null ? new BitSet() : stored[i];
                    for (int p = passes.firstStored(tile, i); p < passes.endStored(tile, i); p++) {
                        assertTrue(p >= pass.firstOutput() && p < pass.endOutput(), where + " stores " + p);
                        assertTrue(!stored[i].get(p), where + " stores " + p + " again");
                        stored[i].set(p);
                    }
                    halos += pass.outputRows() > passes.endStored(tile, i) - passes.firstStored(tile, i) ? 1 : 0;
                    nothing += pass.inputRows() == 0 ? 1 : 0;
                }
            }
            for (int i = 0; i < stored.length; i++) {
                assertEquals(tensors.layers().get(i).outputShape().height(), stored[i].cardinality(), "seed " + seed);
            }
        }
        assertTrue(halos > 100 && nothing > 100 || first != 1, halos + " halos, " + nothing + " read nothing");
    }

    private static boolean covers(int first, int end, BitSet rows) {
        return rows.isEmpty() || first <= rows.nextSetBit(0) && rows.length() <= end;
    }

    /** A window whose rows leave no gaps and of which no position lies in the padding altogether. */
    private static boolean simple(Layer layer) {
        Window window = SegmentPasses.window(layer);
        return window == null
                || gapless(layer) && window.padTop() < window.rows() && window.padBottom() < window.rows();
    }

    private static boolean gapless(Layer layer) {
        Window window = SegmentPasses.window(layer);
        return window == null || window.dilationRows() == 1 && window.strideRows() <= window.rows();
    }

    private static void window(Layer layer, int p, BitSet rows) {
        Window window = SegmentPasses.window(layer);
        for (int r = 0; r < (window == null ? 1 : window.rows()); r++) {
            int h = window == null ? p : window.inputRow(p, r);
            if (h >= 0 && h < layer.inputShape().height()) {
                rows.set(h);
            }
        }
    }

    /** Rows of each layer of the segment that a tile stores or that its readers need. */
    private static BitSet[] needed(Network network, SegmentTensors tensors, int tile, int tiles) {
        int count = tensors.layers().size();
        BitSet[] needed = new BitSet[count];
        for (int i = count - 1; i >= 0; i--) {
            int height = tensors.layers().get(i).outputShape().height();
            needed[i] = new BitSet();
            needed[i].set(height * tile / tiles, height * (tile + 1) / tiles);
            for (int j = i + 1; j < count; j++) {
                Layer reader = tensors.layers().get(j);
                int made = tensors.layers().get(i).index();
                for (int p = needed[j].nextSetBit(0); p >= 0; p = needed[j].nextSetBit(p + 1)) {
                    for (int input : reader.inputs()) {
                        if (parts(network, input, made)) {
                            window(reader, p, needed[i]);
                        }
                    }
                    if (reader.hasResidual() && parts(network, reader.residual(), made)) {
                        needed[i].set(p);
                    }
                }
            }
            if (!needed[i].isEmpty()) {
                needed[i].set(needed[i].nextSetBit(0), needed[i].length());
            }
        }
        return needed;
    }

    private static boolean parts(Network network, int operand, int tensor) {
        if (operand == tensor) {
            return true;
        }
        return !Layer.isNetworkInput(operand)
                && network.layer(operand).op() instanceof Concatenation
                && network.layer(operand).inputs().stream().anyMatch(part -> parts(network, part, tensor));
    }
}
