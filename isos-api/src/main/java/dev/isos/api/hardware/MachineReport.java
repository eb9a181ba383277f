package dev.isos.api.hardware;

import java.util.List;

/**
 * What a machine says about a simulation.
 *
 * @param cycles from the first request to the last byte written
 * @param segments one per segment of the plan
 * @param layers one per layer of the network, by index
 * @param offChipBytes bytes that the DRAM moved; must equal what the dataflow asked for
 * @param activity what every component did
 */
public record MachineReport(
        long cycles,
        List<SegmentTiming> segments,
        List<LayerTiming> layers,
        long offChipBytes,
        List<ActivityCount> activity) {
    /**
     * Copies the lists; what they hold is checked by {@link dev.isos.api.law.RunLaws} and the simulator.
     *
     * @param cycles of the machine's clock
     * @param segments in the order of the plan
     * @param layers by index
     * @param offChipBytes reads and writes
     * @param activity each count of a component of the machine
     */
    public MachineReport {
        segments = List.copyOf(segments);
        layers = List.copyOf(layers);
        activity = List.copyOf(activity);
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
     * @param computeCycles busy cycles of the unit that worked longest for it
     */
    public record LayerTiming(long startCycle, long endCycle, long computeCycles) {}
}
