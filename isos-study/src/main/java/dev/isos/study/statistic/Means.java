package dev.isos.study.statistic;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Sums up ratios of several workloads. */
public final class Means {
    private Means() {}

    /** Geometric mean of positive values; NaN of none. */
    public static double geometric(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += StrictMath.log(value);
        }
        return values.length == 0 ? Double.NaN : StrictMath.exp(sum / values.length);
    }

    /** Geometric mean of what a function gives for each element. */
    public static <T> double geometric(List<T> all, ToDoubleFunction<T> value) {
        return geometric(all.stream().mapToDouble(value).toArray());
    }

    /** Arithmetic mean of what a function gives for each element; NaN of none. */
    public static <T> double arithmetic(List<T> all, ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).average().orElse(Double.NaN);
    }
}
