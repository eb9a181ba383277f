package dev.isos.core.wavefront.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.TestGeometry;
import dev.isos.core.wavefront.WeakSpots;
import dev.isos.core.wavefront.mapping.ChannelSplit;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.mapping.SegmentPasses;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.mapping.SegmentTensors.Operand;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Work items of whole pipelines: enough waits to be correct, few enough never to deadlock, bytes that add up. */
class SegmentStreamTest {
    private static final int ALL_NETWORKS = 60;
    private static final int NETWORKS = Integer.getInteger("isos.segment.cases", ALL_NETWORKS);

    private final IsOsDataflow dataflow = new IsOsDataflow();

    /** One executed segment of a case. */
    private record Executed(
            Workload workload,
            Geometry geometry,
            Segment segment,
            List<RecordedItem> items,
            Map<Integer, ActivationTensor> outputs,
            SegmentTensors tensors,
            SegmentPasses passes,
            String where) {
        Layer layer(int index) {
            return workload.network().layer(index);
        }

        LayerFactors factors(int layer) {
            return LayerFactors.of(segment.mapping(layer));
        }

        /** Factors of the first layer that computes, whose tiles are those of the segment. */
        LayerFactors factors() {
            return factors(tensors.layers().get(0).index());
        }

        Pass pass(int layer, int number) {
            for (int i = 0; i < tensors.layers().size(); i++) {
                if (tensors.layers().get(i).index() == layer) {
                    return passes.pass(number, i);
                }
            }
            throw new AssertionError("layer " + layer + " is not of the segment");
        }

        ActivationTensor values(int tensor) {
            return Layer.isNetworkInput(tensor) ? workload.input(tensor) : outputs.get(tensor);
        }

        /** Bytes of the non-zeros of channels {@code from .. to - 1} of a fiber. */
        long bytes(int tensor, int w, int h, int from, int to) {
            return 2
                    * IntStream.range(from, to)
                            .filter(c -> values(tensor).value(c, h, w) != 0)
                            .count();
        }
    }

    @FunctionalInterface
    private interface Check {
        void on(Executed executed, SplitMix random);
    }

    @Tag("slow")
    @Test
    void noOrderOfStartsDeadlocksWithTheSmallestBuffers(TestReporter reporter) {
        forEachSegment(reporter, (executed, random) -> {
            TokenMachine machine = new TokenMachine(executed);
            machine.run(size -> 0, "first come");
            machine.run(size -> size - 1, "last come");
            machine.run(size -> random.between(0, size - 1), "any");
        });
    }

    @Test
    void itemsWaitForAllTheyRead(TestReporter reporter) {
        forEachSegment(reporter, (executed, random) -> new Dependences(executed).check());
    }

    /** What is loaded and stored, byte by byte. */
    @Test
    void bytesAreThoseOfTheNonZeros(TestReporter reporter) {
        forEachSegment(reporter, (executed, random) -> {
            checkWeights(executed);
            checkLoads(executed);
            checkStores(executed);
            checkProducts(executed);
        });
    }

    private static void checkWeights(Executed executed) {
        for (Layer layer : executed.tensors().layers()) {
            List<RecordedItem> loads = of(executed, IsOsSchema.LOAD_WEIGHTS, layer.index());
            boolean filters = layer.op() instanceof Convolution;
            LayerFactors factors = executed.factors(layer.index());
            int expected = factors.streamed() ? factors.streamSteps() : factors.kTiles();
            assertEquals(filters ? expected : 0, loads.size(), executed.where());
            long bytes = 0;
            for (int i = 0; i < loads.size(); i++) {
                RecordedItem load = loads.get(i);
                assertEquals(i, load.step(), executed.where());
                assertEquals(load.offChipBytes(), load.count(IsOsSchema.FILTER_BUFFER_BYTES), executed.where());
                if (!factors.streamed()) {
                    Pass pass = executed.pass(layer.index(), executed.passes().firstPass(i));
                    long weights = 0;
                    for (char k : executed.workload().filters(layer.index()).coordinates()) {
                        weights += k >= pass.firstChannel() && k < pass.endChannel() ? 2 : 0;
                    }
                    assertEquals(weights, load.offChipBytes(), () -> executed.where() + ": " + load);
                }
                bytes += load.offChipBytes();
            }
            long nonZeros = filters ? executed.workload().filters(layer.index()).nonZeros() : 0;
            assertEquals(2 * nonZeros, bytes, executed.where() + ": weights travel once");
        }
    }

    private static void checkLoads(Executed executed) {
        if (executed.tensors().layers().isEmpty()) {
            assertTrue(executed.items().isEmpty(), executed.where());
            return;
        }
        LayerFactors factors = executed.factors();
        int lanes = executed.geometry().getInt(IsOsSchema.LANES);
        for (int tensor : executed.tensors().entering()) {
            int width = executed.tensors().shape(tensor).width();
            int channels = executed.tensors().shape(tensor).channels();
            TensorRole role = executed.tensors().role(tensor);
            boolean byChannel = !(executed.tensors().layers().get(0).op() instanceof Convolution);
            boolean sliced = factors.kTiles() > 1 && (byChannel || role == TensorRole.RESIDUALS);
            Map<String, RecordedItem> seen = new TreeMap<>();
            for (RecordedItem load : executed.items()) {
                if (load.phase() != IsOsSchema.LOAD_INPUT || load.tensor() != tensor) {
                    continue;
                }
                Supplier<String> where = () -> executed.where() + ": " + load;
                assertEquals(role, load.role(), where);
                int pass = load.step() / width;
                assertEquals(null, seen.put(pass + "/" + load.step() % width + "/" + load.row(), load), where);
                if (!sliced) {
                    assertEquals(
                            executed.bytes(tensor, load.step() % width, load.row(), 0, channels),
                            load.offChipBytes(),
                            where);
                }
                assertTrue(load.heldBytes() * lanes >= load.offChipBytes(), where);
            }
            for (int pass = 0; pass < executed.passes().count(); pass++) {
                int first = executed.passes().firstRow(pass, tensor);
                int end = executed.passes().endRow(pass, tensor);
                for (int w = 0; w < width; w++) {
                    for (int h = 0; h < executed.tensors().shape(tensor).height(); h++) {
                        RecordedItem load = seen.get(pass + "/" + w + "/" + h);
                        String where =
                                executed.where() + ": tensor " + tensor + ", pass " + pass + " w " + w + " h " + h;
                        boolean resident = pass > 0 && factors.kTiles() > 1 && factors.rowTiles() == 1;
                        if (h < first || h >= end) {
                            assertEquals(null, load, where);
                        } else if (sliced) {
                            long bytes = sliceBytes(executed, tensor, pass, w, h);
                            assertEquals(bytes, load == null ? 0 : load.offChipBytes(), where);
                        } else if (!resident) {
                            assertTrue(load != null, where);
                        }
                    }
                }
            }
        }
    }

