package dev.isos.core.plan;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Explains plans, whichever policy made them. */
public final class Explanations {
    private Explanations() {}

    /** One explanation per segment of the plan. */
    public static List<SegmentExplanation> of(PlanningContext context, ExecutionPlan plan) {
        Network network = context.workload().network();
        List<List<Integer>> steps = NetworkUnits.steps(network);
        List<SegmentExplanation> explanations = new ArrayList<>();
        Set<Integer> done = new HashSet<>();
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            done.addAll(segment.layers());
            Optional<List<Integer>> next = steps.stream()
                    .filter(step -> !done.contains(NetworkUnits.computing(network, step)))
                    .findFirst();
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
        return context.map(Stream.of(segment.layers(), step)
                                .flatMap(List::stream)
                                .distinct()
                                .sorted()
                                .toList())
                        instanceof PlanRejection rejection
                ? Optional.of(rejection)
                : Optional.empty();
    }
}
