package dev.isos.core.simulate;

import dev.isos.api.hardware.SimulationListener;

/**
 * How to run a simulation. The result does not depend on threads and processors.
 *
 * @param verify run the reference when the workload brings none; a workload that brings one is always verified
 * @param listener watches the machine
 * @param threads processors that all runs of a command may use together, at least 1; reported in the result's host part
 * @param processors those that this run may use, at least 1
 * @param topClasses how many predicted classes to report, 0 for none; only of outputs that are a vector
 * @param stages gets what the stages of the run take
 */
public record RunOptions(
        boolean verify, SimulationListener listener, int threads, int processors, int topClasses, StageTimes stages) {
    /** A run that is the only one at its time, without a look at its stages. */
    public RunOptions(boolean verify, SimulationListener listener, int threads, int topClasses) {
        this(verify, listener, threads, threads, topClasses, StageTimes.NONE);
    }

    public static RunOptions defaults() {
        return new RunOptions(true, SimulationListener.NONE, 1, 0);
    }

    /** The same on another number of processors. */
    public RunOptions on(int number) {
        return new RunOptions(verify, listener, threads, number, topClasses, stages);
    }

    /** The same with a look at the stages. */
    public RunOptions with(StageTimes times) {
        return new RunOptions(verify, listener, threads, processors, topClasses, times);
    }
}
