package dev.isos.api.plan;

import java.util.List;

/**
 * What a segment is expected to take, without executing it.
 *
 * @param cycles cycles by which the segment prolongs a run
 * @param computeBusyCycles busy cycles of its busiest compute unit
 * @param memoryBusyCycles cycles that its off-chip bytes take, whenever they are moved
 * @param layers one per layer of the segment, in its order
 */
public record SegmentEstimate(long cycles, long computeBusyCycles, long memoryBusyCycles, List<LayerEstimate> layers) {
    public SegmentEstimate {
        layers = List.copyOf(layers);
    }

    /**
     * Expectations of one layer.
     *
     * @param computeCycles busy cycles of the unit that works longest for it
     * @param products multiply-accumulates performed
     * @param weightBytes off-chip bytes of its weights; the following are those of other roles
     */
    public record LayerEstimate(
            int layer,
            long computeCycles,
            long products,
            long weightBytes,
            long inputBytes,
            long outputBytes,
            long residualBytes) {
        /** Off-chip bytes of all roles. */
        public long offChipBytes() {
            return weightBytes + inputBytes + outputBytes + residualBytes;
        }
    }

    /** All off-chip bytes. */
    public long offChipBytes() {
        long bytes = 0;
        for (LayerEstimate layer : layers) {
            bytes += layer.offChipBytes();
        }
        return bytes;
    }
}
