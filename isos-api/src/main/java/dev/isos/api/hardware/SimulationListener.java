package dev.isos.api.hardware;

/**
 * Watches a simulation; every method does nothing by default. A machine tells of a resource in the order of time, and
 * what it tells of one track never overlaps. Called by the thread that simulates.
 */
public interface SimulationListener {
    /** Nobody is watching. */
    SimulationListener NONE = new SimulationListener() {};

    /** {@return false when only {@link #onItem} and {@link #onSegmentEnd} need be called, which saves time} */
    default boolean wantsSlices() {
        return false;
    }

    /**
     * Something occupied a resource.
     *
     * @param track resource, for example {@code array}; a unit of several is {@code cluster 3}, a part of it
     *     {@code lane 3/frontend}
     * @param layer layer worked for, or -1 where no single one is meant
     * @param phase id of the phase
     * @param startCycle first cycle
     * @param endCycle cycle after the last
     */
    default void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {}

    /**
     * Bytes moved through a port, for example {@code dram/read}. A cycle in which bytes of several transfers move belongs to
     * the first of them, so that a transfer may start and end in the same cycle.
     *
     * @param track the port
     * @param layer layer that the bytes are moved for, or -1 where no single one is meant
     * @param phase id of the phase
     * @param startCycle cycle in which the first byte moves
     * @param endCycle cycle after the last, not before {@code startCycle}
     * @param bytes more than 0
     */
    default void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
        if (endCycle > startCycle) {
            onSlice(track, layer, phase, startCycle, endCycle);
        }
    }

    /**
     * What a memory holds has changed; before the first call it is empty.
     *
     * @param memory for example {@code filter buffer}
     * @param tensor the tensor whose queue is meant (a layer's output by the layer's index, as operands of layers are given),
     *     or {@link dev.isos.api.network.Layer#NONE} for all that the memory holds
     * @param cycle at whose start the bytes are there; never falls from call to call
     * @param bytes held from this cycle on, 0 or more
     */
    default void onOccupancy(String memory, int tensor, long cycle, long bytes) {}

    /**
     * A work item has run. A machine says so once for every item, whether or not anybody wants slices: this is what a simulation's
     * causality is checked by.
     *
     * @param segment position in the plan
     * @param item number in the segment
     * @param startCycle when it began, at the earliest when all that it waits for had ended; of a transfer, when it could first
     *     have moved a byte
     * @param endCycle when those that wait for it may start; not before {@code startCycle}
     */
    default void onItem(int segment, int item, long startCycle, long endCycle) {}

    /**
     * A segment has ended at the given cycle.
     *
     * @param segment position in the plan, from 0
     * @param cycle cycle after its last one; never falls from call to call
     */
    default void onSegmentEnd(int segment, long cycle) {}
}
