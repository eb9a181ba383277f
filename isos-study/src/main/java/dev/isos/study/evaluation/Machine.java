package dev.isos.study.evaluation;

import dev.isos.api.hardware.HardwareModel;

/**
 * What a machine could do at best.
 *
 * @param accelerator id
 * @param macsPerSecond multiply-accumulates
 * @param bytesPerSecond off chip
 */
public record Machine(String accelerator, double macsPerSecond, double bytesPerSecond) {
    static Machine of(String accelerator, HardwareModel hardware) {
        return new Machine(
                accelerator,
                hardware.peakMacsPerCycle() * hardware.clockHz(),
                hardware.offChipBytesPerCycle() * hardware.clockHz());
    }

    /** Operations per second, two per multiply-accumulate. */
    public double operationsPerSecond() {
        return 2 * macsPerSecond;
    }

    /** Operations per off-chip byte below which bandwidth limits, above which the multipliers do. */
    public double balance() {
        return operationsPerSecond() / bytesPerSecond;
    }
}
