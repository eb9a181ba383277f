package dev.isos.api.hardware;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;

/**
 * What a machine gets to know of a simulation: shapes and plan, no tensors.
 *
 * @param weightBytes off-chip bytes of the weights of each segment of the plan, so that they can be prefetched
 * @param listener is told what happened when; {@link SimulationListener#NONE} if nobody wants to know
 */
public record RunRequest(
        Network network, ExecutionPlan plan, java.util.List<Long> weightBytes, SimulationListener listener) {
    public RunRequest {
        weightBytes = java.util.List.copyOf(weightBytes);
    }
}
