package dev.isos.study.bench;

import org.jspecify.annotations.Nullable;

/**
 * Speed and memory of one accelerator's simulation of one workload.
 *
 * @param accelerator as on the command line
 * @param fidelity how closely the machine is simulated
 * @param cycles of the accelerator's clock; not measured, the same in every run
 * @param effectualMacs multiply-accumulates without a zero operand; null where nobody counted them
 * @param workItems items that the dataflow gave to the machine; 0 of an estimate
 * @param pairs times beside those of the dense network
 * @param stages processor seconds of a run by stage
 * @param memory of a run on one thread
 */
public record SimulationTimes(
        String accelerator,
        String fidelity,
        long cycles,
        @Nullable Long effectualMacs,
        long workItems,
        Pairs pairs,
        StageSeconds stages,
        Memory memory) {
    /**
     * Wall-clock times of runs that took turns.
     *
     * @param seconds of the simulation: plan, outputs, cycles; the workload is in memory
     * @param hostSeconds of the dense network in Isos's own product
     * @param timesHost the simulation's time divided by that of the dense network before it
     * @param onnxRuntimeSeconds of the dense network in ONNX Runtime; null where it did not take part
     * @param timesOnnxRuntime the simulation's time divided by that of ONNX Runtime before it; null where it did not take part
     */
    public record Pairs(
            Spread seconds,
            Spread hostSeconds,
            Spread timesHost,
            @Nullable Spread onnxRuntimeSeconds,
            @Nullable Spread timesOnnxRuntime) {}

    /**
     * Processor seconds of the threads that work, of a run with two processors, on which function and time are on threads of their own.
     *
     * @param plan cutting the network into segments and mapping their layers
     * @param execute outputs and work items, and handing these over
     * @param time machine, ledger and laws; of an estimate, all but its plan
     * @param verify digests of the outputs, compared with the reference
     */
    public record StageSeconds(double plan, double execute, double time, double verify) {
        /** All of them. */
        public double total() {
            return plan + execute + time + verify;
        }
    }

    /**
     * Memory of a run on one thread.
     *
     * @param allocatedBytes all objects of the run, those that are long gone among them; null on a JVM that does not count them
     * @param outputBytes of these, the values of the layers' outputs, one byte for each element; 0 of an estimate
     * @param peakHeapBytes most that the pools of the heap held during the run, garbage among it, after a collection before it
     */
    public record Memory(@Nullable Long allocatedBytes, long outputBytes, long peakHeapBytes) {}
}
