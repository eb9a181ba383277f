package dev.isos.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.support.layers.NetworkUnits;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class MappingPoliciesTest {
    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final Window THREE = Window.square(3, 1, 1);

    @Test
    void singlePutsConcatenationsWithTheLayerBeforeThem() {
        assertEquals(
                List.of(List.of(0), List.of(1), List.of(2, 3), List.of(4)),
                segments(new SinglePolicy(), inception(), 100));
    }

    @Test
    void blockKeepsResidualBlocksAndTakesBranchesApart() {
        assertEquals(
                List.of(List.of(0), List.of(1), List.of(2, 3), List.of(4)),
                segments(GreedyPolicy.block(), inception(), 100));
        assertEquals(
                List.of(List.of(0), List.of(1, 2, 3), List.of(4), List.of(5)),
                segments(GreedyPolicy.block(), residual(), 100));
        WorkloadBuilder b = new WorkloadBuilder("add", 1, new FeatureMapShape(4, 6, 6), true, 1);
        int pool = b.pooling(b.convolution(-1, 4, 1, THREE, 1), PoolingKind.MAX, POINTWISE, false);
        b.convolution(b.elementwiseAdd(b.convolution(pool, 4, 1, THREE, 1), pool, true), 2, 1, POINTWISE, 1);
        assertEquals(
                List.of(List.of(0), List.of(1), List.of(2, 3), List.of(4)),
                segments(GreedyPolicy.block(), b.build(), 100));
    }

    @Test
    void greedyTakesWholeUnitsAsLongAsTheyFit() {
        assertEquals(List.of(List.of(0, 1, 2, 3, 4, 5)), segments(GreedyPolicy.greedy(), residual(), 6));
        assertEquals(List.of(List.of(0, 1, 2, 3, 4), List.of(5)), segments(GreedyPolicy.greedy(), residual(), 5));
        // the block does not fit behind the stem, and is not taken apart for it
        ExecutionPlan plan = GreedyPolicy.greedy().plan(context(residual(), 3));
        assertEquals(List.of(List.of(0), List.of(1, 2, 3), List.of(4, 5)), layers(plan));
        assertEquals(List.of("4 layers, limit 3", "4 layers, limit 3", "the network is complete"), plan.limits());
        assertEquals("greedy", plan.policy());
    }

    @Test
    void aUnitThatDoesNotFitAloneIsCutInside() {
        for (GreedyPolicy policy : List.of(GreedyPolicy.greedy(), GreedyPolicy.block())) {
            boolean joins = policy.id().equals("greedy");
            ExecutionPlan plan = policy.plan(context(residual(), 2));
            List<List<Integer>> tail = joins ? List.of(List.of(4, 5)) : List.of(List.of(4), List.of(5));
            List<List<Integer>> expected = new ArrayList<>(List.of(List.of(0), List.of(1, 2), List.of(3)));
            expected.addAll(tail);
            assertEquals(expected, layers(plan));
            assertEquals(
                    joins ? "4 layers, limit 2" : "the block is complete",
                    plan.limits().get(0));
            assertEquals("3 layers, limit 2", plan.limits().get(1));
            assertEquals("the block is complete", plan.limits().get(2));
            assertEquals(
                    "the network is complete", plan.limits().get(plan.limits().size() - 1));
        }
    }

    /** Branches that share nothing but the network's input are pipelines of their own. */
    @Test
    void greedyJoinsOnlyWhatExchangesTensors() {
        WorkloadBuilder b = new WorkloadBuilder("module", 1, new FeatureMapShape(4, 5, 5), true, 1);
        int first = b.convolution(-1, 3, 1, POINTWISE, 1);
        int second = b.convolution(b.convolution(-1, 5, 1, POINTWISE, 1), 5, 1, THREE, 1);
        int third = b.convolution(-1, 5, 1, POINTWISE, 1);
        b.concatenation(first, second, third);
        ExecutionPlan plan = GreedyPolicy.greedy().plan(context(b.build(), 100));
        assertEquals(List.of(List.of(0), List.of(1, 2), List.of(3, 4)), layers(plan));
        assertEquals(
                List.of(
                        "layer conv1 reads nothing that the segment makes",
                        "layer conv3 reads nothing that the segment makes",
                        "the network is complete"),
                plan.limits());
    }

    @Test
    void aChainIsCutWhereItIsFull() {
        ExecutionPlan plan = GreedyPolicy.greedy().plan(context(chain(5), 2));
        assertEquals(List.of(List.of(0, 1), List.of(2, 3), List.of(4)), layers(plan));
        assertEquals(List.of("3 layers, limit 2", "3 layers, limit 2", "the network is complete"), plan.limits());
    }

    @Test
    void layerThatDoesNotFitAloneIsInfeasible() {
        for (MappingPolicy policy : List.of(new SinglePolicy(), GreedyPolicy.greedy(), GreedyPolicy.block())) {
            IsosException e = assertThrows(IsosException.class, () -> policy.plan(context(chain(2), 0)));
            assertEquals(ErrorCode.INFEASIBLE, e.code());
            assertTrue(e.getMessage().endsWith("1 layers, limit 0"), e.getMessage());
        }
    }

    /** Whatever the limit: every layer once and in order, nothing larger than the limit unless it cannot be cut. */
    @Test
    void randomNetworksAreCoveredInOrder(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + 100; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            int step = NetworkUnits.steps(workload.network()).stream()
                    .mapToInt(List::size)
                    .max()
                    .orElseThrow();
            int limit = step + new SplitMix(seed).between(0, 4);
            for (MappingPolicy policy : List.of(new SinglePolicy(), GreedyPolicy.greedy(), GreedyPolicy.block())) {
                List<List<Integer>> segments = segments(policy, workload, limit);
                String where = "seed " + seed + ", " + policy.id() + ", limit " + limit + ": " + segments;
                assertEquals(
                        IntStream.range(0, workload.network().size()).boxed().toList(), Planning.join(segments), where);
                assertTrue(segments.stream().allMatch(s -> s.size() <= limit), where);
                for (List<Integer> segment : segments) {
                    assertEquals(
                            connected(workload.network(), segment),
                            NetworkUnits.connected(workload.network(), segment));
                    boolean joined = policy.id().equals("greedy") && !whole(workload.network(), segment);
                    assertTrue(!joined || connected(workload.network(), segment), where);
                }
            }
        }
    }

    /** Whether layers are one unit. */
    private static boolean whole(Network network, List<Integer> segment) {
        return NetworkUnits.units(network).stream()
                .anyMatch(unit -> Planning.join(unit).equals(segment));
    }

    @Test
    void connectedLayersExchangeATensorAtEveryCut(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int[] answers = new int[2];
        for (long seed = first; seed < first + 200; seed++) {
            Network network = RandomWorkloads.network(seed).network();
            for (int from = 0; from < network.size(); from++) {
                for (int to = from; to < network.size(); to++) {
                    List<Integer> layers =
                            IntStream.rangeClosed(from, to).boxed().toList();
                    boolean expected = connected(network, layers);
                    assertEquals(expected, NetworkUnits.connected(network, layers), "seed " + seed + ", " + layers);
                    answers[expected ? 1 : 0]++;
                }
            }
        }
        assertTrue(answers[0] > 100 && answers[1] > 100, Arrays.toString(answers));
    }

    /** For every way to cut the layers that compute in two: somebody behind reads what somebody before makes. */
    private static boolean connected(Network network, List<Integer> layers) {
        List<Integer> computing = layers.stream()
                .filter(layer -> !(network.layer(layer).op() instanceof Concatenation))
                .toList();
        for (int cut = 1; cut < computing.size(); cut++) {
            boolean crosses = false;
            for (int reader : computing.subList(cut, computing.size())) {
                for (int maker : computing.subList(0, cut)) {
                    crosses |= network.layer(reader).operands().stream()
                            .anyMatch(operand -> isPart(network, operand, maker));
                }
            }
            if (!crosses) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPart(Network network, int operand, int tensor) {
        return operand == tensor
                || !Layer.isNetworkInput(operand)
                        && network.layer(operand).op() instanceof Concatenation
                        && network.layer(operand).inputs().stream().anyMatch(part -> isPart(network, part, tensor));
    }

    /** Where units end: where one tensor connects both sides and, inside, where no tensor of the block crosses. */
    @Test
    void unitsEndWhereTheirDefinitionSays(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int inside = 0;
        for (long seed = first; seed < first + 200; seed++) {
            Network network = RandomWorkloads.network(seed).network();
            List<List<Integer>> blocks = new ArrayList<>();
            List<List<Integer>> units = new ArrayList<>();
            List<Integer> block = new ArrayList<>();
            for (List<Integer> step : NetworkUnits.steps(network)) {
                block.addAll(step);
                if (across(network, step.get(step.size() - 1)) <= 1) {
                    blocks.add(block);
                    block = new ArrayList<>();
                }
            }
            assertTrue(block.isEmpty());
            for (List<Integer> whole : blocks) {
                List<Integer> unit = new ArrayList<>();
                for (int layer : whole) {
                    boolean concatenation = network.layer(layer).op() instanceof Concatenation;
                    boolean computes =
                            unit.stream().anyMatch(l -> !(network.layer(l).op() instanceof Concatenation));
                    if (computes && !concatenation && !crosses(network, whole, layer)) {
                        units.add(unit);
                        unit = new ArrayList<>();
                        inside++;
                    }
                    unit.add(layer);
                }
                units.add(unit);
            }
            String where = "seed " + seed;
            assertEquals(
                    blocks,
                    NetworkUnits.blocks(network).stream().map(Planning::join).toList(),
                    where);
            assertEquals(
                    units,
                    NetworkUnits.units(network).stream().map(Planning::join).toList(),
                    where);
        }
        assertTrue(inside > 20, inside + " units end inside of a block");
    }

    /** Tensors that are there after a layer, or were read by then, and are read behind it. */
    private static long across(Network network, int boundary) {
        return IntStream.range(0, network.tensors())
                .map(network::tensorAt)
                .filter(tensor -> tensor == Layer.NETWORK_INPUT
                        || tensor >= 0 && tensor <= boundary
                        || readBy(network, tensor, 0, boundary))
                .filter(tensor -> readBy(network, tensor, boundary + 1, network.size() - 1))
                .count();
    }

    private static boolean readBy(Network network, int tensor, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .anyMatch(layer -> network.layer(layer).operands().contains(tensor));
    }

    private static boolean crosses(Network network, List<Integer> layers, int boundary) {
        for (int reader : layers) {
            for (int maker : layers) {
                boolean apart = maker < boundary
                        && reader >= boundary
                        && !(network.layer(reader).op() instanceof Concatenation)
                        && !(network.layer(maker).op() instanceof Concatenation);
                if (apart
                        && network.layer(reader).operands().stream()
                                .anyMatch(operand -> isPart(network, operand, maker))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Workload residual() {
        WorkloadBuilder b = new WorkloadBuilder("residual", 1, new FeatureMapShape(4, 6, 6), true, 1);
        int stem = b.convolution(-1, 4, 1, THREE, 1);
        int branch = b.convolution(b.convolution(stem, 2, 1, POINTWISE, 1), 2, 1, THREE, 1);
        int sum = b.convolution(branch, stem, 4, 1, POINTWISE, 1, true);
        b.convolution(b.convolution(sum, 4, 1, THREE, 1), 2, 1, POINTWISE, 1);
        return b.build();
    }

    static Workload chain(int length) {
        WorkloadBuilder b = new WorkloadBuilder("chain", 1, new FeatureMapShape(2, 4, 4), true, 1);
        int last = -1;
        for (int i = 0; i < length; i++) {
            last = b.convolution(last, 2, 1, POINTWISE, 1);
        }
        return b.build();
    }

    static Workload inception() {
        WorkloadBuilder b = new WorkloadBuilder("inception", 1, new FeatureMapShape(4, 5, 5), true, 1);
        int stem = b.convolution(-1, 4, 1, THREE, 1);
        int left = b.convolution(stem, 3, 1, POINTWISE, 1);
        int right = b.convolution(stem, 5, 1, THREE, 1);
        int both = b.concatenation(left, right);
        b.convolution(both, 2, 1, POINTWISE, 1);
        return b.build();
    }

    private static List<List<Integer>> segments(MappingPolicy policy, Workload workload, int limit) {
        return layers(policy.plan(context(workload, limit)));
    }

    private static List<List<Integer>> layers(ExecutionPlan plan) {
        return plan.segments().stream().map(Segment::layers).toList();
    }

    static PlanningContext context(Workload workload, int limit) {
        return new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                if (layers.size() > limit) {
                    return new PlanRejection("layers", layers.size(), limit, layers.size() + " layers, limit " + limit);
                }
                return new Segment(
                        layers,
                        layers.stream().map(l -> new LayerMapping(l, Map.of())).toList(),
                        List.of(),
                        List.of());
            }
        };
    }
}
