package dev.isos.study.bench;

import java.util.List;

/**
 * Times of one workload.
 *
 * @param workload its id, or its file
 * @param denseMacs multiply-accumulates of the dense network
 * @param readSeconds wall-clock time from its source, or the cache, into memory, when read again
 * @param simulations one for each accelerator
 */
public record WorkloadTimes(String workload, long denseMacs, double readSeconds, List<SimulationTimes> simulations) {
    public WorkloadTimes {
        simulations = List.copyOf(simulations);
    }
}
