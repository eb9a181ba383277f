package dev.isos.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.random.SplitMix;
import dev.isos.api.workload.Workload;
import dev.isos.support.layers.NetworkUnits;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class OptimalPolicyTest {
    private static final int MOST_NODES = 10;

    /** Random DAGs under random costs and random legality: what is found is what trying every cut finds. */
    @Test
    void equalsExhaustiveEnumeration(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int tried = 0;
        int cut = 0;
        for (long seed = first; tried < 300; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            if (workload.network().size() > MOST_NODES) {
                continue;
            }
            tried++;
            RandomMachine machine = new RandomMachine(workload, seed);
            long[] best = cheapest(machine, NetworkUnits.steps(workload.network()), 0, Optional.empty());
            ExecutionPlan plan = new OptimalPolicy().plan(machine);
            assertEquals(
                    workload.network().size(),
                    plan.segments().stream().mapToInt(s -> s.layers().size()).sum(),
                    "seed " + seed);
            assertEquals(Arrays.toString(best), Arrays.toString(cost(machine, plan)), "seed " + seed);
            cut += plan.segments().size() > 1 ? 1 : 0;
        }
        assertTrue(cut > 50, cut + " networks were cut at all");
    }

    @Test
    void withoutEstimatesItSaysWhatIsMissing() {
        RandomMachine machine = new RandomMachine(RandomWorkloads.network(1), 1) {
            @Override
            public Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
                return Optional.empty();
            }
        };
        IsosException e = assertThrows(IsosException.class, () -> new OptimalPolicy().plan(machine));
        assertEquals(ErrorCode.INFEASIBLE, e.code());
        assertTrue(e.getMessage().contains("analytical model"), e.getMessage());
    }

    /** Cycles, bytes and segments of the best cut of all steps from one on, by trying all of them. */
    private static long[] cheapest(
            RandomMachine machine, List<List<Integer>> steps, int from, Optional<Segment> previous) {
        if (from == steps.size()) {
            return new long[3];
        }
        long[] best = null;
        for (int to = from + 1; to <= steps.size(); to++) {
            if (machine.map(Planning.join(steps.subList(from, to))) instanceof Segment segment) {
                long[] rest = cheapest(machine, steps, to, Optional.of(segment));
                long[] all = plus(rest, machine.estimate(segment, previous).orElseThrow());
                best = best == null || Arrays.compare(all, best) < 0 ? all : best;
            }
        }
        return best;
    }

    private static long[] cost(RandomMachine machine, ExecutionPlan plan) {
        long[] cost = new long[3];
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            cost = plus(cost, machine.estimate(segment, previous).orElseThrow());
            previous = Optional.of(segment);
        }
        return cost;
    }

    private static long[] plus(long[] cost, SegmentEstimate estimate) {
        return new long[] {cost[0] + estimate.cycles(), cost[1] + estimate.offChipBytes(), cost[2] + 1};
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
            boolean alone = NetworkUnits.steps(workload.network()).contains(layers);
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
    }
}
