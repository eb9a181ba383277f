package dev.isos.core.plan;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains plans, whichever policy made them. */
public final class Explanations {
    private Explanations() {}

    /** One explanation per segment of the plan. */
    public static List<SegmentExplanation> of(PlanningContext context, ExecutionPlan plan) {
        List<List<Integer>> steps = NetworkUnits.steps(context.workload().network());
        List<SegmentExplanation> explanations = new ArrayList<>();
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            int end = segment.layers().get(segment.layers().size() - 1);
            Optional<List<Integer>> next =
                    steps.stream().filter(step -> step.get(0) == end + 1).findFirst();
            explanations.add(new SegmentExplanation(
                    context.estimate(segment, previous),
                    next.map(step -> computing(context, step)),
                    next.flatMap(step -> missing(context, segment, step))));
            previous = Optional.of(segment);
        }
        return explanations;
    }

    private static String computing(PlanningContext context, List<Integer> step) {
        Layer first = context.workload().network().layer(step.get(0));
        for (int index : step) {
            Layer layer = context.workload().network().layer(index);
            if (!(layer.op() instanceof Concatenation)) {
                return layer.name();
            }
        }
        return first.name();
    }

    private static Optional<PlanRejection> missing(PlanningContext context, Segment segment, List<Integer> step) {
        return context.map(Planning.join(List.of(segment.layers(), step))) instanceof PlanRejection rejection
                ? Optional.of(rejection)
                : Optional.empty();
    }
}
