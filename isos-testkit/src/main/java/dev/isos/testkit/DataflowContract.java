package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.law.RunLaws;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What every dataflow must do. A subclass gives the dataflow and the geometry of a small hardware on which the cases of
 * {@link RandomWorkloads} fit layer by layer; JUnit then runs the contract on them, cut into segments in several ways.
 *
 * <p>The seed of the random part is reported and can be set with the system property {@code isos.seed}.
 */
public abstract class DataflowContract {
    private static final int RANDOM_NETWORKS = 60;

    /** {@return the dataflow under test} */
    protected abstract Dataflow dataflow();

    /** {@return what the hardware declares; holds all {@link Dataflow#requiredGeometry()}} */
    protected abstract Geometry geometry();

    /**
     * The same for one workload; a subclass that wants tight hardware makes it fit here.
     *
     * @param workload one of the cases
     * @return geometry on which each layer of it fits; by default {@link #geometry()}
     */
    protected Geometry geometryFor(Workload workload) {
        return geometry();
    }

    /**
     * {@return cases of a subclass, by name, that are run beside {@link RandomWorkloads#corners()}; none by default}
     */
    protected Map<String, Workload> furtherCorners() {
        return Map.of();
    }

    /** {@return the unit model of the hardware, for a dataflow that needs one; empty by default} */
    protected Optional<UnitModel> unitModel() {
        return Optional.empty();
    }

    /**
     * Further checks of a subclass on one executed segment; called for every segment of every case.
     *
     * @param workload network and tensors of the case
     * @param segment as the dataflow mapped it
     * @param items of the segment, in their order
     * @param outputs of all layers so far, by index
     */
    protected void checkSegment(
            Workload workload, Segment segment, List<RecordedItem> items, Map<Integer, ActivationTensor> outputs) {}

    @Test
    void declaresItself() {
        Dataflow dataflow = dataflow();
        assertFalse(dataflow.id().isBlank(), "a dataflow needs an id");
        assertFalse(dataflow.description().isBlank(), "a dataflow needs a description");
        for (String key : dataflow.requiredGeometry()) {
            assertTrue(geometry().has(key), "the test's geometry lacks '" + key + "'");
        }
        assertTrue(
                RandomWorkloads.layer(1).network().layers().stream().allMatch(dataflow::executes),
                "every dataflow executes convolutions");
        assertTrue(dataflow.schema(geometry()).offset(WorkMetric.PRODUCTS.id()) >= 0, "products are not counted");
    }

    @TestFactory
    Stream<DynamicTest> cornersLayerByLayer() {
        return corners(new Cut(1, null));
    }

    @TestFactory
    Stream<DynamicTest> cornersInLongestSegments() {
        return corners(new Cut(Integer.MAX_VALUE, null));
    }

