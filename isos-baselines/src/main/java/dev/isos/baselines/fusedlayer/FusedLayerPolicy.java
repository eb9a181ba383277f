package dev.isos.baselines.fusedlayer;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts the network where the off-chip traffic is least, over all cuts of the topological order, by dynamic programming;
 * among equals the one with the fewest segments. The traffic of a segment follows exactly from shapes, since every tensor
 * travels dense. Only for the {@link FusedLayerDataflow}.
 */
public final class FusedLayerPolicy implements MappingPolicy {
    @Override
    public String id() {
        return "fused-layer";
    }

    @Override
    public String description() {
        return "groups of consecutive layers with the least dense off-chip traffic, by dynamic programming";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        Network network = context.workload().network();
        int size = network.size();
        // entry j: the best plan of layers 0 .. j-1
        long[] traffic = new long[size + 1];
        int[] segments = new int[size + 1];
        Segment[] last = new Segment[size + 1];
        // why some layer does not fit even alone; there is no plan only then
        String reason = null;
        for (int from = 0; from < size; from++) {
            if (from > 0 && last[from] == null) {
                continue;
            }
            for (int to = from + 1; to <= size; to++) {
                List<Integer> layers = IntStream.range(from, to).boxed().toList();
                MappingOutcome outcome = context.map(layers);
                if (outcome instanceof PlanRejection rejection) {
                    reason = to == from + 1 ? rejection.reason() : reason;
                    FusedGroup group = new FusedGroup(network, layers);
                    if (group.nodes() > 1 && group.weightBytes() > rejection.limit()) {
                        // more layers have more filters still; otherwise a longer group may fit where a shorter did not
                        break;
                    }
                } else if (outcome instanceof Segment segment) {
                    long total = traffic[from] + traffic(network, segment);
                    if (last[to] == null
                            || total < traffic[to]
                            || total == traffic[to] && segments[from] + 1 < segments[to]) {
                        traffic[to] = total;
                        segments[to] = segments[from] + 1;
                        last[to] = segment;
                    }
                }
            }
        }
        if (last[size] == null) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "no plan for " + context.workload().info().id() + ": " + reason);
        }
        List<Segment> plan = new ArrayList<>();
        for (int to = size; to > 0; to = last[to].layers().get(0)) {
            plan.add(last[to]);
        }
        Collections.reverse(plan);
        return new ExecutionPlan(id(), plan, limits(context, plan));
    }

    /** Off-chip bytes of a segment of the fused-layer dataflow. */
    static long traffic(Network network, Segment segment) {
        if (!segment.mappings().get(0).factors().containsKey(FusedLayerWork.TILE_ROWS)) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE, "mapping policy fused-layer needs segments of the dataflow fused-layer");
        }
        return GroupPlan.traffic(new FusedGroup(network, segment.layers()), segment);
    }

    private static List<String> limits(PlanningContext context, List<Segment> plan) {
        Network network = context.workload().network();
        List<String> limits = new ArrayList<>();
        for (Segment segment : plan) {
            int next = segment.layers().get(segment.layers().size() - 1) + 1;
            if (next == network.size()) {
                limits.add("end of the network");
                continue;
            }
            List<Integer> longer = new ArrayList<>(segment.layers());
            longer.add(next);
            limits.add(
                    context.map(longer) instanceof PlanRejection rejection
                            ? rejection.reason()
                            : "fusing " + network.layer(next).name() + " as well would not lower the traffic in all");
        }
        return limits;
    }
}
