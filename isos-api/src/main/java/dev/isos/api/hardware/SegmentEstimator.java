package dev.isos.api.hardware;

import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import java.util.List;
import java.util.Optional;

/** An analytical model of a machine: estimates segments of one workload from densities. Used by one thread. */
public interface SegmentEstimator {
    /**
     * Estimates a segment. Cheap (microseconds per layer) and without memory of earlier calls: the same arguments give the
     * same estimate.
     *
     * @param segment with its mapping
     * @param previous segment that runs just before, which may prefetch weights for this one; empty for the first
     * @return cycles, off-chip bytes and multiply-accumulates expected
     */
    SegmentEstimate estimate(Segment segment, Optional<Segment> previous);

    /**
     * What every component is expected to do for a segment.
     *
     * @param segment with its mapping
     * @return counts of components of the machine; what they cost is for the energy model to say
     */
    List<ActivityCount> activity(Segment segment);
}
