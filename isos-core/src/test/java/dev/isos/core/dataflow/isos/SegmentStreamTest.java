package dev.isos.core.dataflow.isos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.SplitMix;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Work items of whole pipelines: enough waits to be correct, few enough never to deadlock, bytes that add up. */
class SegmentStreamTest {
    private static final int NETWORKS = 60;
    private final IsOsDataflow dataflow = new IsOsDataflow();

    /** One executed segment of a case. */
    private record Executed(Workload workload, Geometry geometry, Segment segment, List<RecordedItem> items) {
        String where() {
            return workload.info().id() + ", layers " + segment.layers();
        }
    }

    @FunctionalInterface
    private interface Check {
        void on(Executed executed, SplitMix random);
    }

    @Test
    void noOrderOfStartsDeadlocksWithTheSmallestBuffers(TestReporter reporter) {
        forEachSegment(reporter, true, (executed, random) -> {
            TokenMachine machine = new TokenMachine(executed);
            machine.run(ready -> ready.get(0), "first come");
            machine.run(ready -> ready.get(ready.size() - 1), "last come");
            machine.run(ready -> ready.get(random.between(0, ready.size() - 1)), "any");
        });
    }

    @Test
    void itemsWaitForAllTheyRead(TestReporter reporter) {
        forEachSegment(reporter, false, (executed, random) -> checkDependences(executed));
    }

    @Test
    void bytesAddUpAndWhatIsWrittenIsRead(TestReporter reporter) {
        Map<String, Long> written = new HashMap<>();
        forEachSegment(reporter, false, (executed, random) -> {
            Network network = executed.workload().network();
            for (RecordedItem item : executed.items()) {
                if (item.phase() == IsOsWork.STORE_OUTPUT) {
                    int width = network.shapeOf(item.tensor()).width();
                    written.merge(fiber(executed, item, item.step() % width), item.offChipBytes(), Long::sum);
                }
            }
            boolean tiled = executed.segment().mappings().stream().anyMatch(m -> m.factor(IsOsWork.K_TILES) > 1);
            for (RecordedItem item : executed.items()) {
                if (item.phase() == IsOsWork.LOAD_INPUT && item.tensor() != Layer.NETWORK_INPUT && !tiled) {
                    assertEquals(
                            written.get(fiber(executed, item, item.step())),
                            item.offChipBytes(),
                            executed.where() + ": " + item);
                }
            }
        });
    }

    private static String fiber(Executed executed, RecordedItem item, int column) {
        return executed.workload().info().id() + "/" + item.tensor() + "/" + column + "/" + item.row();
    }

    @Test
    void tilesReadTheInputAgainAndStoreTheOutputOnce() {
        Workload workload = RandomWorkloads.corners().get("dense");
        Geometry roomy = TestGeometry.of(8, 1 << 20, 1 << 20);
        Segment whole = (Segment) dataflow.map(workload, List.of(0), roomy);
        long filters = whole.storage().get(0).demandBytes();
        Segment tiled = (Segment) dataflow.map(workload, List.of(0), TestGeometry.of(8, filters - 1, 1 << 20));
        int tiles = tiled.mapping(0).factor(IsOsWork.K_TILES);
        assertTrue(tiles > 1);
        assertTrue(tiled.storage().get(0).fits());
        List<RecordedItem> once = new TestingExecutionContext(workload, roomy).execute(dataflow, whole);
        List<RecordedItem> often = new TestingExecutionContext(workload, roomy).execute(dataflow, tiled);
        assertEquals(tiles * bytes(once, TensorRole.INPUTS), bytes(often, TensorRole.INPUTS));
        assertEquals(bytes(once, TensorRole.OUTPUTS), bytes(often, TensorRole.OUTPUTS));
        assertEquals(
                tiles,
                often.stream().filter(i -> i.phase() == IsOsWork.LOAD_WEIGHTS).count());
        for (int metric : new int[] {IsOsWork.PRODUCTS, IsOsWork.MERGES, IsOsWork.POST_OPS}) {
            assertEquals(count(once, metric), count(often, metric));
        }
    }

