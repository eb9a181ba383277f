package dev.isos.api.hardware;

import java.util.List;
import java.util.Map;

/**
 * What a machine says about a simulation.
 *
 * @param cycles from the first request to the last byte written
 * @param segments one per segment of the plan
 * @param layers one per layer of the network, by index
 * @param offChipBytes bytes that the DRAM moved; must equal what the dataflow asked for
 * @param counts what the machine counts itself, by the names that its {@linkplain HardwareModel#activities activities} call it
 */
public record MachineReport(
        long cycles,
        List<SegmentTiming> segments,
        List<LayerTiming> layers,
        long offChipBytes,
        Map<String, Long> counts) {
    /**
     * Copies the lists; what they hold is checked by {@link dev.isos.api.law.RunLaws} and the simulator.
     *
     * @param cycles of the machine's clock
     * @param segments in the order of the plan
     * @param layers by index
     * @param offChipBytes reads and writes
     * @param counts none that the items count, except of a machine that computes the outputs itself
     */
    public MachineReport {
        segments = List.copyOf(segments);
        layers = List.copyOf(layers);
        counts = Map.copyOf(counts);
    }

    /**
     * Time of one segment.
     *
     * @param cycles cycles by which the segment prolonged the run; they sum up to the run's cycles
     * @param computeBusyCycles busy cycles of its busiest compute unit
     * @param memoryBusyCycles busy cycles of the DRAM interface within the segment's cycles
     */
    public record SegmentTiming(long cycles, long computeBusyCycles, long memoryBusyCycles) {}

    /**
     * Time of one layer; layers of a pipelined segment overlap.
     *
     * @param startCycle start of its first compute item
     * @param endCycle end of its last compute item
     * @param computeCycles busy cycles of the unit that worked longest for it; of a batch, added up over the images
     * @param counts the layer's part of {@link MachineReport#counts}; where the parts of all layers are not the whole, the result
     *     has no energy by layer
     */
    public record LayerTiming(long startCycle, long endCycle, long computeCycles, Map<String, Long> counts) {
        /**
         * Copies the counts.
         *
         * @param startCycle of its first compute item
         * @param endCycle of its last compute item
         * @param computeCycles of the unit that worked longest for it
         * @param counts by name
         */
        public LayerTiming {
            counts = Map.copyOf(counts);
        }

        /**
         * Of a machine that counts nothing itself, or not by layer.
         *
         * @param startCycle of its first compute item
         * @param endCycle of its last compute item
         * @param computeCycles of the unit that worked longest for it
         */
        public LayerTiming(long startCycle, long endCycle, long computeCycles) {
            this(startCycle, endCycle, computeCycles, Map.of());
        }
    }
}
