package dev.isos.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimalPolicyTest {
    private static final int MOST_LAYERS = 7;

    /** Random DAGs under random costs and random legality: what is found is what trying every order and every cut finds. */
    @ParameterizedTest
    @EnumSource(Objective.class)
    void equalsExhaustiveEnumeration(Objective objective, TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int tried = 0;
        int cut = 0;
        int reordered = 0;
        for (long seed = first; tried < 300; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            if (workload.network().size() > MOST_LAYERS) {
                continue;
            }
            tried++;
            RandomMachine machine = new RandomMachine(workload, seed);
            long[] best = new Enumeration(machine, objective, false).cheapest(new BitSet(), Optional.empty());
            ExecutionPlan plan = new OptimalPolicy(objective).plan(machine);
            assertEquals(objective.policy(), plan.policy());
            assertEquals(Arrays.toString(best), Arrays.toString(cost(machine, plan, objective)), "seed " + seed);
            assertTopological(workload.network(), plan, "seed " + seed);
            cut += plan.segments().size() > 1 ? 1 : 0;
            long[] own = new Enumeration(machine, objective, true).cheapest(new BitSet(), Optional.empty());
            reordered += Arrays.compare(best, own) < 0 ? 1 : 0;
        }
        assertTrue(cut > 50, cut + " networks were cut at all");
        assertTrue(reordered > 5, reordered + " networks gained by another order");
    }

    /** So many convolutions of the input, which may run in any order, all added up. */
    private static Workload branches(int count) {
        WorkloadBuilder builder = new WorkloadBuilder("branches", 1, new FeatureMapShape(2, 1, 1), false, 1);
        int[] ends = IntStream.range(0, count)
                .map(i -> builder.convolution(Layer.NETWORK_INPUT, 2, 1, Window.square(1, 1, 0), 1))
                .toArray();
        Arrays.stream(ends).reduce((sum, end) -> builder.elementwiseAdd(sum, end, true));
        return builder.build();
    }

    /** 4 branches make 16 sets of layers that may come first, 10 make 1024. */
    @Test
    void aPlanSaysWhenOtherOrdersAreTooMany() {
        List<String> few = new OptimalPolicy(Objective.CYCLES)
                .plan(new RandomMachine(branches(4), 1))
                .limits();
        assertEquals("the network is complete", few.get(few.size() - 1));
        ExecutionPlan plan = new OptimalPolicy(Objective.CYCLES).plan(new RandomMachine(branches(10), 1));
        assertEquals(
                "the network is complete; cut in its own order alone, since all orders of its layers have more than 1000"
                        + " places to cut",
                plan.limits().get(plan.limits().size() - 1));
        List<Integer> order = plan.segments().stream()
                .flatMap(segment -> segment.layers().stream())
                .toList();
        assertEquals(IntStream.range(0, 19).boxed().toList(), order);
    }

    @Test
    void withoutEstimatesItSaysWhatIsMissing() {
        RandomMachine machine = new RandomMachine(RandomWorkloads.network(1), 1) {
            @Override
            public Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
                return Optional.empty();
            }
        };
        IsosException e = assertThrows(IsosException.class, () -> new OptimalPolicy(Objective.CYCLES).plan(machine));
        assertEquals(ErrorCode.INFEASIBLE, e.code());
        assertTrue(e.getMessage().contains("analytical model"), e.getMessage());
    }

    @Test
    void objectivesGoWithTheirMappingOnly() {
        assertEquals(Optional.of("optimal-bytes"), Objective.mapping("optimal", "bytes", "here"));
        assertEquals(Optional.of("optimal"), Objective.mapping("optimal", "cycles", "here"));
        assertEquals(Optional.of("greedy"), Objective.mapping("greedy", null, "here"));
        IsosException greedy =
                assertThrows(IsosException.class, () -> Objective.mapping("greedy", "energy", "--objective"));
        assertEquals("--objective energy: expected mapping optimal, got greedy", greedy.getMessage());
        IsosException unknown = assertThrows(IsosException.class, () -> Objective.mapping("optimal", "area", "here"));
        assertEquals("here: expected cycles, bytes, energy, got 'area'", unknown.getMessage());
    }

    /**
     * All plans of a small network, one by one.
     *
     * @param ownOrder only those in the network's own order
     */
    private record Enumeration(RandomMachine machine, Objective objective, boolean ownOrder) {
        /** Least cost of all layers that are not done: the objective, what decides among equals, segments. */
        long[] cheapest(BitSet done, Optional<Segment> previous) {
            Network network = machine.workload.network();
            if (done.cardinality() == network.size()) {
                return new long[3];
            }
            List<Integer> left = network.layers().stream()
                    .filter(layer -> !(layer.op() instanceof Concatenation) && !done.get(layer.index()))
                    .map(Layer::index)
                    .toList();
            long[] best = null;
            for (int choice = 1; choice < 1 << left.size(); choice++) {
                if (ownOrder && (choice & choice + 1) != 0) {
                    continue;
                }
                BitSet after = (BitSet) done.clone();
                for (int i = 0; i < left.size(); i++) {
                    if ((choice >> i & 1) == 1) {
                        after.set(left.get(i));
                    }
                }
                network.layers().stream()
                        .filter(layer -> layer.op() instanceof Concatenation && isRead(layer, after))
                        .forEach(layer -> after.set(layer.index()));
                List<Integer> layers =
                        after.stream().filter(layer -> !done.get(layer)).boxed().toList();
                if (layers.stream().allMatch(layer -> isRead(network.layer(layer), after))
                        && machine.map(layers) instanceof Segment segment) {
                    long[] rest = cheapest(after, Optional.of(segment));
                    if (rest != null) {
                        long[] all = plus(rest, machine, segment, previous, objective);
                        best = best == null || Arrays.compare(all, best) < 0 ? all : best;
                    }
                }
            }
            return best;
        }

        private static boolean isRead(Layer layer, BitSet done) {
            return layer.operands().stream().allMatch(tensor -> Layer.isNetworkInput(tensor) || done.get(tensor));
        }
    }

    private static void assertTopological(Network network, ExecutionPlan plan, String where) {
        BitSet done = new BitSet();
        for (Segment segment : plan.segments()) {
            for (int layer : segment.layers()) {
                assertTrue(Enumeration.isRead(network.layer(layer), done), where);
                assertFalse(done.get(layer), where);
                done.set(layer);
            }
        }
        assertEquals(network.size(), done.cardinality(), where);
    }

    private static long[] cost(RandomMachine machine, ExecutionPlan plan, Objective objective) {
        long[] cost = new long[3];
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            cost = plus(cost, machine, segment, previous, objective);
            previous = Optional.of(segment);
        }
        return cost;
    }

    private static long[] plus(
            long[] cost, RandomMachine machine, Segment segment, Optional<Segment> previous, Objective objective) {
        SegmentEstimate estimate = machine.estimate(segment, previous).orElseThrow();
        long bytes = estimate.offChipBytes();
        long energy = Math.round(machine.energyPj(segment).orElseThrow());
        long first = objective == Objective.CYCLES ? estimate.cycles() : objective == Objective.BYTES ? bytes : energy;
        long second = objective == Objective.CYCLES ? bytes : estimate.cycles();
        return new long[] {cost[0] + first, cost[1] + second, cost[2] + 1};
    }

    /** Costs without rhyme or reason, coarse so that ties occur; some runs of layers do not fit, longer ones may. */
    private static class RandomMachine implements PlanningContext {
        private final Workload workload;
        private final long seed;

        RandomMachine(Workload workload, long seed) {
            this.workload = workload;
            this.seed = seed;
        }

        @Override
        public Workload workload() {
            return workload;
        }

        @Override
        public MappingOutcome map(List<Integer> layers) {
            boolean alone = layers.stream()
                            .filter(layer -> !(workload.network().layer(layer).op() instanceof Concatenation))
                            .count()
                    <= 1;
            if (!alone && new SplitMix(seed ^ layers.hashCode()).chance(0.3)) {
                return new PlanRejection("luck", layers.size(), 0, "does not fit");
            }
            List<LayerMapping> mappings = new ArrayList<>();
            layers.forEach(layer -> mappings.add(new LayerMapping(layer, Map.of())));
            return new Segment(layers, mappings, List.of(), List.of());
        }

        @Override
        public Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
            int before = previous.map(p -> p.layers().hashCode()).orElse(0);
            SplitMix random = new SplitMix(seed + 31L * segment.layers().hashCode() + 17L * before);
            int size = segment.layers().size();
            int cycles = random.between(2, 4) + (size > 1 ? random.between(0, 2 * size) : 0);
            LayerEstimate layer = new LayerEstimate(segment.layers().get(0), 0, 0, 0, random.between(0, 2), 0, 0);
            return Optional.of(new SegmentEstimate(cycles, 0, 0, List.of(layer)));
        }

        @Override
        public OptionalDouble energyPj(Segment segment) {
            return OptionalDouble.of(new SplitMix(seed - 7L * segment.layers().hashCode()).between(1, 5)
                    + 2.0 * segment.layers().size());
        }
    }
}
