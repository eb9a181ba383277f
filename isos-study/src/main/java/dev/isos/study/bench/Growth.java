package dev.isos.study.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the time of one accelerator's simulation grows with one workload.
 *
 * @param accelerator as on the command line
 * @param bySize the workload at several sizes of its input, smallest first; empty where its layers keep to one size
 * @param byDensity the built-in workloads of the same network, sparsest weights first
 */
public record Growth(String accelerator, List<Point> bySize, List<Point> byDensity) {
    public Growth {
        bySize = List.copyOf(bySize);
        byDensity = List.copyOf(byDensity);
    }

    /**
     * One workload.
     *
     * @param workload its id, of a resized one with the size behind it
     * @param inputHeight rows of the network's input
     * @param inputWidth columns of the network's input
     * @param weightDensity share of weights that are not zero, 0..1
     * @param denseMacs multiply-accumulates of the dense network
     * @param effectualMacs those without a zero operand; null where nobody counted them
     * @param seconds wall-clock time of the simulation
     * @param relativeToBefore seconds per effectual MAC, divided by those of the point before; null of the first one
     */
    public record Point(
            String workload,
            int inputHeight,
            int inputWidth,
            double weightDensity,
            long denseMacs,
            @Nullable Long effectualMacs,
            Spread seconds,
            @Nullable Double relativeToBefore) {}

    /** Seconds per effectual MAC of one point over those of the point before. */
    static @Nullable Double relative(@Nullable Point before, @Nullable Long effectualMacs, double seconds) {
        if (before == null || before.effectualMacs() == null || effectualMacs == null) {
            return null;
        }
        return seconds / effectualMacs / (before.seconds().median() / before.effectualMacs());
    }
}
