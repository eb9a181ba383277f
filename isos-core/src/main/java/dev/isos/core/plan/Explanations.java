package dev.isos.core.plan;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains plans, whichever policy made them. */
public final class Explanations {
    private Explanations() {}

    /** One explanation per segment of the plan. */
    public static List<SegmentExplanation> of(PlanningContext context, ExecutionPlan plan) {
        Network network = context.workload().network();
        List<List<Integer>> steps = NetworkUnits.steps(network);
        List<SegmentExplanation> explanations = new ArrayList<>();
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            int end = segment.layers().get(segment.layers().size() - 1);
            Optional<List<Integer>> next =
                    steps.stream().filter(step -> step.get(0) == end + 1).findFirst();
            explanations.add(new SegmentExplanation(
                    context.estimate(segment, previous),
                    next.map(step ->
                            network.layer(NetworkUnits.computing(network, step)).name()),
                    next.flatMap(step -> missing(context, segment, step))));
            previous = Optional.of(segment);
        }
        return explanations;
    }

    private static Optional<PlanRejection> missing(PlanningContext context, Segment segment, List<Integer> step) {
        return context.map(Planning.join(List.of(segment.layers(), step))) instanceof PlanRejection rejection
                ? Optional.of(rejection)
                : Optional.empty();
    }
}
