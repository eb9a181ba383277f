package dev.isos.core.validate;

/**
 * A built-in network, simulated and estimated.
 *
 * @param workload id of the workload
 * @param simulatedCycles cycles of the simulation
 * @param estimatedCycles cycles of the estimate
 */
public record EstimateCase(String workload, long simulatedCycles, long estimatedCycles) {
    /** By which share of the simulation's cycles the estimate is above it; negative when it is below. */
    public double error() {
        return (estimatedCycles - simulatedCycles) / (double) Math.max(1, simulatedCycles);
    }
}
