package dev.isos.core.plan;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Of all cuts of the network's own order of layers into segments that fit, the one of least estimated latency; of equals the
 * one of least off-chip traffic, then of fewest segments, then whose first segment (then second, and so on) is shortest.
 *
 * <p>Dynamic programming. What a segment takes depends on the one before it, which may prefetch weights, and on nothing
 * earlier; so the best cut of what follows a segment depends on that segment alone, and each pair of neighbours is estimated
 * once. No assumption is made on which segments fit: all are tried.
 */
public final class OptimalPolicy implements MappingPolicy {
    @Override
    public String id() {
        return "optimal";
    }

    @Override
    public String description() {
        return "least estimated latency of all cuts into segments that fit";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        return new Search(context).plan(id());
    }

    /** What the segments from some step on take, in order of importance. */
    private record Cost(long cycles, long bytes, int segments) {
        static final Cost NOTHING = new Cost(0, 0, 0);

        Cost plus(SegmentEstimate estimate) {
            return new Cost(cycles + estimate.cycles(), bytes + estimate.offChipBytes(), segments + 1);
        }

        boolean less(Cost other) {
            if (cycles != other.cycles) {
                return cycles < other.cycles;
            }
            return bytes != other.bytes ? bytes < other.bytes : segments < other.segments;
        }
    }

    /** One network. Segment (i, j) holds steps i to j, both included. */
    private static final class Search {
        private final PlanningContext context;
        private final List<List<Integer>> steps;
        private final int count;
        private final MappingOutcome[][] mapped;

        /** Least cost of all that follows segment (i, j), and the last step of the segment that comes next. */
        private final Cost[][] rest;

        private final int[][] next;

        Search(PlanningContext context) {
            this.context = context;
            this.steps = NetworkUnits.steps(context.workload().network());
            this.count = steps.size();
            this.mapped = new MappingOutcome[count][count];
            this.rest = new Cost[count][count];
            this.next = new int[count][count];
        }

        ExecutionPlan plan(String policy) {
            for (int i = 0; i < count; i++) {
                Planning.require(context, steps.get(i));
                for (int j = i; j < count; j++) {
                    mapped[i][j] = context.map(Planning.join(steps.subList(i, j + 1)));
                }
            }
            for (int j = count - 1; j >= 0; j--) {
                for (int i = 0; i <= j; i++) {
                    if (mapped[i][j] instanceof Segment segment) {
                        next[i][j] = bestFrom(j + 1, Optional.of(segment));
                        rest[i][j] = after(Optional.of(segment), j + 1, next[i][j]);
                    }
                }
            }
            List<Segment> segments = new ArrayList<>();
            List<String> limits = new ArrayList<>();
            Optional<Segment> previous = Optional.empty();
            int from = 0;
            int to = bestFrom(0, previous);
            while (from < count) {
                Segment segment = (Segment) mapped[from][to];
                segments.add(segment);
                limits.add(limit(previous, from, to));
                previous = Optional.of(segment);
                int following = next[from][to];
                from = to + 1;
                to = following;
            }
            return new ExecutionPlan(policy, segments, limits);
        }

        /** Last step of the best segment that begins with a step; any when no step is left. */
        private int bestFrom(int from, Optional<Segment> previous) {
            Cost best = null;
            int bestTo = count;
            for (int to = from; to < count; to++) {
                if (mapped[from][to] instanceof Segment) {
                    Cost cost = after(previous, from, to);
                    if (best == null || cost.less(best)) {
                        best = cost;
                        bestTo = to;
                    }
                }
            }
            return bestTo;
        }

        /** Least cost of all steps from {@code from} on when they begin with segment (from, to). */
        private Cost after(Optional<Segment> previous, int from, int to) {
            return from == count ? Cost.NOTHING : rest[from][to].plus(estimate((Segment) mapped[from][to], previous));
        }

        private SegmentEstimate estimate(Segment segment, Optional<Segment> previous) {
            return context.estimate(segment, previous)
                    .orElseThrow(() -> new IsosException(
                            ErrorCode.INFEASIBLE,
                            "mapping optimal needs estimates, and the hardware has no analytical model for the dataflow;"
                                    + " choose another mapping"));
        }

        private String limit(Optional<Segment> previous, int from, int to) {
            if (to + 1 == count) {
                return "the network is complete";
            }
            if (mapped[from][to + 1] instanceof PlanRejection rejection) {
                return rejection.reason();
            }
            long more = after(previous, from, to + 1).cycles()
                    - after(previous, from, to).cycles();
            String layer =
                    context.workload().network().layer(steps.get(to + 1).get(0)).name();
            return String.format(
                    Locale.ROOT,
                    "layer %s would fit, but the network would take %,d cycles more, as estimated",
                    layer,
                    more);
        }
    }
}