    @Test
    void randomNetworksInRandomSegments(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + RANDOM_NETWORKS; seed++) {
            check(network(seed), new Cut(6, new SplitMix(seed)));
        }
    }

    @Test
    void randomLayers(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + RANDOM_NETWORKS; seed++) {
            check(RandomWorkloads.layer(seed), new Cut(1, null));
        }
    }

    @Test
    void repetitionGivesTheSame() {
        for (long seed = 1; seed <= 8; seed++) {
            Workload workload = network(seed);
            List<Segment> segments = segments(workload, new Cut(Integer.MAX_VALUE, null));
            assertEquals(segments, segments(workload, new Cut(Integer.MAX_VALUE, null)), "mapping is not repeatable");
            Map<Object, Object> shared = new HashMap<>();
            List<RecordedItem> first = itemsOf(workload, segments, shared);
            assertEquals(first, itemsOf(workload, segments, shared), "items differ once values are shared");
            assertEquals(first, itemsOf(workload, segments, new HashMap<>()), "items differ on repetition");
        }
    }

    /** A random network, or a random layer where the dataflow does not execute all operations of the network. */
    private Workload network(long seed) {
        Workload network = RandomWorkloads.network(seed);
        return executes(network) ? network : RandomWorkloads.layer(seed);
    }

    /** Whether the dataflow says that it executes all layers, as the platform hands them to it. */
    private boolean executes(Workload original) {
        Workload workload = GatheredOperands.needed(original.network())
                ? GatheredOperands.gather(original, PlainReference.outputs(original)::get)
                : original;
        return workload.network().layers().stream().allMatch(dataflow()::executes);
    }

    private Stream<DynamicTest> corners(Cut cut) {
        Map<String, Workload> all = new TreeMap<>(RandomWorkloads.corners());
        all.putAll(RandomWorkloads.wholeOperands());
        all.putAll(furtherCorners());
        return all.entrySet().stream()
                .filter(corner -> executes(corner.getValue()))
                .map(corner -> DynamicTest.dynamicTest(corner.getKey(), () -> check(corner.getValue(), cut)));
    }

    private List<RecordedItem> itemsOf(Workload workload, List<Segment> segments, Map<Object, Object> shared) {
        TestingExecutionContext context =
                new TestingExecutionContext(workload, geometryFor(workload), unitModel(), shared);
        List<RecordedItem> items = new ArrayList<>();
        for (Segment segment : segments) {
            items.addAll(context.execute(dataflow(), segment));
            context.forgetAfter(segment);
        }
        return items;
    }

    /** How long segments are: at most so many layers, or a random number up to that. */
    private record Cut(int longest, SplitMix random) {
        int next() {
            return random == null ? longest : random.between(1, longest);
        }
    }

    /** Cuts a workload into segments that the dataflow accepts. */
    private List<Segment> segments(Workload workload, Cut cut) {
        List<Segment> segments = new ArrayList<>();
        int size = workload.network().size();
        int from = 0;
        while (from < size) {
            int length = Math.min(cut.next(), size - from);
            MappingOutcome outcome = map(workload, from, length);
            while (outcome instanceof PlanRejection && length > 1) {
                outcome = map(workload, from, --length);
            }
            if (outcome instanceof PlanRejection rejection) {
                assertFalse(rejection.reason().isBlank(), "a rejection needs a reason");
                fail(where(workload) + ": a single layer is refused: " + rejection.reason());
            }
            segments.add((Segment) outcome);
            from += length;
        }
        return segments;
    }

    private MappingOutcome map(Workload workload, int from, int length) {
        List<Integer> layers = IntStream.range(from, from + length).boxed().toList();
        Optional<PlanRejection> refusal = PlanRejection.ofGathering(workload.network(), layers);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        MappingOutcome outcome = dataflow().map(workload, layers, geometryFor(workload));
        if (outcome instanceof Segment segment) {
            assertEquals(layers, segment.layers(), where(workload) + ": the mapped layers");
            segment.storage().forEach(s -> assertTrue(s.fits(), where(workload) + ": accepted but too large: " + s));
        }
        return outcome;
    }

    private void check(Workload original, Cut cut) {
        List<ActivationTensor> expected = PlainReference.outputs(original);
        List<Long> effectual = PlainReference.effectualMacs(original, expected);
        Workload workload = GatheredOperands.gather(original, expected::get);
        TestingExecutionContext context =
                new TestingExecutionContext(workload, geometryFor(workload), unitModel(), new HashMap<>());
        RunLaws laws = new RunLaws(
                where(workload),
                workload.network(),
                dataflow().schema(geometryFor(workload)),
                null,
                dataflow().effectualOnly());
        for (Segment segment : segments(workload, cut)) {
            laws.beginSegment(segment);
            List<RecordedItem> items = context.execute(dataflow(), segment, laws);
            laws.compulsory(workload, context::activation);
            laws.endSegment();
            for (int layer : segment.layers()) {
                checkOutput(
                        workload, layer, expected.get(layer), context.outputs().get(layer));
            }
            checkItems(workload, segment, items);
            checkProducts(workload, segment, items, effectual);
            checkAnnouncedWeights(workload, segment, items);
            checkSegment(workload, segment, items, context.outputs());
            context.forgetAfter(segment);
        }
    }

    private static void checkOutput(Workload workload, int layer, ActivationTensor expected, ActivationTensor actual) {
        String where = where(workload, layer);
        assertEquals(expected.shape(), actual.shape(), where);
        assertEquals(expected.signed(), actual.signed(), where);
        assertArrayEquals(expected.values(), actual.values(), where);
    }

    private void checkItems(Workload workload, Segment segment, List<RecordedItem> items) {
        WorkSchema schema = dataflow().schema(geometry());
        for (RecordedItem item : items) {
            Supplier<String> where = () -> where(workload, item.layer()) + ", " + item;
            assertTrue(segment.contains(item.layer()), where);
            assertTrue(item.phase() >= 0 && item.phase() < schema.phases().size(), where);
            assertTrue(item.step() >= 0 && item.row() >= 0 && item.place() >= 0, where);
            assertTrue(item.offChipBytes() >= 0 && item.heldBytes() >= 0, where);
            assertEquals(schema.width(), item.counts().size(), where);
            assertTrue(item.counts().stream().allMatch(count -> count >= 0), where);
            PhaseKind kind = schema.phases().get(item.phase()).kind();
            if (item.offChipBytes() > 0) {
                assertTrue(kind != PhaseKind.COMPUTE, where);
                assertEquals(kind == PhaseKind.WRITE, item.role() == TensorRole.OUTPUTS, where);
            }
        }
    }

    private void checkProducts(Workload workload, Segment segment, List<RecordedItem> items, List<Long> effectual) {
        int offset = dataflow().schema(geometry()).offset(WorkMetric.PRODUCTS.id());
        for (int layer : segment.layers()) {
            long products = items.stream()
                    .filter(item -> item.layer() == layer)
                    .mapToLong(item -> item.count(offset))
                    .sum();
            if (dataflow().effectualOnly() && !dataflow().recomputes(segment)) {
                assertEquals(effectual.get(layer), products, where(workload, layer) + ": effectual products");
            } else {
                assertTrue(products >= effectual.get(layer), where(workload, layer) + ": too few products");
            }
        }
    }

    private void checkAnnouncedWeights(Workload workload, Segment segment, List<RecordedItem> items) {
        long announced = dataflow().weightBytes(workload, segment, geometryFor(workload));
        long weights = items.stream()
                .filter(item -> item.role() == TensorRole.WEIGHTS)
                .mapToLong(RecordedItem::offChipBytes)
                .sum();
        assertTrue(
                announced == 0 || announced == weights,
                where(workload) + ": announces " + announced + " bytes of weights, moves " + weights);
    }

    private static String where(Workload workload) {
        return workload.info().id() + " (seed " + workload.info().seed() + ")";
    }

    private static String where(Workload workload, int layer) {
        return where(workload) + ", "
                + (Layer.isNetworkInput(layer)
                        ? "input"
                        : workload.network().layer(layer).name());
    }
}
