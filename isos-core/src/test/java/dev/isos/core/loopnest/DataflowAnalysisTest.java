package dev.isos.core.loopnest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.loopnest.LoopNestDataflow.Drive;
import dev.isos.core.loopnest.LoopNestDataflow.Fusion;
import dev.isos.core.loopnest.LoopNestDataflow.Halo;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataflowAnalysisTest {
    private static final long BUDGET = 3 << 20;

    private static LoopNestDataflow builtIn(String id) {
        return LoopNestDataflow.builtIn().stream()
                .filter(d -> d.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static DataflowFigures analyse(String id, Network network) {
        List<Integer> all = IntStream.range(0, network.size()).boxed().toList();
        return new DataflowAnalysis(network, Densities.dense(network), BUDGET).network(builtIn(id), List.of(all));
    }

    /** ResNet-50's first kind of block, with its projection. */
    private static Network block(boolean projected) {
        WorkloadBuilder builder =
                new WorkloadBuilder("block", 1, new FeatureMapShape(projected ? 64 : 256, 56, 56), false, 0.5);
        int reduce = builder.convolution(Layer.NETWORK_INPUT, 64, 1, Window.square(1, 1, 0), 0.5);
        int middle = builder.convolution(reduce, 64, 1, Window.square(3, 1, 1), 0.5);
        int skip = projected
                ? builder.convolution(Layer.NETWORK_INPUT, Layer.NONE, 256, 1, Window.square(1, 1, 0), 0.5, false)
                : Layer.NETWORK_INPUT;
        builder.convolution(middle, skip, 256, 1, Window.square(1, 1, 0), 0.5, true);
        return builder.build().network();
    }

    /** Numbers that can be worked out with a pencil. */
    @Test
    void isOsOnAResidualBlock() {
        DataflowFigures figures = analyse("is-os", block(true));
        SegmentFigures segment = figures.segments().get(0);
        long map = 56 * 56;
        // the image is read once, only the last layer's output is written, weights are read once
        assertEquals(64 * map, segment.inputBytes());
        assertEquals(256 * map, segment.outputBytes());
        assertEquals(64 * 64 + 9 * 64 * 64 + 2 * 64 * 256, segment.weightBytes());
        LayerFigures middle = segment.layers().get(1);
        // every input enters the lanes once; 56 rows with 3 kernel rows, but 2 at the edges, in 3 columns of 64 sums
        assertEquals(64 * map, middle.array().inputs());
        assertEquals((56 * 3 - 2) * 3 * 64 * 4, middle.partialBytes());
        // the first layer makes column w+1 while the middle one completes w: two columns of the projection wait; at the
        // right edge the middle layer completes two columns at once
        long queues = 56 * (64 + 2 * 64 + 2 * 256);
        long shared = 56 * 256 * 4;
        assertEquals(queues + middle.partialBytes() + shared, segment.intermediateBytes());
        // a column of the image, and all filters
        assertEquals(segment.intermediateBytes() + 56 * 64 + segment.weightBytes(), segment.onChipBytes());
        for (int missing = 0; missing < 2; missing++) {
            long weights = new DataflowAnalysis(
                            block(true), Densities.dense(block(true)), segment.onChipBytes() - missing)
                    .network(builtIn("is-os"), List.of(List.of(0, 1, 2, 3)))
                    .segments()
                    .get(0)
                    .weightBytes();
            assertEquals(missing > 0, weights > segment.weightBytes(), missing + " bytes are missing");
        }
        assertEquals(1.0, figures.slots().utilization(), 1e-12);
    }

    @Test
    void fusionSavesWhatLayerByLayerMovesTwice() {
        Network network = block(false);
        long map = 56 * 56;
        for (String fused : List.of("is-os", "tiled-os")) {
            SegmentFigures segment = analyse(fused, network).segments().get(0);
            assertEquals(256 * map, segment.inputBytes(), fused);
            assertEquals(256 * map, segment.outputBytes(), fused);
        }
        for (String alone : List.of("os", "ws", "is")) {
            DataflowFigures figures = analyse(alone, network);
            long bytes = figures.segments().stream()
                    .mapToLong(s -> s.inputBytes() + s.outputBytes())
                    .sum();
            assertEquals((256 + 64 + 64 + 64 + 64 + 256 + 256) * map, bytes, alone);
        }
        DataflowFigures recompute = analyse("tiled-os-recompute", network);
        assertTrue(recompute.executedMacs() > recompute.macs());
        // 7 tiles of 8 need 10 columns of the 3x3 layer's input, those at the edges 9
        assertEquals(64L * 256 * 68 * 68 - 64L * 256 * map, recompute.executedMacs() - recompute.macs());
        assertEquals(
                256 * 68 * 68,
                recompute.segments().get(0).offChip().inputs(),
                "the residual operand lies within what the first layer reads");
    }

    @Test
    void lessStorageMeansMoreTrafficAndNeverOtherwise() {
        Network network = block(true);
        List<Integer> all = List.of(0, 1, 2, 3);
        for (LoopNestDataflow dataflow : LoopNestDataflow.builtIn()) {
            long before = 0;
            for (long budget = BUDGET; budget >= 1 << 14; budget /= 2) {
                long bytes = new DataflowAnalysis(network, Densities.dense(network), budget)
                        .network(dataflow, List.of(all))
                        .offChipBytes();
                assertTrue(bytes >= before, dataflow.id() + " at " + budget);
                before = bytes;
            }
        }
    }

    private static SegmentFigures figures(String id, Network network, Densities densities, long budget) {
        List<Integer> last = List.of(network.size() - 1);
        return new DataflowAnalysis(network, densities, budget)
                .network(builtIn(id), List.of(last))
                .segments()
                .get(0);
    }

    private static BoundaryTraffic traffic(long inputs, long weights, long outputs) {
        return new BoundaryTraffic(inputs, weights, outputs);
    }

    private static void equal(SegmentFigures expected, SegmentFigures actual) {
        assertEquals(
                expected,
                new SegmentFigures(
                        List.of(),
                        actual.offChip(),
                        actual.inputBytes(),
                        actual.weightBytes(),
                        actual.outputBytes(),
                        actual.intermediateBytes(),
                        actual.onChipBytes()));
    }

    /**
     * 8 channels at 4 positions to as many, with the image added. A fiber of 8 with 2 non-zeros takes 3 bytes as a bitmask, one with 1
     * takes 2, one with 4 takes 5. On chip: 32 sums of 4 bytes, a channel of the input, 8 weights in 2 bytes.
     */
    @Test
    void bytesOfALayerWithAResidual() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(8, 2, 2));
        builder.pointwiseWithResidual("layer", Layer.NETWORK_INPUT, 8, Layer.NETWORK_INPUT);
        Densities densities = new Densities(List.of(0.25, 0.5), List.of(0.125));
        equal(
                new SegmentFigures(List.of(), traffic(2 * 32, 64, 32), 2 * 12, 16, 20, 128, 128 + 4 + 2),
                figures("os", builder.build(), densities, BUDGET));
    }

    /**
     * 128 channels in two tiles of 64, to 64 at 4 positions. Weights with one non-zero per fiber take 4 bytes for 64. Where 256 sums have
     * room, next to 64 inputs and 256 bytes of weights, nothing but outputs leaves; else each sum does once and comes back.
     */
    @Test
    void sumsThatHaveNoRoomTravel() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(128, 2, 2));
        builder.convolution("layer", Layer.NETWORK_INPUT, 64, 1, 1, 0);
        Densities densities = new Densities(List.of(1.0, 1.0), List.of(1 / 64.0));
        equal(
                new SegmentFigures(List.of(), traffic(512, 8192, 256), 512, 512, 256, 1024, 1344),
                figures("ws", builder.build(), densities, 1344));
        equal(
                new SegmentFigures(List.of(), traffic(512, 8192, 256 + 512), 512, 512, 256 + 2048, 256, 576),
                figures("ws", builder.build(), densities, 1343));
    }

    /**
     * Fibers of 600 with a non-zero in 1000: 0.6 entries and those that bridge gaps of 255, expected 0.2673 and 0.0540; two bytes each and
     * two for the length are 3.8427 bytes, 384.27 for 100 fibers.
     */
    @Test
    void longGapsTakeEntries() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(600, 10, 10));
        builder.convolution("layer", Layer.NETWORK_INPUT, 1, 1, 1, 0);
        double bridges = 0.001 * 345 * Math.pow(0.999, 255) + 0.001 * 90 * Math.pow(0.999, 510);
        assertEquals(384.27, 100 * (2 * (0.6 + bridges) + 2), 0.01);
        assertEquals(
                385,
                figures("os", builder.build(), new Densities(List.of(0.001, 1.0), List.of(1.0)), BUDGET)
                        .inputBytes());
    }

    /** 2 channels with a density of a half, 0.625 bytes each, and 6 without zeros: 7.25 of 8 bytes, 7 of 8 non-zeros. */
    @Test
    void partsOfAnInputHaveTheirOwnDensity() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(1, 2, 2));
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        int second = builder.convolution("second", Layer.NETWORK_INPUT, 6, 1, 1, 0);
        int both = builder.concatenation("both", List.of(first, second));
        builder.convolution("last", both, 4, 1, 1, 0);
        SegmentFigures segment = figures(
                "os",
                builder.build(),
                new Densities(List.of(1.0, 0.5, 1.0, 1.0, 1.0), List.of(1.0, 1.0, 0.0, 1.0)),
                BUDGET);
        assertEquals(29, segment.inputBytes());
        assertEquals(128 * 7 / 8.0, segment.layers().get(0).slots().effectual(), 1e-9);
    }

    /** 4 outputs of one channel at a time: a byte each where only the greatest counts, four where they are summed. */
    @Test
    void sumsOfLayersWithoutFilters() {
        for (PoolingKind kind : PoolingKind.values()) {
            NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(3, 4, 4));
            builder.add(
                    "pool",
                    new LayerOp.Pooling(kind, Window.square(2, 2, 0), false),
                    List.of(Layer.NETWORK_INPUT),
                    Layer.NONE);
            SegmentFigures segment = figures("os", builder.build(), Densities.dense(builder.build()), BUDGET);
            assertEquals(kind == PoolingKind.MAX ? 4 : 16, segment.intermediateBytes());
            assertEquals(traffic(48, 0, 12), segment.offChip());
            assertEquals(48, segment.inputBytes());
            assertEquals(0, segment.weightBytes());
            assertEquals(12, segment.outputBytes());
        }
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(3, 4, 4));
        int more = builder.furtherInput(new FeatureMapShape(3, 4, 4));
        builder.add("sum", new LayerOp.ElementwiseAdd(), List.of(Layer.NETWORK_INPUT, more), Layer.NONE);
        SegmentFigures sum = figures("os", builder.build(), Densities.dense(builder.build()), BUDGET);
        assertEquals(0, sum.intermediateBytes());
        assertEquals(traffic(96, 0, 48), sum.offChip());
    }

    /**
     * Two 3x3 layers on 16 x 16, in tiles of 8 x 8: a tile needs 9 x 9 of the first one's 4 channels and 10 x 10 of the image, at the
     * edges as anywhere. 18 x 18 positions of the first layer are made, from 20 x 20 of the image.
     */
    @Test
    void tilesThatAreComputedAgain() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(1, 16, 16));
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 4, 3, 1, 1);
        builder.convolution("second", first, 2, 3, 1, 1);
        SegmentFigures segment =
                analyse("tiled-os-recompute", builder.build()).segments().get(0);
        assertEquals(traffic(20 * 20, 9 * 4 + 9 * 8, 512), segment.offChip());
        assertEquals(400, segment.inputBytes());
        long tiles = 9 * 9 * 4;
        long sums =
                segment.layers().stream().mapToLong(LayerFigures::partialBytes).sum();
        assertEquals(tiles + sums, segment.intermediateBytes());
        assertEquals(tiles + 10 * 10 + sums + segment.weightBytes(), segment.onChipBytes());
    }

    @Test
    void densitiesOfAWorkloadAreItsOwn() {
        Workload workload = RandomWorkloads.corners().get("chain");
        List<Integer> all =
                IntStream.range(0, workload.network().size()).boxed().toList();
        assertEquals(
                new DataflowAnalysis(workload.network(), Densities.of(workload), BUDGET)
                        .network(builtIn("os"), List.of(all)),
                DataflowAnalysis.of(workload, BUDGET).network(builtIn("os"), List.of(all)));
    }

    /** Runs the steps of random chains with sets of positions, and counts what is on chip in each. */
    @Test
    void liveElementsEqualTheWalkedSteps() {
        for (int i = 0; i < Integer.getInteger("isos.loopnest.cases", 60); i++) {
            long seed = 5000 + i;
            SplitMix random = new SplitMix(seed);
            Network network = chain(random, seed);
            boolean push = random.chance(0.5);
            Fusion fusion = push
                    ? new Fusion(Drive.INPUTS, Halo.REUSE, 0, random.between(1, 3))
                    : new Fusion(Drive.OUTPUTS, Halo.REUSE, random.between(1, 4), random.between(1, 4));
            LoopNest nest = builtIn(push ? "is-os" : "tiled-os").nest();
            SegmentGraph graph = new SegmentGraph(
                    network, IntStream.range(0, network.size()).boxed().toList());
            StepSchedule rows = new StepSchedule(graph, Axis.ROWS, fusion, nest);
            StepSchedule columns = new StepSchedule(graph, Axis.COLUMNS, fusion, nest);
            for (int tensor = Layer.NETWORK_INPUT; tensor < network.size() - 1; tensor++) {
                long[] expected = walked(network, fusion, tensor, rows.steps(), columns.steps());
                LiveElements live = new LiveElements(rows.lifetime(tensor), columns.lifetime(tensor));
                long[] actual = new long[expected.length];
                for (int t = 0; t < actual.length; t++) {
                    actual[t] = live.at(t / columns.steps(), t % columns.steps());
                }
                assertEquals(
                        Arrays.toString(expected),
                        Arrays.toString(actual),
                        "tensor " + tensor + " of " + network + " with " + fusion + ", seed " + seed);
            }
        }
    }

    /** A chain in which every position is needed by some output. */
    private static Network chain(SplitMix random, long seed) {
        int size = random.between(5, 9);
        WorkloadBuilder builder = new WorkloadBuilder("chain", seed, new FeatureMapShape(1, size, size), false, 0.5);
        int at = Layer.NETWORK_INPUT;
        int layers = random.between(2, 3);
        for (int i = 0; i < layers; i++) {
            int extent = builder.shapeOf(at).height();
            int kernel = random.oneOf(1, 2, 3);
            int stride = random.between(1, Math.min(2, kernel));
            int pad = random.between(0, kernel / 2);
            if (extent + 2 * pad < kernel || (extent + 2 * pad - kernel) % stride != 0) {
                kernel = 1;
                stride = 1;
                pad = 0;
            }
            Window window = Window.square(kernel, stride, pad);
            at = random.chance(0.3)
                    ? builder.pooling(at, PoolingKind.MAX, window, false)
                    : builder.convolution(at, 1, 1, window, 0.5);
        }
        return builder.build().network();
    }

    private record Position(int row, int column) {}

    /** Positions of a tensor on chip in each step: from when it comes or is made to when a reader last needs it. */
    private static long[] walked(Network network, Fusion fusion, int tensor, int rowSteps, int columnSteps) {
        int steps = rowSteps * columnSteps;
        int layers = network.size();
        List<List<Set<Position>>> madeIn = new ArrayList<>();
        Map<Integer, Set<Position>> done = new HashMap<>();
        for (int t = 0; t < steps; t++) {
            List<Set<Position>> made = new ArrayList<>();
            for (int l = 0; l < layers; l++) {
                made.add(new HashSet<>());
                done.computeIfAbsent(l, x -> new HashSet<>());
            }
            if (fusion.drive() == Drive.INPUTS) {
                int columns = (t + 1) * fusion.columns();
                for (int l = 0; l < layers; l++) {
                    for (Position out : positions(network, l)) {
                        int layer = l;
                        boolean complete = reads(network, l, out).stream()
                                .allMatch(in -> layer == 0
                                        ? in.column() < columns
                                        : done.get(layer - 1).contains(in));
                        if (complete && done.get(l).add(out)) {
                            made.get(l).add(out);
                        }
                    }
                }
            } else {
                Set<Position> wanted = new HashSet<>();
                for (Position out : positions(network, layers - 1)) {
                    if (out.row() / fusion.rows() == t / columnSteps
                            && out.column() / fusion.columns() == t % columnSteps) {
                        wanted.add(out);
                    }
                }
                for (int l = layers - 1; l >= 0; l--) {
                    wanted.removeAll(done.get(l));
                    done.get(l).addAll(wanted);
                    made.get(l).addAll(wanted);
                    Set<Position> next = new HashSet<>();
                    for (Position out : wanted) {
                        next.addAll(reads(network, l, out));
                    }
                    wanted = next;
                }
            }
            madeIn.add(made);
        }
        long[] live = new long[steps];
        for (Position position : positions(network, tensor)) {
            int first = -1;
            int last = -1;
            for (int t = 0; t < steps; t++) {
                boolean needed;
                if (fusion.drive() == Drive.INPUTS) {
                    // a layer walks each input in the step in which it comes
                    needed = tensor < 0
                            ? position.column() / fusion.columns() == t
                            : madeIn.get(t).get(tensor).contains(position);
                } else {
                    needed = madeIn.get(t).get(tensor + 1).stream()
                            .anyMatch(out -> reads(network, tensor + 1, out).contains(position));
                }
                if (needed) {
                    first = first < 0 ? t : first;
                    last = t;
                }
            }
            for (int t = 0; t < steps; t++) {
                live[t] += first >= 0 && first <= t && t <= last ? 1 : 0;
            }
        }
        return live;
    }

    private static List<Position> positions(Network network, int tensor) {
        FeatureMapShape shape = network.shapeOf(tensor);
        List<Position> all = new ArrayList<>();
        for (int row = 0; row < shape.height(); row++) {
            for (int column = 0; column < shape.width(); column++) {
                all.add(new Position(row, column));
            }
        }
        return all;
    }

    private static Set<Position> reads(Network network, int layer, Position out) {
        Layer l = network.layer(layer);
        Window window = LayerShape.of(l).window();
        Set<Position> inputs = new HashSet<>();
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                int row = window.inputRow(out.row(), r);
                int column = window.inputColumn(out.column(), s);
                if (row >= 0
                        && row < l.inputShape().height()
                        && column >= 0
                        && column < l.inputShape().width()) {
                    inputs.add(new Position(row, column));
                }
            }
        }
        return inputs;
    }
}
