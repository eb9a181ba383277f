package dev.isos.core.wavefront.estimate;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import java.util.List;

/**
 * What a segment's work items are expected to count and move.
 *
 * @param tensors of the segment
 * @param layers those that compute, ascending
 * @param bytes off-chip bytes by role, then by layer of these
 * @param queuedBytes bytes that enter queues, each counted at one of the lanes that share a fiber
 */
public record ExpectedSegment(
        SegmentTensors tensors, List<ExpectedLayer> layers, double[][] bytes, double queuedBytes) {
    public ExpectedSegment {
        layers = List.copyOf(layers);
    }

    /** Off-chip bytes of a role that the items of the i-th layer move. */
    public double bytes(TensorRole role, int i) {
        return bytes[role.ordinal()][i];
    }

    /** Off-chip bytes of a role. */
    public double bytes(TensorRole role) {
        double sum = 0;
        for (double of : bytes[role.ordinal()]) {
            sum += of;
        }
        return sum;
    }
}
