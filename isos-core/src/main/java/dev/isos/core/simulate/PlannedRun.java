package dev.isos.core.simulate;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.network.Network;
import dev.isos.api.workload.Workload;
import java.util.Map;

/**
 * What a run is of, however its numbers are found: a workload on an accelerator, laid out and planned.
 *
 * @param workload as dataflows see it, in the layout of its model
 * @param layout the same in the layout of the accelerator
 * @param startNanos when the run began, by {@link System#nanoTime}
 * @param versions of the plug-ins
 */
record PlannedRun(
        Workload workload,
        SharedExecutions.LaidOut layout,
        ConfiguredAccelerator accelerator,
        CountedPlan plan,
        RunOptions options,
        long startNanos,
        Map<String, String> versions) {
    /** As laid out. */
    Network network() {
        return layout.workload().network();
    }

    HardwareModel hardware() {
        return accelerator.hardware();
    }

    /** Workload and accelerator, for messages. */
    String where() {
        return where(workload, accelerator);
    }

    static String where(Workload workload, ConfiguredAccelerator accelerator) {
        return workload.info().id() + " on " + accelerator.accelerator().id();
    }

    EnergyLaws energyLaws() {
        return new EnergyLaws(where(), hardware());
    }

    /** For a fidelity that the hardware does not offer. */
    IsosException lacks() {
        return new IsosException(
                ErrorCode.INFEASIBLE,
                "accelerator " + accelerator.accelerator().id() + ": the hardware "
                        + hardware().spec().model() + " has no "
                        + accelerator.fidelity().id() + " fidelity for the dataflow "
                        + accelerator.dataflow().id());
    }
}
