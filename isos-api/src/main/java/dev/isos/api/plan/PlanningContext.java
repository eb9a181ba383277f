package dev.isos.api.plan;

import dev.isos.api.workload.Workload;
import java.util.List;
import java.util.Optional;

/** What a mapping policy may ask while it cuts a network. */
public interface PlanningContext {
    Workload workload();

    /** Tries consecutive layers as one segment on the accelerator at hand. */
    MappingOutcome map(List<Integer> layers);

    /**
     * What a segment is expected to take, or empty when the accelerator has no analytical model.
     *
     * @param previous segment that runs just before; empty for the first
     */
    default Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
        return Optional.empty();
    }
}
