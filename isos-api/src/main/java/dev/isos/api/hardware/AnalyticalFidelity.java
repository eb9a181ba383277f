package dev.isos.api.hardware;

import dev.isos.api.workload.WorkloadDensities;

/** A machine that is estimated from densities; it serves mapping policies and sweeps. */
@FunctionalInterface
public interface AnalyticalFidelity {
    /**
     * Begins the estimates of one workload.
     *
     * @param densities all that the estimator may know of the tensors
     * @return for one thread
     */
    SegmentEstimator estimator(WorkloadDensities densities);
}
