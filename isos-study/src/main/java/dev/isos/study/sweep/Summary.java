package dev.isos.study.sweep;

import dev.isos.study.sweep.SweepResult.Row;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the points of one workload, or the means, say in short.
 *
 * @param workload of which points
 * @param knee configuration on the front that gives most of each objective: with each scaled to 0..1 over the front, the one farthest
 *     from the line between the front's ends; null where no point meets the constraints
 * @param best configuration with the best value of each objective, by objective
 * @param sensitivity by key of which there are several values, then by objective; of estimates, where points were chosen by them
 */
public record Summary(
        String workload,
        @Nullable String knee,
        Map<String, String> best,
        Map<String, Map<String, Sensitivity>> sensitivity) {
    static Summary of(String workload, List<Row> rows, List<Row> whole, SweepSpec spec, List<String> keys) {
        List<Objective> objectives = spec.objectives();
        Map<String, String> best = new LinkedHashMap<>();
        for (Objective objective : objectives) {
            rows.stream()
                    .filter(Row::admitted)
                    .min(Comparator.comparingDouble(row -> row.cost(objective)))
                    .ifPresent(row -> best.put(objective.toString(), row.configuration()));
        }
        Map<String, Map<String, Sensitivity>> sensitivity = new LinkedHashMap<>();
        for (String key : keys) {
            List<Row> its = whole.stream()
                    .filter(row -> row.settings().containsKey(key))
                    .toList();
            List<String> settings =
                    its.stream().map(row -> row.settings().get(key)).toList();
            if (settings.stream().distinct().count() > 1) {
                Map<String, Sensitivity> ofKey = new LinkedHashMap<>();
                for (Objective objective : objectives) {
                    double[] values = its.stream()
                            .mapToDouble(row -> row.metrics().get(objective.path()))
                            .toArray();
                    ofKey.put(objective.toString(), Sensitivity.of(settings, values));
                }
                sensitivity.put(key, ofKey);
            }
        }
        List<Row> front = rows.stream().filter(Row::pareto).toList();
        int knee = Knee.of(front.stream().map(row -> row.costs(objectives)).toList());
        return new Summary(workload, knee < 0 ? null : front.get(knee).configuration(), best, sensitivity);
    }
}