    /** Bytes of those channels of a fiber that a tile of K reads of an operand read by channel. */
    private static long sliceBytes(Executed executed, int tensor, int pass, int w, int h) {
        Layer layer = executed.tensors().layers().get(0);
        Pass tile = executed.pass(layer.index(), pass);
        int low = Integer.MAX_VALUE;
        int high = 0;
        List<Operand> parts = executed.tensors().aligned(0);
        for (Operand part : parts.isEmpty() ? executed.tensors().windowed(0) : parts) {
            for (int k = tile.firstChannel(); k < tile.endChannel() && part.tensor() == tensor; k++) {
                int c = k - part.firstChannel();
                if (c >= 0 && c < executed.tensors().shape(tensor).channels()) {
                    low = Math.min(low, c);
                    high = Math.max(high, c + 1);
                }
            }
        }
        return low < high ? executed.bytes(tensor, w, h, low, high) : 0;
    }

    private static void checkStores(Executed executed) {
        for (Layer layer : executed.tensors().layers()) {
            int tensor = layer.index();
            int width = layer.outputShape().width();
            Map<String, Long> stored = new HashMap<>();
            Map<String, Integer> times = new HashMap<>();
            for (RecordedItem store : of(executed, IsOsSchema.STORE_OUTPUT, tensor)) {
                assertEquals(TensorRole.OUTPUTS, store.role(), executed.where());
                String fiber = store.step() % width + "/" + store.row();
                stored.merge(fiber, store.offChipBytes(), Long::sum);
                times.merge(fiber, 1, Integer::sum);
            }
            if (!leaves(executed, tensor)) {
                assertTrue(stored.isEmpty(), executed.where() + ": layer " + tensor + " does not leave");
                continue;
            }
            int expected = executed.factors().kTiles();
            for (int q = 0; q < width; q++) {
                for (int p = 0; p < layer.outputShape().height(); p++) {
                    String where = executed.where() + ": layer " + tensor + " q " + q + " p " + p;
                    assertEquals(expected, times.getOrDefault(q + "/" + p, 0), where);
                    assertEquals(
                            executed.bytes(tensor, q, p, 0, layer.outputShape().channels()),
                            stored.get(q + "/" + p),
                            where);
                }
            }
        }
    }

    /** Whether somebody outside of the segment wants a tensor. */
    private static boolean leaves(Executed executed, int tensor) {
        Network network = executed.workload().network();
        boolean readInside = false;
        for (Layer layer : network.layers()) {
            if (!(layer.op() instanceof Concatenation)) {
                for (int operand : layer.operands()) {
                    boolean reads = parts(network, operand).contains(tensor);
                    if (reads && !executed.segment().contains(layer.index())) {
                        return true;
                    }
                    readInside |= reads;
                }
            }
        }
        return !readInside || parts(network, network.size() - 1).contains(tensor);
    }

    private static List<Integer> parts(Network network, int operand) {
        if (Layer.isNetworkInput(operand) || !(network.layer(operand).op() instanceof Concatenation)) {
            return List.of(operand);
        }
        List<Integer> parts = new ArrayList<>();
        network.layer(operand).inputs().forEach(input -> parts.addAll(parts(network, input)));
        return parts;
    }

    private static void checkProducts(Executed executed) {
        for (Layer layer : executed.tensors().layers()) {
            if (layer.op() instanceof Convolution) {
                long products = of(executed, IsOsSchema.FRONTEND, layer.index()).stream()
                        .mapToLong(item -> item.count(IsOsSchema.PRODUCTS))
                        .sum();
                ActivationTensor input = executed.values(layer.inputs().get(0));
                long effectual = ReferenceExecutor.effectualMacs(
                        layer, input, executed.workload().filters(layer.index()));
                boolean tiledPipeline = executed.factors().rowTiles() > 1
                        && executed.tensors().layers().size() > 1;
                assertEquals(tiledPipeline, new IsOsDataflow().recomputes(executed.segment()), executed.where());
                if (tiledPipeline) {
                    assertTrue(products >= effectual, executed.where());
                } else {
                    assertEquals(effectual, products, executed.where());
                }
            }
            long outputs = of(executed, IsOsSchema.BACKEND, layer.index()).stream()
                    .mapToLong(item -> item.count(IsOsSchema.OUTPUTS))
                    .sum();
            long made = 0;
            for (int pass = 0; pass < executed.passes().count(); pass++) {
                Pass mine = executed.pass(layer.index(), pass);
                made += (long) (mine.endChannel() - mine.firstChannel())
                        * mine.outputRows()
                        * layer.outputShape().width();
            }
            assertEquals(made, outputs, executed.where());
        }
    }