    @Test
    void aResidualThatIsAlsoAnInputIsLoadedOnce() {
        Workload workload = RandomWorkloads.corners().get("residual-signed");
        Geometry geometry = TestGeometry.of(8, 1 << 20, 1 << 20);
        Segment segment = (Segment) dataflow.map(workload, List.of(0), geometry);
        List<RecordedItem> items = new TestingExecutionContext(workload, geometry).execute(dataflow, segment);
        assertEquals(0, bytes(items, TensorRole.RESIDUALS));
        assertEquals(
                workload.input().shape().fibers(),
                items.stream().filter(i -> i.phase() == IsOsWork.LOAD_INPUT).count());
    }

    @Test
    void aPipelineMovesNothingBetweenItsLayers() {
        Workload workload = RandomWorkloads.corners().get("residual");
        Geometry geometry = TestGeometry.of(8, 1 << 20, 1 << 20);
        int size = workload.network().size();
        Segment segment = (Segment)
                dataflow.map(workload, IntStream.range(0, size).boxed().toList(), geometry);
        for (RecordedItem item : new TestingExecutionContext(workload, geometry).execute(dataflow, segment)) {
            if (item.phase() == IsOsWork.LOAD_INPUT) {
                assertEquals(Layer.NETWORK_INPUT, item.tensor());
            } else if (item.phase() == IsOsWork.STORE_OUTPUT) {
                assertEquals(size - 1, item.tensor());
            }
        }
    }

    private static long bytes(List<RecordedItem> items, TensorRole role) {
        return items.stream()
                .filter(item -> item.role() == role)
                .mapToLong(RecordedItem::offChipBytes)
                .sum();
    }

    private static long count(List<RecordedItem> items, int metric) {
        return items.stream().mapToLong(item -> item.count(metric)).sum();
    }

