package dev.isos.study.sweep;

import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * How much an objective depends on a key, over the points that were computed.
 *
 * @param share of the objective's variance that the means at the key's values explain, 0 to 1: the first-order Sobol index, exact on a
 *     full grid
 * @param ratio how many times as large the (geometric) mean is at the worst value of the key as at the best one
 */
public record Sensitivity(double share, double ratio) {
    /**
     * Of a key.
     *
     * @param settings its value at each point
     * @param values of the objective at each point
     */
    static Sensitivity of(List<String> settings, double[] values) {
        Map<String, List<Double>> byValue = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            byValue.computeIfAbsent(settings.get(i), value -> new ArrayList<>()).add(values[i]);
        }
        double mean = DoubleStream.of(values).average().orElse(0);
        double all = DoubleStream.of(values).map(value -> square(value - mean)).sum();
        double between = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (List<Double> some : byValue.values()) {
            between += some.size() * square(Means.arithmetic(some, Double::doubleValue) - mean);
            double typical = Means.geometric(some, Double::doubleValue);
            least = Math.min(least, typical);
            most = Math.max(most, typical);
        }
        return new Sensitivity(all > 0 ? Math.min(1, between / all) : 0, least > 0 && most > 0 ? most / least : 1);
    }

    private static double square(double value) {
        return value * value;
    }
}