    private static List<RecordedItem> of(Executed executed, int phase, int layer) {
        return executed.items().stream()
                .filter(item -> item.phase() == phase && item.layer() == layer)
                .toList();
    }

    /** The first columns of the input, as many as the queues have room for, are loaded once, the others once per tile. */
    @Test
    void tilesOfChannelsKeepAsManyColumnsAsFit(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int some = 0;
        for (long seed = first; seed < first + 200; seed++) {
            Workload workload = RandomWorkloads.layer(seed);
            SplitMix random = new SplitMix(seed);
            int lanes = random.between(12, 40);
            Geometry tight = TestGeometry.tight(workload, lanes, Map.of(), IsOsSchema.FILTER_BUFFER);
            Segment least = (Segment) dataflow.map(workload, List.of(0), tight);
            LayerFactors factors = LayerFactors.of(least.mapping(0));
            if (factors.kTiles() == 1 || factors.rowTiles() > 1) {
                continue;
            }

            Geometry geometry = TestGeometry.with(
                    lanes,
                    Map.of(
                            IsOsSchema.FILTER_BUFFER,
                            tight.get(IsOsSchema.FILTER_BUFFER),
                            IsOsSchema.QUEUES,
                            least.storage().get(2).demandBytes() + random.between(0, 60)));
            Segment segment = (Segment) dataflow.map(workload, List.of(0), geometry);
            long more =
                    geometry.get(IsOsSchema.QUEUES) - segment.storage().get(2).demandBytes();
            int tiles = LayerFactors.of(segment.mapping(0)).kTiles();
            int width = workload.input().shape().width();
            int height = workload.input().shape().height();
            int share = lanes / height;
            int kept = 0;
            int[] held = new int[height];
            while (kept < width && fits(workload.input(), kept, share, held, more)) {
                kept++;
            }
            int[] loads = new int[width];
            for (RecordedItem item : new TestingExecutionContext(workload, geometry).execute(dataflow, segment)) {
                if (item.phase() == IsOsSchema.LOAD_INPUT) {
                    loads[item.step() % width]++;
                }
            }
            for (int w = 0; w < width; w++) {
                String where =
                        "seed " + seed + ", " + tiles + " tiles, " + more + " bytes, column " + w + " of " + kept;
                assertEquals(height * (w < kept ? 1 : tiles), loads[w], where);
            }
            some += kept > 0 && kept < width ? 1 : 0;
        }
        assertTrue(some > 5 || Long.getLong("isos.seed") != null, some + " cases keep some columns");
    }

    private static boolean fits(ActivationTensor input, int column, int share, int[] held, long room) {
        boolean fits = true;
        for (int h = 0; h < held.length; h++) {
            int nonZeros = 0;
            for (int c = 0; c < input.shape().channels(); c++) {
                nonZeros += input.value(c, h, column) != 0 ? 1 : 0;
            }
            held[h] += (2 * nonZeros + share - 1) / share;
            fits &= held[h] <= room;
        }
        return fits;
    }

    @Test
    void aResidualThatIsAlsoAnInputIsLoadedOnce() {
        Workload workload = RandomWorkloads.corners().get("residual-signed");
        Geometry geometry = TestGeometry.lanes(8);
        Segment segment = (Segment) dataflow.map(workload, List.of(0), geometry);
        List<RecordedItem> items = new TestingExecutionContext(workload, geometry).execute(dataflow, segment);
        assertEquals(0, bytes(items, TensorRole.RESIDUALS));
        assertEquals(
                workload.input().shape().fibers(),
                items.stream().filter(i -> i.phase() == IsOsSchema.LOAD_INPUT).count());
    }

    @Test
    void aPipelineMovesNothingBetweenItsLayers() {
        Workload workload = RandomWorkloads.corners().get("residual");
        int size = workload.network().size();
        // eight rows, on eight lanes whole and on six in tiles
        for (int lanes : new int[] {8, 6}) {
            Geometry geometry = TestGeometry.lanes(lanes);
            int from = lanes == 8 ? 0 : 1;
            Segment segment = (Segment)
                    dataflow.map(workload, IntStream.range(from, size).boxed().toList(), geometry);
            TestingExecutionContext context = new TestingExecutionContext(workload, geometry);
            if (from == 1) {
                context.execute(dataflow, (Segment) dataflow.map(workload, List.of(0), geometry));
            }
            for (RecordedItem item : context.execute(dataflow, segment)) {
                if (item.phase() == IsOsSchema.LOAD_INPUT) {
                    assertEquals(from - 1, item.tensor());
                } else if (item.phase() == IsOsSchema.STORE_OUTPUT) {
                    assertEquals(size - 1, item.tensor());
                }
            }
        }
    }

    /** Eight tiles of one channel; the residual operand is channels 0, 1, 2 of one tensor, 0, 1 of another, and the first again. */
    @Test
    void aTileOfChannelsLoadsItsOwnChannelsOfAConcatenatedResidualOperand() {
        Workload workload = weakSpot("concatenated-residual");
        Geometry geometry = TestGeometry.tight(workload, 12, Map.of(), IsOsSchema.FILTER_BUFFER);
        TestingExecutionContext context = new TestingExecutionContext(workload, geometry);
        for (int layer = 0; layer < 4; layer++) {
            context.execute(dataflow, (Segment) dataflow.map(workload, List.of(layer), geometry));
        }
        Segment segment = (Segment) dataflow.map(workload, List.of(4), geometry);
        assertEquals(8, LayerFactors.of(segment.mapping(4)).kTiles());
        int[] tensors = {0, 0, 0, 1, 1, 0, 0, 0};
        int[] channels = {0, 1, 2, 0, 1, 0, 1, 2};
        long[] bytes = new long[8];
        for (RecordedItem item : context.execute(dataflow, segment)) {
            if (item.role() == TensorRole.RESIDUALS) {
                int tile = item.step() / 6;
                assertEquals(tensors[tile], item.tensor());
                bytes[tile] += item.offChipBytes();
            }
        }
        for (int tile = 0; tile < 8; tile++) {
            ActivationTensor operand = context.outputs().get(tensors[tile]);
            long nonZeros = 0;
            for (int fiber = 0; fiber < 9 * 6; fiber++) {
                nonZeros += operand.value(channels[tile], fiber % 9, fiber / 9) != 0 ? 1 : 0;
            }
            assertEquals(2 * nonZeros, bytes[tile], "tile " + tile);
        }
    }

