package dev.isos.api.hardware;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;

/**
 * What a machine gets to know of a simulation: shapes and plan, no tensors.
 *
 * @param network as it is laid out for the dataflow
 * @param plan segments in the order in which they are fed; layers that the machine leaves out are in none of them. Of a batch every
 *     segment comes as often as there are images, one right after another, before the next one
 * @param weightBytes off-chip bytes of the weights of each segment of the plan, so that they can be prefetched; 0 where they are on
 *     chip since the image before
 * @param listener is told what happened when; {@link SimulationListener#NONE} if nobody wants to know
 * @param images of the batch, at least 1: position p of the plan is of image {@code p % images}
 */
public record RunRequest(
        Network network,
        ExecutionPlan plan,
        java.util.List<Long> weightBytes,
        SimulationListener listener,
        int images) {
    /**
     * Copies the weight bytes.
     *
     * @param network layers and shapes
     * @param plan its segments
     * @param weightBytes one for each segment; 0 where it is not known in advance
     * @param listener called by the thread that feeds the run
     * @param images of the batch
     */
    public RunRequest {
        weightBytes = java.util.List.copyOf(weightBytes);
    }

    /**
     * Of a single image.
     *
     * @param network layers and shapes
     * @param plan its segments
     * @param weightBytes one for each segment; 0 where it is not known in advance
     * @param listener called by the thread that feeds the run
     */
    public RunRequest(
            Network network, ExecutionPlan plan, java.util.List<Long> weightBytes, SimulationListener listener) {
        this(network, plan, weightBytes, listener, 1);
    }

    /**
     * The image that a segment is of.
     *
     * @param segment position in the plan
     * @return from 0
     */
    public int image(int segment) {
        return segment % images;
    }
}
