package dev.isos.core.plan;

import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a network from its start: a segment takes whole {@linkplain NetworkUnits#units units} (residual blocks, branches of a
 * module, plain layers) as long as they fit and exchange tensors with those before. A unit that does not fit alone is cut
 * layer by layer, likewise from its start. The paper (HPCA 2023, section on mapping) forms pipelines greedily until a buffer
 * would overflow, on ResNet-50 of whole residual blocks.
 */
public final class GreedyPolicy implements MappingPolicy {
    private final String id;
    private final String description;
    private final boolean joins;

    private GreedyPolicy(String id, String description, boolean joins) {
        this.id = id;
        this.description = description;
        this.joins = joins;
    }

    /** Policy {@code greedy}: as many units as fit. */
    public static GreedyPolicy greedy() {
        return new GreedyPolicy("greedy", "as many whole blocks, from the start of the network on, as fit", true);
    }

    /** Policy {@code block}: every unit is a segment. */
    public static GreedyPolicy block() {
        return new GreedyPolicy("block", "residual blocks, branches of modules and plain layers, one by one", false);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        Cut cut = new Cut(context);
        for (List<List<Integer>> unit : NetworkUnits.units(context.workload().network())) {
            List<Integer> layers = Planning.join(unit);
            if (joins && cut.extend(layers)) {
                continue;
            }
            cut.end(joins ? cut.reason : "the block is complete");
            if (context.map(layers) instanceof Segment segment) {
                cut.open = segment;
                continue;
            }
            for (List<Integer> step : unit) {
                if (!cut.extend(step)) {
                    cut.end(cut.reason);
                    cut.open = Planning.require(context, step);
                }
            }
            cut.end("the block is complete");
        }
        cut.end("the network is complete");
        return new ExecutionPlan(id, cut.segments, cut.limits);
    }

    /** The plan so far. */
    private static final class Cut {
        private final PlanningContext context;
        private final List<Segment> segments = new ArrayList<>();
        private final List<String> limits = new ArrayList<>();

        /** The segment that may still grow, or null. */
        private Segment open;

        /** Why it did not grow when it was last tried. */
        private String reason = "";

        Cut(PlanningContext context) {
            this.context = context;
        }

        /** Adds layers to the open segment if there is one and they fit. */
        boolean extend(List<Integer> layers) {
            if (open == null) {
                return false;
            }
            List<Integer> longer = Planning.join(List.of(open.layers(), layers));
            if (!NetworkUnits.connected(context.workload().network(), longer)) {
                reason = "layer "
                        + context.workload().network().layer(layers.get(0)).name()
                        + " reads nothing that the segment makes";
                return false;
            }
            MappingOutcome outcome = context.map(longer);
            if (outcome instanceof PlanRejection rejection) {
                reason = rejection.reason();
                return false;
            }
            open = (Segment) outcome;
            return true;
        }

        /** The open segment, if there is one, is complete. */
        void end(String why) {
            if (open != null) {
                segments.add(open);
                limits.add(why);
                open = null;
            }
        }
    }
}
