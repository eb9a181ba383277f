package dev.isos.baselines.systolic;

import dev.isos.api.workload.Workload;
import dev.isos.testkit.Bench;

/** Runs small workloads on systolic arrays and keeps all items. */
final class SystolicHarness {
    private SystolicHarness() {}

    /** Default hardware with some parameters given as in a file: {@code "rows=4"}. */
    static SystolicModel model(String... settings) {
        return (SystolicModel) Bench.model(new SystolicFactory(), settings);
    }

    static Bench run(Workload workload, Stationarity stationarity, SystolicModel model) {
        return Bench.run(workload, new SystolicDataflow(stationarity), model);
    }
}
