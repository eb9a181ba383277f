package dev.isos.study.diff;

import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.Traffic;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What something takes in two results.
 *
 * @param cycles of a run or segment; of a layer, its busy cycles
 * @param traffic bytes off chip
 * @param energyPj picojoules
 */
public record CostDelta(CountDelta cycles, TrafficDelta traffic, EnergyDelta energyPj) {
    /** Bytes off chip by the role of the tensor. */
    public record TrafficDelta(
            CountDelta weights, CountDelta inputs, CountDelta outputs, CountDelta residuals, CountDelta total) {}

    /** Picojoules by category. */
    public record EnergyDelta(
            AmountDelta mac, AmountDelta sram, AmountDelta dram, AmountDelta other, AmountDelta total) {}

    /** What one of the two takes; the energy is null where it is not known. */
    record Cost(long cycles, Traffic traffic, @Nullable Energy energyPj) {}

    /** Of two, of which one may be missing. */
    static CostDelta of(@Nullable Cost a, @Nullable Cost b) {
        return new CostDelta(
                count(a, b, Cost::cycles),
                new TrafficDelta(
                        count(a, b, c -> c.traffic().weights()),
                        count(a, b, c -> c.traffic().inputs()),
                        count(a, b, c -> c.traffic().outputs()),
                        count(a, b, c -> c.traffic().residuals()),
                        count(a, b, c -> c.traffic().total())),
                new EnergyDelta(
                        amount(a, b, Energy::mac),
                        amount(a, b, Energy::sram),
                        amount(a, b, Energy::dram),
                        amount(a, b, Energy::other),
                        amount(a, b, Energy::total)));
    }

    private static CountDelta count(@Nullable Cost a, @Nullable Cost b, ToLongFunction<Cost> of) {
        Function<Cost, Long> number = cost -> cost == null ? null : of.applyAsLong(cost);
        return CountDelta.of(number.apply(a), number.apply(b));
    }

    private static AmountDelta amount(@Nullable Cost a, @Nullable Cost b, ToDoubleFunction<Energy> of) {
        Function<Cost, Double> number =
                cost -> cost == null || cost.energyPj() == null ? null : of.applyAsDouble(cost.energyPj());
        return AmountDelta.of(number.apply(a), number.apply(b));
    }
}
