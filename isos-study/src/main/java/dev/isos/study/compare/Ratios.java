package dev.isos.study.compare;

import dev.isos.api.result.RunResult;
import dev.isos.study.statistic.Means;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How much better a run is than another of the same workload; above 1 is better.
 *
 * @param speedup how many times faster
 * @param trafficReduction how many times fewer bytes off chip
 * @param energyReduction how many times less energy
 */
public record Ratios(double speedup, double trafficReduction, double energyReduction) {
    static Ratios of(RunResult run, RunResult reference) {
        return new Ratios(
                run.speedupOver(reference), run.trafficReductionOver(reference), run.energyReductionOver(reference));
    }

    static Ratios geometricMean(List<Ratios> all) {
        return new Ratios(
                mean(all, Ratios::speedup), mean(all, Ratios::trafficReduction), mean(all, Ratios::energyReduction));
    }

    private static double mean(List<Ratios> all, ToDoubleFunction<Ratios> ratio) {
        return Means.geometric(all.stream().mapToDouble(ratio).toArray());
    }
}
