package dev.isos.core.simulate;

import dev.isos.api.hardware.SimulationListener;

/**
 * How to run a simulation.
 *
 * @param verify run the reference when the workload brings none; a workload that brings one is always verified
 * @param listener watches the machine
 * @param threads processors that the run may use, at least 1; the result does not depend on them, but for its host part
 * @param topClasses how many predicted classes to report, 0 for none; only of outputs that are a vector
 * @param stages gets what the stages of the run take
 */
public record RunOptions(boolean verify, SimulationListener listener, int threads, int topClasses, StageTimes stages) {
    /** The same without a look at its stages. */
    public RunOptions(boolean verify, SimulationListener listener, int threads, int topClasses) {
        this(verify, listener, threads, topClasses, StageTimes.NONE);
    }

    public static RunOptions defaults() {
        return new RunOptions(true, SimulationListener.NONE, 1, 0);
    }

    /** The same on another number of processors. */
    public RunOptions on(int processors) {
        return new RunOptions(verify, listener, processors, topClasses, stages);
    }
}
