package dev.isos.api.hardware;

/** Watches a simulation; every method does nothing by default. */
public interface SimulationListener {
    /** Nobody is watching. */
    SimulationListener NONE = new SimulationListener() {};

    /** False when {@link #onSlice} need not be called at all, which saves time. */
    default boolean wantsSlices() {
        return false;
    }

    /**
     * Something occupied a resource.
     *
     * @param track resource, for example {@code lane 3/frontend} or {@code dram}
     * @param layer layer worked for
     * @param phase id of the phase
     * @param startCycle first cycle
     * @param endCycle cycle after the last
     */
    default void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {}

    /** A segment has ended at the given cycle. */
    default void onSegmentEnd(int segment, long cycle) {}
}
