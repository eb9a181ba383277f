package dev.isos.core.plan;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Of all cuts into segments that fit, of all topological orders of the layers, the one of least {@linkplain Objective cost}; of
 * equals the one of fewest segments, then whose first segment (then second, and so on) is shortest and nearest to the network's
 * own order. A network with more than {@value Downsets#MOST} places to cut is cut in its own order, and the plan's last limit says so.
 *
 * <p>Dynamic programming. What a segment takes depends on the one before it, which may prefetch weights, and on nothing
 * earlier; so the best cut of what follows a segment depends on that segment and on what ran before, and each pair of neighbours
 * is estimated once. No assumption is made on which segments fit: all are tried.
 */
public final class OptimalPolicy implements MappingPolicy {
    private final Objective objective;

    /** @param objective what is to be least */
    public OptimalPolicy(Objective objective) {
        this.objective = objective;
    }

    @Override
    public String id() {
        return objective.policy();
    }

    @Override
    public String description() {
        return "least " + objective.what() + " of all cuts into segments that fit";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        return new Search(context, objective).plan();
    }

    /** What segments take, in order of importance: the objective, and what decides among equals. */
    private record Cost(long first, long second, int segments) implements Comparable<Cost> {
        private static final Comparator<Cost> ORDER = Comparator.comparingLong(Cost::first)
                .thenComparingLong(Cost::second)
                .thenComparingInt(Cost::segments);

        Cost plus(Cost other) {
            return new Cost(first + other.first, second + other.second, segments + other.segments);
        }

        @Override
        public int compareTo(Cost other) {
            return ORDER.compare(this, other);
        }
    }

    /** A segment that fits, after the layers of one downset and up to those of another. */
    private static final class Edge {
        private final int from;
        private final int to;
        private final Segment segment;
        private final long energyPj;

        /** Least cost of all that follows, and the segment that comes next. */
        private Cost rest = new Cost(0, 0, 0);

        private Edge next;

        Edge(int from, int to, Segment segment, long energyPj) {
            this.from = from;
            this.to = to;
            this.segment = segment;
            this.energyPj = energyPj;
        }
    }

    /** One network. */
    private static final class Search {
        private final PlanningContext context;
        private final Objective objective;
        private final Network network;
        private final Downsets downsets;
        private final List<List<Edge>> starting = new ArrayList<>();
        private final List<List<Edge>> ending = new ArrayList<>();

        Search(PlanningContext context, Objective objective) {
            this.context = context;
            this.objective = objective;
            this.network = context.workload().network();
            this.downsets = Downsets.of(network);
        }

        ExecutionPlan plan() {
            NetworkUnits.steps(network).forEach(step -> Planning.require(context, step));
            find();
            int end = downsets.count() - 1;
            for (int set = end; set > 0; set--) {
                for (Edge edge : ending.get(set)) {
                    if (set < end) {
                        edge.next = best(set, Optional.of(edge.segment));
                        // where nothing that follows fits, so does no plan with the segment
                        edge.rest = edge.next == null ? null : total(edge.next, Optional.of(edge.segment));
                    }
                }
                int reached = set;
                ending.get(set).stream()
                        .filter(edge -> edge.rest == null)
                        .forEach(edge -> starting.get(edge.from).removeIf(other -> other.to == reached));
            }
            List<Segment> segments = new ArrayList<>();
            List<String> limits = new ArrayList<>();
            Optional<Segment> previous = Optional.empty();
            for (Edge edge = best(0, previous); edge != null; edge = edge.next) {
                segments.add(edge.segment);
                limits.add(limit(edge, previous));
                previous = Optional.of(edge.segment);
            }
            return new ExecutionPlan(objective.policy(), segments, limits);
        }

        private void find() {
            for (int i = 0; i < downsets.count(); i++) {
                starting.add(new ArrayList<>());
                ending.add(new ArrayList<>());
            }
            for (int from = 0; from < downsets.count(); from++) {
                for (int to = from + 1; to < downsets.count(); to++) {
                    List<Integer> layers = downsets.between(from, to);
                    if (!layers.isEmpty() && context.map(layers) instanceof Segment segment) {
                        Edge edge = new Edge(from, to, segment, energyPj(segment));
                        starting.get(from).add(edge);
                        ending.get(to).add(edge);
                    }
                }
            }
        }

        private long energyPj(Segment segment) {
            return objective == Objective.ENERGY
                    ? Math.round(context.energyPj(segment).orElseThrow(this::lacks))
                    : 0;
        }

        /** The best segment that begins with a downset; null if none does. */
        private Edge best(int from, Optional<Segment> previous) {
            Edge best = null;
            Cost least = null;
            for (Edge edge : starting.get(from)) {
                Cost cost = total(edge, previous);
                if (least == null || cost.compareTo(least) < 0) {
                    least = cost;
                    best = edge;
                }
            }
            return best;
        }

        /** Least cost of a segment and all that follows it. */
        private Cost total(Edge edge, Optional<Segment> previous) {
            SegmentEstimate estimate = context.estimate(edge.segment, previous).orElseThrow(this::lacks);
            long cycles = estimate.cycles();
            return edge.rest.plus(
                    switch (objective) {
                        case CYCLES -> new Cost(cycles, estimate.offChipBytes(), 1);
                        case BYTES -> new Cost(estimate.offChipBytes(), cycles, 1);
                        case ENERGY -> new Cost(edge.energyPj, cycles, 1);
                    });
        }

        private IsosException lacks() {
            return new IsosException(
                    ErrorCode.INFEASIBLE,
                    "mapping " + objective.policy()
                            + " needs estimates, and the hardware has no analytical model for the dataflow;"
                            + " choose another mapping");
        }

        /** Why the layer that comes next, or the first one of those, is not in a segment. */
        private String limit(Edge edge, Optional<Segment> previous) {
            if (edge.next == null) {
                return "the network is complete"
                        + (downsets.ownOrder()
                                ? "; cut in its own order alone, since all orders of its layers have more than "
                                        + Downsets.MOST + " places to cut"
                                : "");
            }
            Layer layer = edge.next.segment.layers().stream()
                    .map(network::layer)
                    .filter(each -> !(each.op() instanceof Concatenation))
                    .findFirst()
                    .orElseThrow();
            for (int longer = edge.to + 1; longer < downsets.count(); longer++) {
                List<Integer> more = downsets.between(edge.to, longer);
                if (more.isEmpty() || more.get(0) != layer.index()) {
                    continue;
                }
                int to = longer;
                MappingOutcome outcome = context.map(downsets.between(edge.from, longer));
                if (outcome instanceof PlanRejection rejection) {
                    return rejection.reason();
                }
                Optional<Edge> other = starting.get(edge.from).stream()
                        .filter(each -> each.to == to)
                        .findFirst();
                if (other.isPresent()) {
                    long cost = total(other.get(), previous).first()
                            - total(edge, previous).first();
                    return String.format(
                            Locale.ROOT,
                            "layer %s would fit, but the network would take %,d %s more, as estimated",
                            layer.name(),
                            cost,
                            switch (objective) {
                                case CYCLES -> "cycles";
                                case BYTES -> "bytes";
                                case ENERGY -> "pJ";
                            });
                }
            }
            return "with layer " + layer.name() + " nothing that fits could follow";
        }
    }
}
