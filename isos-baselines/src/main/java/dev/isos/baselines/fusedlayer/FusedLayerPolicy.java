package dev.isos.baselines.fusedlayer;

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
import dev.isos.baselines.machine.BaselineModel;
import dev.isos.core.plan.NetworkUnits;
import java.util.ArrayList;
import java.util.List;

/**
 * The groups of the published evaluation, as far as its figures tell them: greedily, plain layers and whole residual blocks whose
 * maps have one height, until the filter buffer is full. A pooling ends a group. A block that does not fit, or that branches out
 * without a sum, is cut into chains of layers each of which reads the one before.
 */
public final class FusedLayerPolicy implements MappingPolicy {
    @Override
    public String id() {
        return "fused-layer";
    }

    @Override
    public String description() {
        return "greedy groups of layers and residual blocks on maps of one height; poolings end a group";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        return new Cutting(context).plan(id());
    }

    private static final class Cutting {
        private final PlanningContext context;
        private final Network network;
        private final List<Segment> segments = new ArrayList<>();
        private final List<String> limits = new ArrayList<>();

        // the group that is open
        private final List<Integer> group = new ArrayList<>();
        private Segment fitting;

        Cutting(PlanningContext context) {
            this.context = context;
            this.network = context.workload().network();
        }

        ExecutionPlan plan(String policy) {
            for (List<List<Integer>> block : NetworkUnits.blocks(network)) {
                List<Integer> layers = block.stream().flatMap(List::stream).toList();
                boolean sums = block.size() == 1 || last(layers).hasResidual();
                if (!sums || !joins(layers, height(layers) == height(group), "maps of another height follow")) {
                    cut(block);
                }
            }
            close("end of the network");
            return new ExecutionPlan(policy, segments, limits);
        }

        /** Cuts a block by itself into chains. */
        private void cut(List<List<Integer>> block) {
            close("a block follows that does not fit as a whole");
            for (List<Integer> step : block) {
                boolean chained = !group.isEmpty()
                        && network.layer(step.get(0)).inputs().equals(List.of(group.get(group.size() - 1)));
                if (!joins(step, chained, "the next layer reads another tensor")) {
                    throw new IsosException(
                            ErrorCode.INFEASIBLE,
                            "no plan for " + context.workload().info().id() + ": "
                                    + ((PlanRejection) context.map(step)).reason());
                }
            }
            close("the block is complete");
        }

        /** Adds layers to the open group, or opens another one with them; false if they do not even fit alone. */
        private boolean joins(List<Integer> layers, boolean together, String otherwise) {
            String limit = otherwise;
            boolean pooled = BaselineModel.poolsLocally(last(layers))
                    || !group.isEmpty() && BaselineModel.poolsLocally(last(group));
            if (!group.isEmpty() && together && !pooled) {
                List<Integer> longer = new ArrayList<>(group);
                longer.addAll(layers);
                MappingOutcome outcome = context.map(longer);
                if (outcome instanceof Segment segment) {
                    group.addAll(layers);
                    fitting = segment;
                    return true;
                }
                limit = ((PlanRejection) outcome).reason();
            }
            if (!(context.map(layers) instanceof Segment segment)) {
                return false;
            }
            close(pooled ? "a pooling ends a group" : limit);
            group.addAll(layers);
            fitting = segment;
            return true;
        }

        private void close(String limit) {
            if (!group.isEmpty()) {
                segments.add(fitting);
                limits.add(limit);
                group.clear();
            }
        }

        private Layer last(List<Integer> layers) {
            return network.layer(layers.get(layers.size() - 1));
        }

        /** Rows of the map that the last of the layers reads; of none, none. */
        private int height(List<Integer> layers) {
            return layers.isEmpty() ? 0 : last(layers).inputShape().height();
        }
    }
}
