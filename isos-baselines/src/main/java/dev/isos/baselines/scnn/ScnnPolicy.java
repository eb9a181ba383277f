package dev.isos.baselines.scnn;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the network into chains, each layer of which reads what the one before has made: where activations can pass from layer
 * to layer on chip. Whether they fit is seen when they are known.
 */
public final class ScnnPolicy implements MappingPolicy {
    @Override
    public String id() {
        return "scnn";
    }

    @Override
    public String description() {
        return "chains of layers that read each other's outputs, which may stay on chip";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        Network network = context.workload().network();
        List<Segment> segments = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        List<Integer> chain = new ArrayList<>();
        for (Layer layer : network.layers()) {
            boolean follows = layer.operands().contains(layer.index() - 1)
                    && layer.gathered().isEmpty();
            if (!chain.isEmpty() && !follows) {
                segments.add(map(context, chain));
                limits.add(layer.name() + " does not read the layer before it as it is made");
                chain = new ArrayList<>();
            }
            chain.add(layer.index());
        }
        segments.add(map(context, chain));
        limits.add("end of the network");
        return new ExecutionPlan(id(), segments, limits);
    }

    private static Segment map(PlanningContext context, List<Integer> layers) {
        MappingOutcome outcome = context.map(layers);
        if (outcome instanceof PlanRejection rejection) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "no plan for " + context.workload().info().id() + ": " + rejection.reason());
        }
        return (Segment) outcome;
    }
}
