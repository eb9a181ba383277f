package dev.isos.core.simulate;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan and the part of it that a machine gets to see.
 *
 * @param all segments, in order of execution
 * @param plan those whose time and bytes count
 * @param leftOut names of the layers of the others
 */
record CountedPlan(List<Segment> all, ExecutionPlan plan, List<String> leftOut) {
    /** Leaves out the segments of which the hardware leaves out every layer that computes. */
    static CountedPlan of(ExecutionPlan plan, Network network, HardwareModel hardware) {
        List<Segment> counted = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (int i = 0; i < plan.segments().size(); i++) {
            Segment segment = plan.segments().get(i);
            List<Layer> computing = segment.layers().stream()
                    .map(network::layer)
                    .filter(layer -> !(layer.op() instanceof Concatenation))
                    .toList();
            if (!computing.isEmpty() && computing.stream().allMatch(hardware::leavesOut)) {
                computing.forEach(layer -> leftOut.add(layer.name()));
            } else {
                counted.add(segment);
                limits.add(plan.limits().get(i));
            }
        }
        return new CountedPlan(
                plan.segments(), new ExecutionPlan(plan.policy(), counted, limits), List.copyOf(leftOut));
    }
}