    /** Runs random networks in random segments, on machines with fewer and with more lanes than rows. */
    private void forEachSegment(TestReporter reporter, boolean smallestBuffers, Check check) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int tiled = 0;
        int longest = 0;
        for (long seed = first; seed < first + NETWORKS; seed++) {
            SplitMix random = new SplitMix(seed);
            Workload workload = RandomWorkloads.network(seed);
            int lanes = random.oneOf(2, 3, 5, 16);
            Map<String, Long> others = Map.of(
                    IsOsWork.LANE_PARTITION, random.chance(0.3) ? 1L : 0L,
                    IsOsWork.PARTIAL_COLUMN_SLACK, (long) random.between(0, 2),
                    IsOsWork.OFF_CHIP_BITMASK, (long) random.between(0, 1));
            long filterBuffer = random.oneOf(1 << 20, 600);
            TestingExecutionContext context = null;
            int from = 0;
            while (from < workload.network().size()) {
                int length = Math.min(
                        random.chance(0.5) ? 16 : random.between(1, 6),
                        workload.network().size() - from);
                Geometry geometry = TestGeometry.with(lanes, filterBuffer, 1 << 24, others);
                MappingOutcome outcome = map(workload, from, length, geometry);
                while (outcome instanceof PlanRejection) {
                    if (length == 1) {
                        // not even one output channel fits
                        geometry = TestGeometry.with(lanes, 1 << 20, 1 << 24, others);
                    }
                    length = Math.max(1, length - 1);
                    outcome = map(workload, from, length, geometry);
                }
                Segment segment = (Segment) outcome;
                if (smallestBuffers) {
                    long demand = segment.storage().get(1).demandBytes();
                    geometry = TestGeometry.with(lanes, geometry.get(IsOsWork.FILTER_BUFFER_BYTES_KEY), demand, others);
                    segment = (Segment) map(workload, from, length, geometry);
                }
                context = context == null ? new TestingExecutionContext(workload, geometry) : context;
                check.on(new Executed(workload, geometry, segment, context.execute(dataflow, segment)), random);
                tiled += segment.mappings().stream().anyMatch(m -> m.factor(IsOsWork.K_TILES) > 1) ? 1 : 0;
                longest = Math.max(longest, segment.layers().size());
                from += length;
            }
        }
        if (Long.getLong("isos.seed") == null) {
            assertTrue(tiled > 0, "the default seeds cover K-tiles");
            assertTrue(longest > 6, "the default seeds cover long pipelines");
        }
    }

    private MappingOutcome map(Workload workload, int from, int length, Geometry geometry) {
        return dataflow.map(
                workload, IntStream.range(from, from + length).boxed().toList(), geometry);
    }

    /** Chooses the next item to start among those whose waits are over, in order of arrival. */
    @FunctionalInterface
    private interface Policy {
        int choose(List<Integer> ready);
    }

    /**
     * A machine without time: items start and end one event at a time. Queues give space in the order of the wavefronts, and
     * only if it fits, without the allowance for empty queues.
     */
    private static final class TokenMachine {
        private final Executed executed;
        private final List<RecordedItem> items;
        private final int[] readers;
        private final int[] waiting;
        private final List<List<Integer>> dependants = new ArrayList<>();
        private final Map<Integer, Long> capacity = new HashMap<>();

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
        }

        void run(Policy policy, String name) {
            int[] open = waiting.clone();
            int[] stillRead = readers.clone();
            Map<Long, Long> occupied = new HashMap<>();
            Map<Long, ArrayDeque<Integer>> queues = queues();
            List<Integer> ready = new ArrayList<>();
            List<Integer> blocked = new ArrayList<>();
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
                    Integer item = policy.choose(ready);
                    ready.remove(item);
                    long held = items.get(item).heldBytes();
                    long key = queue(item);
                    long used = occupied.getOrDefault(key, 0L);
                    if (held == 0) {
                        running.add(item);
                    } else if (queues.get(key).peek().equals(item)
                            && used + held <= capacity.get(items.get(item).tensor())) {
                        queues.get(key).remove();
                        occupied.put(key, used + held);
                        running.add(item);
                        ready.addAll(blocked);
                        blocked.clear();
                    } else {
                        blocked.add(item);
                    }
                }
                if (running.isEmpty()) {
                    fail(executed.where() + ", order " + name + ": deadlock, " + (items.size() - ended)
                            + " items left, first blocked " + items.get(blocked.get(0)));
                }
                Integer item = policy.choose(running);
                running.remove(item);
                ended++;
                if (stillRead[item] == 0) {
                    occupied.merge(queue(item), -items.get(item).heldBytes(), Long::sum);
                }
                for (int other : items.get(item).waitsFor()) {
                    if (--stillRead[other] == 0) {
                        occupied.merge(queue(other), -items.get(other).heldBytes(), Long::sum);
                    }
                }
                for (int next : dependants.get(item)) {
                    if (--open[next] == 0) {
                        ready.add(next);
                    }
                }
                ready.addAll(blocked);
                blocked.clear();
                ready.sort(null);
            }
            assertTrue(occupied.values().stream().allMatch(bytes -> bytes == 0), executed.where() + ": space is left");
        }

        private Map<Long, ArrayDeque<Integer>> queues() {
            Map<Long, ArrayDeque<Integer>> queues = new HashMap<>();
            IntStream.range(0, items.size())
                    .boxed()
                    .filter(i -> items.get(i).heldBytes() > 0)
                    .sorted(Comparator.comparing((Integer i) -> items.get(i).step())
                            .thenComparing(i -> items.get(i).row())
                            .thenComparing(i -> i))
                    .forEach(i -> queues.computeIfAbsent(queue(i), k -> new ArrayDeque<>())
                            .add(i));
            return queues;
        }

        private long queue(int i) {
            RecordedItem item = items.get(i);
            int lanes = executed.geometry().getInt(IsOsWork.LANES);
            LaneBinding binding = LaneBinding.of(executed.segment().mapping(item.layer()), lanes);
            return (long) (item.tensor() + 1) * lanes + binding.lane(item.place());
        }
    }

    /** Everything that happens before each item, checked against what the item reads, by the layers' geometry. */
    private static void checkDependences(Executed executed) {
        List<RecordedItem> items = executed.items();
        List<BitSet> before = new ArrayList<>();
        Map<String, List<Integer>> byFiber = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            RecordedItem item = items.get(i);
            BitSet ancestors = new BitSet();
            for (int other : item.waitsFor()) {
                ancestors.set(other);
                ancestors.or(before.get(other));
            }
            before.add(ancestors);
            byFiber.computeIfAbsent(key(item.phase(), owner(item), item.step(), item.row()), k -> new ArrayList<>())
                    .add(i);
        }
        for (int i = 0; i < items.size(); i++) {
            RecordedItem item = items.get(i);
            Layer layer = executed.workload().network().layer(item.layer());
            if (item.phase() == IsOsWork.FRONTEND) {
                int width = layer.inputShape().width();
                int tile = item.step() / width;
                Window window = ((Convolution) layer.op()).window();
                if (!steppedOver(window, layer, item.step() % width, item.row())) {
                    requireFibers(
                            executed,
                            before.get(i),
                            byFiber,
                            layer.inputs().get(0),
                            tile,
                            item.step() % width,
                            item.row(),
                            0,
                            layer.inputShape().channels());
                }
                requirePartialColumns(executed, before.get(i), byFiber, layer, item);
                requireAll(executed, before.get(i), byFiber.get(key(IsOsWork.LOAD_WEIGHTS, layer.index(), tile, 0)));
            } else if (item.phase() == IsOsWork.BACKEND) {
                requireOperands(executed, before.get(i), byFiber, layer, item);
            }
        }
    }

    /** Whether no window reads an input fiber, so that it need not be loaded. */
    private static boolean steppedOver(Window window, Layer layer, int w, int h) {
        FeatureMapShape out = layer.outputShape();
        return IntStream.range(0, window.columns()).allMatch(s -> window.outputColumn(w, s, out.width()) < 0)
                || IntStream.range(0, window.rows()).allMatch(r -> window.outputRow(h, r, out.height()) < 0);
    }

    private static int owner(RecordedItem item) {
        return item.phase() == IsOsWork.LOAD_INPUT ? item.tensor() : item.layer();
    }

    private static String key(int phase, int owner, int step, int row) {
        return phase + "/" + owner + "/" + step + "/" + row;
    }

    private static void requireOperands(
            Executed executed, BitSet before, Map<String, List<Integer>> byFiber, Layer layer, RecordedItem item) {
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        int tile = item.step() / out.width();
        int q = item.step() % out.width();
        int p = item.row();
        LayerFactors factors = LayerFactors.of(executed.segment().mapping(layer.index()));
        int[] tiles = factors.tiles(out.channels());
        int[] slices = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], factors.outputSplit());
        int from = slices[item.place() % factors.outputSplit()];
        int to = slices[item.place() % factors.outputSplit() + 1];
        if (layer.hasResidual()) {
            requireFibers(executed, before, byFiber, layer.residual(), tile, q, p, from, to);
        }
        Window window = layer.op() instanceof Convolution convolution
                ? convolution.window()
                : layer.op() instanceof Pooling pooling ? pooling.window() : Window.square(1, 1, 0);
        for (int s = 0; s < window.columns(); s++) {
            for (int r = 0; r < window.rows(); r++) {
                int w = window.inputColumn(q, s);
                int h = window.inputRow(p, r);
                if (w < 0 || w >= in.width() || h < 0 || h >= in.height()) {
                    continue;
                }
                for (int input : layer.inputs()) {
                    if (layer.op() instanceof Convolution) {
                        int channels = layer.inputShape().channels();
                        requireFibers(executed, before, byFiber, input, tile, w, h, 0, channels);
                        continue;
                    }
                    for (int k = from; k < to; k++) {
                        for (int c : inputChannels(layer, k)) {
                            requireFibers(executed, before, byFiber, input, tile, w, h, c, c + 1);
                        }
                    }
                }
                if (layer.op() instanceof Convolution) {
                    requireOverlapping(
                            executed,
                            before,
                            byFiber.get(key(IsOsWork.FRONTEND, layer.index(), tile * in.width() + w, h)),
                            item,
                            layer);
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

    /** The front ends of other slices may still run; those of the same channels may not. */
    private static void requireOverlapping(
            Executed executed, BitSet before, List<Integer> frontends, RecordedItem item, Layer layer) {
        LayerFactors factors = LayerFactors.of(executed.segment().mapping(layer.index()));
        int[] tiles = factors.tiles(layer.outputShape().channels());
        int tile = item.step() / layer.outputShape().width();
        int[] mine = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], factors.outputSplit());
        int[] theirs = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], factors.kSplit());
        int slice = item.place() % factors.outputSplit();
        for (int frontend : frontends) {
            int other = executed.items().get(frontend).place() % factors.kSplit();
            if (theirs[other] < mine[slice + 1] && mine[slice] < theirs[other + 1]) {
                assertTrue(before.get(frontend), executed.where() + ": " + item + " does not wait for its front end");
            }
        }
    }

    private static void requirePartialColumns(
            Executed executed, BitSet before, Map<String, List<Integer>> byFiber, Layer layer, RecordedItem item) {
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        Window window = ((Convolution) layer.op()).window();
        int tile = item.step() / in.width();
        int w = item.step() % in.width();
        int ring = IsOsMapper.partialColumns(layer, executed.geometry());
        LayerFactors factors = LayerFactors.of(executed.segment().mapping(layer.index()));
        if (factors.kTiles() > 1 || factors.kSplit() > 1) {
            return;
        }
        for (int s = 0; s < window.columns(); s++) {
            int q = window.outputColumn(w, s, out.width());
            for (int r = 0; q >= 0 && r < window.rows(); r++) {
                int p = window.outputRow(item.row(), r, out.height());
                int freed = tile * out.width() + q - ring;
                if (p >= 0 && freed >= 0) {
                    requireAll(executed, before, byFiber.get(key(IsOsWork.BACKEND, layer.index(), freed, p)));
                }
            }
        }
    }

    /** Requires the items of the channels {@code from .. to} of a fiber of an operand. */
    private static void requireFibers(
            Executed executed,
            BitSet before,
            Map<String, List<Integer>> byFiber,
            int operand,
            int tile,
            int column,
            int row,
            int from,
            int to) {
        Network network = executed.workload().network();
        int first = 0;
        for (int part : network.materialisedParts(operand)) {
            int channels = network.shapeOf(part).channels();
            if (first < to && from < first + channels) {
                boolean inside = executed.segment().contains(part);
                int step = inside ? column : tile * network.shapeOf(part).width() + column;
                List<Integer> items =
                        byFiber.get(key(inside ? IsOsWork.BACKEND : IsOsWork.LOAD_INPUT, part, step, row));
                assertTrue(items != null && !items.isEmpty(), executed.where() + ": an operand has no item");
                int[] slices = ChannelSplit.bounds(first, first + channels, items.size());
                for (int item : items) {
                    int slice = inside ? executed.items().get(item).place() % items.size() : 0;
                    if (slices[slice] < to && from < slices[slice + 1]) {
                        requireAll(executed, before, List.of(item));
                    }
                }
            }
            first += channels;
        }
    }

    private static void requireAll(Executed executed, BitSet before, List<Integer> needed) {
        assertTrue(needed != null && !needed.isEmpty(), executed.where() + ": an operand has no item");
        for (int item : needed) {
            assertTrue(
                    before.get(item),
                    executed.where() + ": nobody waits for " + executed.items().get(item));
        }
    }
}
