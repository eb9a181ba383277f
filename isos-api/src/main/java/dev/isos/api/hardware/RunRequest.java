package dev.isos.api.hardware;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;

/**
 * What a machine gets to know of a simulation: shapes and plan, no tensors.
 *
 * @param network as it is laid out for the dataflow
 * @param plan segments in the order in which they are fed; layers that the machine leaves out are in none of them
 * @param weightBytes off-chip bytes of the weights of each segment of the plan, so that they can be prefetched
 * @param listener is told what happened when; {@link SimulationListener#NONE} if nobody wants to know
 */
public record RunRequest(
        Network network, ExecutionPlan plan, java.util.List<Long> weightBytes, SimulationListener listener) {
    /**
     * Copies the weight bytes.
     *
     * @param network layers and shapes
     * @param plan its segments
     * @param weightBytes one for each segment; 0 where it is not known in advance
     * @param listener called by the thread that feeds the run
     */
    public RunRequest {
        weightBytes = java.util.List.copyOf(weightBytes);
    }
}