    private static Workload weakSpot(String id) {
        return WeakSpots.all().stream()
                .filter(w -> w.info().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Tiles of rows of a pipeline make some rows of what leaves it several times, and store each once. */
    @Test
    void whatLeavesAPipelineInTilesIsStoredOnce() {
        Workload workload = weakSpot("leaving-inside");
        Geometry geometry = TestGeometry.lanes(10);
        Segment segment = (Segment) dataflow.map(workload, List.of(0, 1, 2, 3, 4), geometry);
        int tiles = LayerFactors.of(segment.mapping(0)).rowTiles();
        assertTrue(tiles > 1);
        int[] stored = new int[5];
        int[] made = new int[5];
        for (RecordedItem item : new TestingExecutionContext(workload, geometry).execute(dataflow, segment)) {
            stored[item.layer()] += item.phase() == IsOsSchema.STORE_OUTPUT ? 1 : 0;
            made[item.layer()] += item.phase() == IsOsSchema.BACKEND ? 1 : 0;
        }
        // stem, branch and the last layer are parts of the output; the sum is read inside alone
        assertArrayEquals(new int[] {77, 77, 0, 77, 0}, stored);
        assertTrue(made[0] > 77 && made[1] > 77, "halos are computed again");
    }

    private static long bytes(List<RecordedItem> items, TensorRole role) {
        return items.stream()
                .filter(item -> item.role() == role)
                .mapToLong(RecordedItem::offChipBytes)
                .sum();
    }

    /** Kinds of segments that the cases must reach. */
    private enum Kind {
        LONG,
        TILES_OF_CHANNELS,
        RESIDENT_COLUMNS,
        LAYER_IN_TILES_OF_ROWS,
        POOLING_IN_TILES_OF_CHANNELS,
        TILES_OF_BOTH,
        PIPELINE_IN_TILES_OF_ROWS,
        STREAMED,
        SEVERAL_STEPS,
        SHARED_ROWS,
        ROWS_SHARE_A_LANE,
        LEAVES_TILES_AND_READ_INSIDE
    }

    private static void note(Executed executed, Map<Kind, Integer> reached) {
        if (executed.tensors().layers().isEmpty()) {
            return;
        }
        LayerFactors factors = executed.factors();
        int computing = executed.tensors().layers().size();
        note(reached, Kind.LONG, computing > 6);
        note(reached, Kind.TILES_OF_CHANNELS, factors.kTiles() > 1);
        boolean pooling = executed.tensors().layers().get(0).op() instanceof Pooling;
        note(reached, Kind.POOLING_IN_TILES_OF_CHANNELS, pooling && factors.kTiles() > 1);
        note(reached, Kind.TILES_OF_BOTH, factors.kTiles() > 1 && factors.rowTiles() > 1);
        note(reached, Kind.LAYER_IN_TILES_OF_ROWS, factors.rowTiles() > 1 && computing == 1);
        note(reached, Kind.PIPELINE_IN_TILES_OF_ROWS, factors.rowTiles() > 1 && computing > 2);
        note(reached, Kind.STREAMED, factors.streamed());
        note(reached, Kind.SEVERAL_STEPS, factors.streamSteps() > 1);
        note(reached, Kind.SHARED_ROWS, !factors.streamed() && factors.rowLanes() > 1);
        for (int i = 0; i < computing - 1; i++) {
            int tensor = executed.tensors().layers().get(i).index();
            boolean read = IntStream.range(i + 1, computing)
                    .anyMatch(j -> executed.tensors().readsThroughWindow(j, tensor));
            boolean both = factors.rowTiles() > 1 && read && leaves(executed, tensor);
            note(reached, Kind.LEAVES_TILES_AND_READ_INSIDE, both);
        }
        int first = executed.tensors().layers().get(0).index();
        int lanes = executed.geometry().getInt(IsOsSchema.LANES);
        note(reached, Kind.ROWS_SHARE_A_LANE, executed.pass(first, 0).inputRows() > lanes);
        if (factors.kTiles() > 1 && executed.layer(first).op() instanceof Convolution) {
            int input = executed.tensors().windowed(0).get(0).tensor();
            long loads = executed.items().stream()
                    .filter(i -> i.phase() == IsOsSchema.LOAD_INPUT && i.tensor() == input && i.heldBytes() > 0)
                    .count();
            long rounds = executed.items().stream()
                    .filter(i -> i.phase() == IsOsSchema.LOAD_INPUT && i.tensor() == input && i.heldBytes() > 0)
                    .map(i -> i.step() % executed.tensors().shape(input).width() + "/" + i.row())
                    .distinct()
                    .count();
            note(reached, Kind.RESIDENT_COLUMNS, loads > rounds && loads < rounds * factors.kTiles());
        }
    }

    private static void note(Map<Kind, Integer> reached, Kind kind, boolean is) {
        reached.merge(kind, is ? 1 : 0, Integer::sum);
    }

    /** Runs random networks and awkward ones in random segments, on machines of all sizes. */
    private void forEachSegment(TestReporter reporter, Check check) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        Map<Kind, Integer> reached = new TreeMap<>();
        for (long seed = first; seed < first + NETWORKS; seed++) {
            forEachSegment(RandomWorkloads.network(seed), new SplitMix(seed), reached, check);
        }
        for (Workload workload : WeakSpots.all()) {
            for (int n = 0; n < Math.max(1, NETWORKS / 10); n++) {
                forEachSegment(workload, new SplitMix(first + n), reached, check);
            }
        }
        reporter.publishEntry("segments", reached.toString());
        boolean all = NETWORKS >= ALL_NETWORKS && Long.getLong("isos.seed") == null;
        for (Kind kind : Kind.values()) {
            assertTrue(reached.get(kind) > 0 || !all, "the default seeds cover " + kind);
        }
    }

    private void forEachSegment(Workload workload, SplitMix random, Map<Kind, Integer> reached, Check check) {
        int lanes = random.oneOf(1, 2, 3, 4, 5, 12, 16, 70);
        Map<String, Long> others = new HashMap<>(Map.of(IsOsSchema.COLUMN_SLACK, (long) random.between(0, 2)));
        String[] memories = {IsOsSchema.FILTER_BUFFER, IsOsSchema.CONTEXT_ARRAY, IsOsSchema.QUEUES};
        int tight = random.between(0, 3);
        Geometry geometry = TestGeometry.with(lanes, others);
        if (tight < 3) {
            geometry = TestGeometry.tight(workload, lanes, others, memories[tight], memories[(tight + 1) % 3]);
        }
        TestingExecutionContext context = new TestingExecutionContext(workload, geometry);
        int size = workload.network().size();
        int from = 0;
        while (from < size) {
            int length = Math.min(random.chance(0.5) ? 16 : random.between(1, 6), size - from);
            MappingOutcome outcome = map(workload, from, length, geometry);
            while (outcome instanceof PlanRejection) {
                length--;
                outcome = map(workload, from, length, geometry);
            }
            Segment segment = (Segment) outcome;
            Map<String, Long> least = new HashMap<>(others);
            // as small as the demand, but that tiles of K may keep some of their input
            long kept = random.between(0, 40);
            least.put(IsOsSchema.FILTER_BUFFER, segment.storage().get(0).demandBytes());
            least.put(IsOsSchema.CONTEXT_ARRAY, segment.storage().get(1).demandBytes());
            least.put(IsOsSchema.QUEUES, segment.storage().get(2).demandBytes() + kept);
            if (map(workload, from, length, TestGeometry.with(lanes, least)) instanceof Segment smallest
                    && smallest.mappings().equals(segment.mappings())) {
                segment = smallest;
            }
            long buffers = segment.buffers().stream()
                    .mapToLong(TensorBuffer::capacityBytes)
                    .sum();
            assertTrue(buffers <= segment.storage().get(2).limitBytes(), "more queues than there are");
            List<RecordedItem> items = context.execute(dataflow, segment);
            SegmentTensors tensors = new SegmentTensors(workload.network(), segment.layers());
            SegmentPasses passes = tensors.layers().isEmpty()
                    ? null
                    : SegmentPasses.of(
                            tensors,
                            LayerFactors.of(
                                    segment.mapping(tensors.layers().get(0).index())));
            String where = workload.info().id() + ", layers " + segment.layers() + ", " + segment.mappings() + ", on "
                    + geometry;
            Executed executed =
                    new Executed(workload, geometry, segment, items, context.outputs(), tensors, passes, where);
            check.on(executed, random);
            note(executed, reached);
            from += length;
        }
    }

    private MappingOutcome map(Workload workload, int from, int length, Geometry geometry) {
        return dataflow.map(
                workload, IntStream.range(from, from + length).boxed().toList(), geometry);
    }

    /** Chooses one of so many items, which are in order of arrival: which is the next to start, or to end. */
    @FunctionalInterface
    private interface Policy {
        int choose(int size);
    }

    /**
     * A machine without time: items start and end one event at a time. Queues give space in the order of the wavefronts, the
     * filter buffer in the order of the loads that are ready, and only if it fits: no pool, no allowance for empty queues.
     */
    private static final class TokenMachine {
        private static final long FILTER_BUFFER = -1;
        private final Executed executed;
        private final List<RecordedItem> items;
        private final int[] readers;
        private final int[] waiting;
        private final List<List<Integer>> dependants = new ArrayList<>();
        private final Map<Integer, Long> capacity = new HashMap<>();
        private final long filterBuffer;

        /** Bytes that each item takes, and where. */
        private final long[] taken;

        private final long[] queue;

        TokenMachine(Executed executed) {
            this.executed = executed;
            items = executed.items();
            readers = new int[items.size()];
            waiting = new int[items.size()];
            for (int i = 0; i < items.size(); i++) {
                dependants.add(new ArrayList<>());
                for (int other : items.get(i).waitsFor()) {
                    dependants.get(other).add(i);
                    readers[other]++;
                    waiting[i]++;
                }
            }
            for (TensorBuffer buffer : executed.segment().buffers()) {
                capacity.put(buffer.tensor(), buffer.capacityBytes());
            }
            filterBuffer = executed.segment().storage().get(0).demandBytes();
            taken = IntStream.range(0, items.size()).mapToLong(this::bytes).toArray();
            queue = IntStream.range(0, items.size()).mapToLong(this::place).toArray();
        }

        /** Bytes of an item; of what is computed, and of what comes in once, as if none of it were zero. */
        private long bytes(int item) {
            RecordedItem it = items.get(item);
            if (it.phase() == IsOsSchema.BACKEND) {
                return 2L * it.count(IsOsSchema.OUTPUTS);
            }
            if (it.phase() == IsOsSchema.LOAD_INPUT && executed.factors().kTiles() == 1) {
                int lanes = executed.geometry().getInt(IsOsSchema.LANES);
                int width = executed.tensors().shape(it.tensor()).width();
                int pass = it.step() / width;
                int rows = executed.passes().endRow(pass, it.tensor())
                        - executed.passes().firstRow(pass, it.tensor());
                int share = executed.factors().streamed() ? lanes : Math.max(1, lanes / rows);
                long dense = 2L * executed.tensors().shape(it.tensor()).channels();
                assertTrue(it.heldBytes() <= (dense + share - 1) / share, () -> executed.where() + ": " + it);
                return (dense + share - 1) / share;
            }
            return it.phase() == IsOsSchema.LOAD_WEIGHTS ? it.count(IsOsSchema.FILTER_BUFFER_BYTES) : it.heldBytes();
        }

        private long limit(int item) {
            RecordedItem it = items.get(item);
            return it.phase() == IsOsSchema.LOAD_WEIGHTS ? filterBuffer : capacity.get(it.tensor());
        }

        void run(Policy policy, String name) {
            int[] open = waiting.clone();
            int[] stillRead = readers.clone();
            Map<Long, Long> occupied = new HashMap<>();
            Map<Long, ArrayDeque<Integer>> queues = queues();
            List<Integer> ready = new ArrayList<>();
            Map<Long, NavigableSet<Integer>> blocked = new HashMap<>();
            List<Integer> running = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                if (open[i] == 0) {
                    ready.add(i);
                }
            }
            int ended = 0;
            while (ended < items.size()) {
                // start as much as fits, then end one of the items that run, both as the policy says
                while (!ready.isEmpty()) {
                    Integer item = ready.remove(policy.choose(ready.size()));
                    long bytes = taken[item];
                    long key = queue[item];
                    long used = occupied.getOrDefault(key, 0L);
                    boolean next = bytes == 0
                            || (key == FILTER_BUFFER
                                    ? firstLoad(item, ready, blocked)
                                    : queues.get(key).peek().equals(item));
                    if (bytes == 0) {
                        running.add(item);
                    } else if (next && used + bytes <= limit(item)) {
                        if (key != FILTER_BUFFER) {
                            queues.get(key).remove();
                        }
                        occupied.put(key, used + bytes);
                        running.add(item);
                        ready.addAll(unblocked(key, queues, blocked));
                    } else {
                        blocked.computeIfAbsent(key, k -> new TreeSet<>()).add(item);
                    }
                }
                if (running.isEmpty()) {
                    fail(executed.where() + ", order " + name + ": deadlock, " + (items.size() - ended)
                            + " items left, blocked are "
                            + blocked.values().stream()
                                    .flatMap(some -> some.stream().limit(1))
                                    .map(items::get)
                                    .toList());
                }
                int item = running.remove(policy.choose(running.size()));
                ended++;
                List<Integer> freed = new ArrayList<>();
                if (stillRead[item] == 0) {
                    freed.add(item);
                }
                for (int other : items.get(item).waitsFor()) {
                    if (--stillRead[other] == 0) {
                        freed.add(other);
                    }
                }
                for (int other : freed) {
                    if (taken[other] > 0) {
                        occupied.merge(queue[other], -taken[other], Long::sum);
                        ready.addAll(unblocked(queue[other], queues, blocked));
                    }
                }
                for (int next : dependants.get(item)) {
                    if (--open[next] == 0) {
                        ready.add(next);
                    }
                }
                ready.sort(null);
            }
            assertTrue(occupied.values().stream().allMatch(bytes -> bytes == 0), executed.where() + ": space is left");
        }

        /** The one item of a place that may start there next, if it is blocked: the others would only be blocked again. */
        private static List<Integer> unblocked(
                long key, Map<Long, ArrayDeque<Integer>> queues, Map<Long, NavigableSet<Integer>> blocked) {
            NavigableSet<Integer> some = blocked.getOrDefault(key, Collections.emptyNavigableSet());
            if (some.isEmpty()) {
                return List.of();
            }
            Integer next = key == FILTER_BUFFER ? some.first() : queues.get(key).peek();
            return next != null && some.remove(next) ? List.of(next) : List.of();
        }

        private boolean firstLoad(int item, List<Integer> ready, Map<Long, NavigableSet<Integer>> blocked) {
            for (int other : ready) {
                if (other < item && queue[other] == FILTER_BUFFER && taken[other] > 0) {
                    return false;
                }
            }
            return blocked.getOrDefault(FILTER_BUFFER, Collections.emptyNavigableSet())
                    .headSet(item)
                    .isEmpty();
        }

        private Map<Long, ArrayDeque<Integer>> queues() {
            Map<Long, ArrayDeque<Integer>> queues = new HashMap<>();
            IntStream.range(0, items.size())
                    .boxed()
                    .filter(i -> taken[i] > 0 && queue[i] != FILTER_BUFFER)
                    .sorted(Comparator.comparing((Integer i) -> items.get(i).step())
                            .thenComparing(i -> items.get(i).row())
                            .thenComparing(i -> i))
                    .forEach(i -> queues.computeIfAbsent(queue[i], k -> new ArrayDeque<>())
                            .add(i));
            return queues;
        }

        private long place(int i) {
            RecordedItem item = items.get(i);
            if (item.phase() == IsOsSchema.LOAD_WEIGHTS) {
                return FILTER_BUFFER;
            }
            int lanes = executed.geometry().getInt(IsOsSchema.LANES);
            return (long) executed.workload().network().slot(item.tensor()) * lanes + item.place() % lanes;
        }
    }

