package dev.isos.api.hardware;

import dev.isos.api.workload.WorkloadDensities;

/** A machine that is estimated from densities; it serves mapping policies and sweeps. */
@FunctionalInterface
public interface AnalyticalFidelity {
    /** @param densities all that the estimator may know of the tensors */
    SegmentEstimator estimator(WorkloadDensities densities);
}
