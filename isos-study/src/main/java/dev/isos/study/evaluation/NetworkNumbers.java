package dev.isos.study.evaluation;

import dev.isos.api.result.RunResult;

/**
 * What is published of a network on a machine, or the same of a run of ours.
 *
 * @param cycles of a clock of 1 GHz
 * @param bandwidthUse bytes moved, of those that the DRAM could have moved in that time, 0..1
 * @param macUse MACs performed, of those that the machine could have performed in that time, 0..1
 * @param inputsMegabytes operands of residual additions included; 10^6 bytes off chip, like the following
 */
public record NetworkNumbers(
        double cycles,
        double bandwidthUse,
        double macUse,
        double inputsMegabytes,
        double weightsMegabytes,
        double outputsMegabytes,
        double totalMegabytes) {
    private static final double HZ = 1e9;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    static NetworkNumbers of(RunResult run, Machine machine) {
        RunResult.Traffic bytes = run.traffic();
        return new NetworkNumbers(
                run.seconds() * HZ,
                bytes.total() / (run.seconds() * machine.bytesPerSecond()),
                run.macUtilization(),
                megabytes(bytes.inputs() + bytes.residuals()),
                megabytes(bytes.weights()),
                megabytes(bytes.outputs()),
                megabytes(bytes.total()));
    }

    private static double megabytes(long bytes) {
        return bytes / BYTES_PER_MEGABYTE;
    }
}