    /** Everything that happens before each item, checked against what the item reads, by the layers' geometry. */
    private static final class Dependences {
        private final Executed executed;
        private final List<RecordedItem> items;
        private final List<BitSet> before = new ArrayList<>();
        private final Map<String, List<Integer>> byFiber = new HashMap<>();

        Dependences(Executed executed) {
            this.executed = executed;
            items = executed.items();
            for (int i = 0; i < items.size(); i++) {
                RecordedItem item = items.get(i);
                BitSet ancestors = new BitSet();
                for (int other : item.waitsFor()) {
                    ancestors.set(other);
                    ancestors.or(before.get(other));
                }
                before.add(ancestors);
                int owner = item.phase() == IsOsSchema.LOAD_INPUT ? item.tensor() : item.layer();
                byFiber.computeIfAbsent(key(item.phase(), owner, item.step(), item.row()), k -> new ArrayList<>())
                        .add(i);
            }
        }

        private static String key(int phase, int owner, int step, int row) {
            return phase + "/" + owner + "/" + step + "/" + row;
        }

        void check() {
            for (int i = 0; i < items.size(); i++) {
                RecordedItem item = items.get(i);
                Layer layer = executed.layer(item.layer());
                boolean streamed = executed.factors(layer.index()).streamed();
                int phase = item.phase();
                if (phase == IsOsSchema.LOAD_WEIGHTS) {
                    requireTileBufferFree(i, layer);
                } else if (phase == IsOsSchema.LOAD_INPUT) {
                    assertTrue(item.waitsFor().isEmpty(), () -> executed.where() + ": " + item);
                } else if (phase == IsOsSchema.FRONTEND) {
                    if (streamed) {
                        checkStep(i, layer);
                    } else {
                        checkFrontEnd(i, layer);
                    }
                } else if (phase == IsOsSchema.BACKEND) {
                    checkBackEnd(i, layer, streamed);
                } else {
                    assertEquals(IsOsSchema.STORE_OUTPUT, phase);
                    requireHeld(i, byFiber.get(key(IsOsSchema.BACKEND, layer.index(), item.step(), item.row())));
                }
            }
        }

