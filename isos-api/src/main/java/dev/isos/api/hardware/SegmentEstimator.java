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
     * @param segment with its mapping
     * @param previous segment that runs just before, which may prefetch weights for this one; empty for the first
     * @return cycles, off-chip bytes and multiply-accumulates expected
     */
    SegmentEstimate estimate(Segment segment, Optional<Segment> previous);

    /**
     * What is expected to be counted for a segment.
     *
     * @param segment with its mapping
     * @return all counts that the machine's {@linkplain HardwareModel#activities activities} name
     */
    Map<String, Long> counts(Segment segment);
}
