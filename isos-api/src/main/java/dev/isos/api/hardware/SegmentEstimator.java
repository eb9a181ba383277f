package dev.isos.api.hardware;

import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import java.util.Map;
import java.util.Optional;

/** An analytical model of a machine: estimates segments of one workload from densities. Used by one thread. */
public interface SegmentEstimator {
    /**
     * Estimates a segment. Cheap (microseconds per layer) and without memory of earlier calls: the same arguments give the
     * same estimate.
     *
     * @param previous segment that runs just before, which may prefetch weights for this one; empty for the first
     */
    SegmentEstimate estimate(Segment segment, Optional<Segment> previous);

    /** All counts that the machine's {@linkplain HardwareModel#activities activities} name, as expected of a segment. */
    Map<String, Long> counts(Segment segment);
}
