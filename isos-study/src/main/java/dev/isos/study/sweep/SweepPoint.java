package dev.isos.study.sweep;

import dev.isos.api.result.RunResult;

/**
 * One configuration on one workload.
 *
 * @param configuration name of the configuration
 * @param run null when the configuration cannot run the workload
 * @param reason why it cannot; null when it can
 */
public record SweepPoint(String workload, String configuration, RunResult run, String reason) {
    static SweepPoint of(String workload, RunResult run) {
        return new SweepPoint(workload, run.accelerator().name(), run, null);
    }

    static SweepPoint infeasible(String workload, String configuration, String reason) {
        return new SweepPoint(workload, configuration, null, reason);
    }

    public boolean feasible() {
        return run != null;
    }
}
