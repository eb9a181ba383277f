package dev.isos.study.evaluation;

import dev.isos.study.evaluation.Published.Printed;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.evaluation.Published.Statistic;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Sums up numbers of networks as the published evaluation does.
 *
 * @param workloads ids
 * @param numbers by accelerator, one per workload
 * @param normaliser id of the machine by whose bytes others are divided before they are averaged
 */
record PrintedNumbers(List<String> workloads, Numbers numbers, String normaliser) {
    private static final double PERCENT = 100;

    /** Numbers of a machine, one per workload. */
    interface Numbers {
        List<NetworkNumbers> on(String accelerator);
    }

    /** On each workload: times better, or the share itself. */
    List<Double> values(Printed p) {
        List<NetworkNumbers> own = numbers.on(p.accelerator());
        List<NetworkNumbers> others = p.reference() == null ? own : numbers.on(p.reference());
        List<Double> values = new ArrayList<>();
        for (int w = 0; w < own.size(); w++) {
            double ours = quantity(p.quantity()).applyAsDouble(own.get(w));
            double theirs = quantity(p.quantity()).applyAsDouble(others.get(w));
            values.add(p.reference() == null ? ours : isShare(p.quantity()) ? ours / theirs : theirs / ours);
        }
        return values;
    }

    /** What stands beside the printed number. */
    double value(Printed p) {
        List<Double> values = values(p);
        return switch (p.statistic()) {
            case GEOMETRIC_MEAN -> Means.geometric(values, v -> v);
            case MAXIMUM -> values.get(largest(p));
            case MEAN -> PERCENT * Means.arithmetic(values, v -> v);
            case SINGLE -> values.get(workloads.indexOf(p.at()));
            case RATIO_OF_MEANS ->
                isShare(p.quantity())
                        ? mean(p.quantity(), p.accelerator()) / mean(p.quantity(), p.reference())
                        : mean(p.quantity(), p.reference()) / mean(p.quantity(), p.accelerator());
        };
    }

    /** Position of the workload of the largest value; the first of equals. */
    int largest(Printed p) {
        List<Double> values = values(p);
        return values.indexOf(values.stream().max(Double::compare).orElseThrow());
    }

    private double mean(Quantity quantity, String accelerator) {
        List<Double> values = new ArrayList<>();
        for (int w = 0; w < workloads.size(); w++) {
            double value =
                    quantity(quantity).applyAsDouble(numbers.on(accelerator).get(w));
            values.add(
                    isShare(quantity)
                            ? value
                            : value
                                    / quantity(quantity)
                                            .applyAsDouble(
                                                    numbers.on(normaliser).get(w)));
        }
        return Means.arithmetic(values, v -> v);
    }

    static boolean isShare(Quantity quantity) {
        return quantity == Quantity.MAC_USE || quantity == Quantity.BANDWIDTH_USE;
    }

    static ToDoubleFunction<NetworkNumbers> quantity(Quantity quantity) {
        return switch (quantity) {
            case SPEEDUP -> NetworkNumbers::cycles;
            case BYTES -> NetworkNumbers::totalMegabytes;
            case MAC_USE -> NetworkNumbers::macUse;
            case BANDWIDTH_USE -> NetworkNumbers::bandwidthUse;
        };
    }

    /** Whether there is a value of every workload. */
    boolean has(Printed p) {
        return p.statistic() == Statistic.SINGLE
                ? workloads.contains(p.at())
                : !numbers.on(p.accelerator()).contains(null)
                        && (p.reference() == null || !numbers.on(p.reference()).contains(null))
                        && !numbers.on(normaliser).contains(null);
    }
}
