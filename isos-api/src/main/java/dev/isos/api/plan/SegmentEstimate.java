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
    /**
     * Copies the list.
     *
     * @param cycles of the machine's clock
     * @param computeBusyCycles of the busiest unit
     * @param memoryBusyCycles of all its off-chip bytes
     * @param layers in the order of the segment
     */
    public SegmentEstimate {
        layers = List.copyOf(layers);
    }

    /**
     * Expectations of one layer.
     *
     * @param layer index of the layer
     * @param computeCycles busy cycles of the unit that works longest for it
     * @param products multiply-accumulates performed
     * @param weightBytes off-chip bytes of its weights
     * @param inputBytes off-chip bytes of its inputs
     * @param outputBytes off-chip bytes of its output
     * @param residualBytes off-chip bytes of its residual operand
     */
    public record LayerEstimate(
            int layer,
            long computeCycles,
            long products,
            long weightBytes,
            long inputBytes,
            long outputBytes,
            long residualBytes) {
        /** {@return off-chip bytes of all roles} */
        public long offChipBytes() {
            return weightBytes + inputBytes + outputBytes + residualBytes;
        }
    }

    /** {@return off-chip bytes of all layers and roles} */
    public long offChipBytes() {
        long bytes = 0;
        for (LayerEstimate layer : layers) {
            bytes += layer.offChipBytes();
        }
        return bytes;
    }
}