        /** Tiles of K are double-buffered: nobody multiplies by the weights of the tile before the last one any more. */
        private void requireTileBufferFree(int i, Layer layer) {
            RecordedItem load = items.get(i);
            LayerFactors factors = executed.factors(layer.index());
            if (factors.kTiles() == 1 || load.step() < 2) {
                return;
            }
            int width = layer.inputShape().width();
            for (int other = 0; other < items.size(); other++) {
                RecordedItem item = items.get(other);
                if (item.phase() == IsOsSchema.FRONTEND
                        && executed.passes().kTile(item.step() / width) == load.step() - 2
                        && item.count(IsOsSchema.PRODUCTS) > 0) {
                    requireAll(i, List.of(other));
                }
            }
        }

        private void checkFrontEnd(int i, Layer layer) {
            RecordedItem item = items.get(i);
            LayerFactors factors = executed.factors(layer.index());
            int width = layer.inputShape().width();
            int pass = item.step() / width;
            int w = item.step() % width;
            if (reached(layer, pass, w, item.row())) {
                int channels = layer.inputShape().channels();
                requireFibers(i, layer.inputs().get(0), pass, w, item.row(), 0, channels);
            }
            int tile = executed.passes().kTile(pass);
            List<Integer> weights = byFiber.get(key(IsOsSchema.LOAD_WEIGHTS, layer.index(), tile, 0));
            requireAll(i, weights);
            if (w == width - 1) {
                requireHeld(i, weights);
            }
            Pass mine = executed.pass(layer.index(), pass);
            int lane = item.place() - (item.row() - mine.firstInput()) * factors.rowLanes();
            assertTrue(lane >= 0 && lane < factors.rowLanes(), executed::where);
            if (w > 0) {
                List<Integer> predecessors =
                        byFiber.get(key(IsOsSchema.FRONTEND, layer.index(), item.step() - 1, item.row()));
                requireAll(i, List.of(predecessors.get(lane)));
            }
            requirePartialColumns(i, layer, pass, w);
        }

