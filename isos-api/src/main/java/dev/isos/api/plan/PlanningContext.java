package dev.isos.api.plan;

import dev.isos.api.workload.Workload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a mapping policy may ask while it cuts a network. For one thread. */
public interface PlanningContext {
    /** {@return the workload as it is laid out for the dataflow; its tensors are not to be modified} */
    Workload workload();

    /**
     * Tries layers as one segment on the accelerator at hand.
     *
     * @param layers indices, ascending; at least one; consecutive in some topological order, so that no other layer lies between
     *     two of them
     * @return a {@link Segment}, or the {@link PlanRejection} that says what does not fit
     */
    MappingOutcome map(List<Integer> layers);

    /**
     * What a segment is expected to take, or empty when the accelerator has no analytical model.
     *
     * @param segment as {@link #map} gave it
     * @param previous segment that runs just before; empty for the first
     * @return cycles and bytes expected; empty for every segment, or for none
     */
    default Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
        return Optional.empty();
    }

    /**
     * The energy that a segment is expected to take, whatever runs before it, by the accelerator's energy model.
     *
     * @param segment as {@link #map} gave it
     * @return picojoules; empty when the accelerator has no analytical model
     */
    default OptionalDouble energyPj(Segment segment) {
        return OptionalDouble.empty();
    }
}
