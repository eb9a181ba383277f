package dev.isos.core.plan;

import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.List;

/** One layer at a time: every layer that computes is a segment of its own. */
public final class SinglePolicy implements MappingPolicy {
    @Override
    public String id() {
        return "single";
    }

    @Override
    public String description() {
        return "one layer at a time";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        List<Segment> segments = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        for (List<Integer> step : NetworkUnits.steps(context.workload().network())) {
            segments.add(Planning.require(context, step));
            limits.add("one layer per segment");
        }
        return new ExecutionPlan(id(), segments, limits);
    }
}