        /** Whether an output of the pass reads an input fiber; else it need not be waited for. */
        private boolean reached(Layer layer, int pass, int w, int h) {
            Window window = ((Convolution) layer.op()).window();
            Pass mine = executed.pass(layer.index(), pass);
            boolean column = IntStream.range(0, window.columns())
                    .anyMatch(s -> window.outputColumn(w, s, layer.outputShape().width()) >= 0);
            return column
                    && IntStream.range(0, window.rows())
                            .map(r -> window.outputRow(h, r, layer.outputShape().height()))
                            .anyMatch(p -> p >= mine.firstOutput() && p < mine.endOutput());
        }

        /**
         * The columns of partial results are a ring that goes on from pass to pass: whoever opens one must know that the lane's
         * partial results of so many columns ago are merged.
         */
        private void requirePartialColumns(int i, Layer layer, int pass, int w) {
            RecordedItem item = items.get(i);
            Window window = ((Convolution) layer.op()).window();
            int outputs = layer.outputShape().width();
            int ring = IsOsMapper.partialColumns(layer, executed.geometry());
            for (int s = 0; s < window.columns(); s++) {
                int q = window.outputColumn(w, s, outputs);
                int freed = pass * outputs + q - ring;
                if (q < 0 || freed < 0 || !reached(layer, pass, w, item.row())) {
                    continue;
                }
                Pass then = executed.pass(layer.index(), freed / outputs);
                if (freed / outputs < pass) {
                    // tiles differ in their rows: whatever the lanes held
                    for (int p = then.firstOutput(); p < then.endOutput(); p++) {
                        requireAll(i, byFiber.get(key(IsOsSchema.BACKEND, layer.index(), freed, p)));
                    }
                    continue;
                }
                for (int r = 0; r < window.rows(); r++) {
                    int p = window.outputRow(item.row(), r, layer.outputShape().height());
                    if (p >= then.firstOutput() && p < then.endOutput()) {
                        requireAll(i, byFiber.get(key(IsOsSchema.BACKEND, layer.index(), freed, p)));
                    }
                }
            }
        }

