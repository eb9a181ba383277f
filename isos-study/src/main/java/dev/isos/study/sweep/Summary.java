package dev.isos.study.sweep;

import dev.isos.study.statistic.Means;
import dev.isos.study.sweep.SweepResult.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the points of one workload, or the means, say in short.
 *
 * @param workload of which points
 * @param knee configuration on the front that is nearest to the best of everything, if each objective counts from 0, its best value
 *     on the front, to 1, its worst; null where no point meets the constraints
 * @param best configuration with the best value of each objective, by objective
 * @param sensitivity by key of what was varied, then by objective: how many times as large the objective is on (geometric) average at
 *     the worst value of the key as at the best one
 */
public record Summary(
        String workload,
        @Nullable String knee,
        Map<String, String> best,
        Map<String, Map<String, Double>> sensitivity) {
    static Summary of(String workload, List<Row> rows, SweepSpec spec, List<String> keys) {
        List<Objective> objectives = spec.objectives();
        Map<String, String> best = new LinkedHashMap<>();
        for (Objective objective : objectives) {
            rows.stream()
                    .filter(Row::admitted)
                    .min(Comparator.comparingDouble(row -> row.cost(objective)))
                    .ifPresent(row -> best.put(objective.toString(), row.configuration()));
        }
        Map<String, Map<String, Double>> sensitivity = new LinkedHashMap<>();
        for (String key : keys) {
            Map<String, Double> ofKey = new LinkedHashMap<>();
            objectives.forEach(objective -> ofKey.put(objective.toString(), effect(rows, key, objective)));
            sensitivity.put(key, ofKey);
        }
        return new Summary(workload, knee(rows.stream().filter(Row::pareto).toList(), objectives), best, sensitivity);
    }

    private static @Nullable String knee(List<Row> front, List<Objective> objectives) {
        double[] least = new double[objectives.size()];
        double[] most = new double[objectives.size()];
        for (int i = 0; i < least.length; i++) {
            Objective objective = objectives.get(i);
            least[i] =
                    front.stream().mapToDouble(row -> row.cost(objective)).min().orElse(0);
            most[i] =
                    front.stream().mapToDouble(row -> row.cost(objective)).max().orElse(0);
        }
        return front.stream()
                .min(Comparator.comparingDouble(row -> distance(row.costs(objectives), least, most)))
                .map(Row::configuration)
                .orElse(null);
    }

    private static double distance(double[] costs, double[] least, double[] most) {
        double sum = 0;
        for (int i = 0; i < costs.length; i++) {
            double share = most[i] == least[i] ? 0 : (costs[i] - least[i]) / (most[i] - least[i]);
            sum += share * share;
        }
        return sum;
    }

    private static double effect(List<Row> rows, String key, Objective objective) {
        Map<String, List<Row>> byValue = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.settings().containsKey(key))
                .forEach(row -> byValue.computeIfAbsent(row.settings().get(key), value -> new ArrayList<>())
                        .add(row));
        double[] means = byValue.values().stream()
                .mapToDouble(some -> Means.geometric(some, row -> row.metrics().get(objective.path())))
                .sorted()
                .toArray();
        return means.length == 0 || !(means[0] > 0) ? 1 : means[means.length - 1] / means[0];
    }
}