        private void checkStep(int i, Layer layer) {
            RecordedItem item = items.get(i);
            FilterTensor filters = executed.workload().filters(layer.index());
            int[] stepOf = StreamCut.steps(
                    filters, layer, executed.factors(layer.index()).streamSteps());
            requireHeld(i, byFiber.get(key(IsOsSchema.LOAD_WEIGHTS, layer.index(), item.step(), 0)));
            if (item.step() > 0) {
                List<Integer> before = byFiber.get(key(IsOsSchema.FRONTEND, layer.index(), item.step() - 1, 0));
                requireAll(i, List.of(before.get(item.place())));
            }
            int channels = layer.inputShape().channels();
            int height = layer.inputShape().height();
            for (int position = 0; position < stepOf.length; position++) {
                int fiber = position / channels;
                if (stepOf[position] == item.step()) {
                    int c = position % channels;
                    requireFibers(i, layer.inputs().get(0), 0, fiber / height, fiber % height, c, c + 1);
                }
            }
        }

        private void checkBackEnd(int i, Layer layer, boolean streamed) {
            RecordedItem item = items.get(i);
            int width = layer.outputShape().width();
            int pass = item.step() / width;
            int q = item.step() % width;
            int p = item.row();
            LayerFactors factors = executed.factors(layer.index());
            Pass mine = executed.pass(layer.index(), pass);
            int lane = item.place() - (p - mine.firstOutput()) * factors.outputLanes();
            int[] parts = ChannelSplit.bounds(mine.firstChannel(), mine.endChannel(), factors.outputLanes());
            int from = parts[lane];
            int to = parts[lane + 1];
            if (layer.hasResidual()) {
                requireFibers(i, layer.residual(), pass, q, p, from, to);
            }
            if (streamed) {
                int last = factors.streamSteps() - 1;
                requireAll(i, byFiber.get(key(IsOsSchema.FRONTEND, layer.index(), last, 0)));
                return;
            }
            Window window = layer.op() instanceof Convolution convolution
                    ? convolution.window()
                    : layer.op() instanceof Pooling pooling ? pooling.window() : Window.square(1, 1, 0);
            for (int s = 0; s < window.columns(); s++) {
                for (int r = 0; r < window.rows(); r++) {
                    int w = window.inputColumn(q, s);
                    int h = window.inputRow(p, r);
                    if (w < 0
                            || w >= layer.inputShape().width()
                            || h < 0
                            || h >= layer.inputShape().height()) {
                        continue;
                    }
                    if (layer.op() instanceof Convolution) {
                        int step = pass * layer.inputShape().width() + w;
                        List<Integer> frontEnds = byFiber.get(key(IsOsSchema.FRONTEND, layer.index(), step, h));
                        assertEquals(factors.rowLanes(), frontEnds.size(), executed.where());
                        requireAll(i, frontEnds);
                        continue;
                    }
                    for (int input : layer.inputs()) {
                        for (int k = from; k < to; k++) {
                            for (int c : inputChannels(layer, k)) {
                                requireFibers(i, input, pass, w, h, c, c + 1);
                            }
                        }
                    }
                }
            }
        }

        /** Input channels that an output channel of a layer without filters is made of. */
        private static int[] inputChannels(Layer layer, int k) {
            if (layer.op() instanceof ChannelSelection selection) {
                return new int[] {selection.channels().get(k)};
            }
            if (layer.op() instanceof LocalResponseNormalisation op) {
                int below = (op.size() - 1) / 2;
                return IntStream.range(k - below, k - below + op.size())
                        .filter(c -> c >= 0 && c < layer.inputShape().channels())
                        .toArray();
            }
            return new int[] {k};
        }

        /** Requires the items of the channels {@code from .. to} of a fiber of an operand. */
        private void requireFibers(int i, int operand, int pass, int column, int row, int from, int to) {
            Network network = executed.workload().network();
            int first = 0;
            for (int part : parts(network, operand)) {
                int channels = network.shapeOf(part).channels();
                if (first < to && from < first + channels) {
                    int width = network.shapeOf(part).width();
                    if (executed.segment().contains(part)) {
                        int step = pass * width + column;
                        List<Integer> made = byFiber.get(key(IsOsSchema.BACKEND, part, step, row));
                        assertTrue(made != null, () -> executed.where() + ": nobody makes tensor " + part + " " + row);
                        int[] parts = ChannelSplit.bounds(first, first + channels, made.size());
                        for (int lane = 0; lane < made.size(); lane++) {
                            if (parts[lane] < to && from < parts[lane + 1]) {
                                requireHeld(i, List.of(made.get(lane)));
                            }
                        }
                    } else {
                        // of this pass or, for a column that stays on chip, of the first one
                        List<Integer> loads = byFiber.get(key(IsOsSchema.LOAD_INPUT, part, pass * width + column, row));
                        if (loads == null && executed.factors().kTiles() > 1) {
                            loads = byFiber.get(key(IsOsSchema.LOAD_INPUT, part, column, row));
                        }
                        requireHeld(i, loads);
                    }
                }
                first += channels;
            }
        }

        /** Requires items that must hold their space until item i has ended, so that it waits for them itself. */
        private void requireHeld(int i, List<Integer> needed) {
            requireAll(i, needed);
            assertTrue(
                    items.get(i).waitsFor().containsAll(needed),
                    () -> executed.where() + ": " + items.get(i) + " reads what nobody holds");
        }

        private void requireAll(int i, List<Integer> needed) {
            assertFalse(
                    needed == null || needed.isEmpty(),
                    () -> executed.where() + ": what " + items.get(i) + " needs has no item");
            for (int item : needed) {
                assertTrue(
                        before.get(i).get(item),
                        () -> executed.where() + ": " + items.get(i) + " does not wait for " + items.get(item));
            }
        }
    }
}
