package dev.isos.study.sweep;

import dev.isos.api.result.RunResult;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The points of a sweep, workload by workload and as geometric means, with those that no other one beats. Safe for use by many
 * threads.
 */
public final class SweepResult {
    /**
     * A point, or the geometric mean of a configuration over all workloads.
     *
     * @param run null of a mean
     * @param withinLimits whether it costs at most what the sweep allows; of a mean: in every workload
     * @param pareto whether it is within the limits and no other such point of the same workload beats it
     */
    public record Row(
            String workload,
            String configuration,
            RunResult run,
            Map<Objective, Double> metrics,
            boolean withinLimits,
            boolean pareto) {}

    private final SweepSpec spec;
    private final List<SweepPoint> points;
    private final Map<String, List<Row>> groups = new LinkedHashMap<>();
    private final List<Row> means;

    /** @param points workload by workload */
    public SweepResult(SweepSpec spec, List<SweepPoint> points) {
        this.spec = spec;
        this.points = List.copyOf(points);
        for (String workload : spec.workloads()) {
            groups.put(
                    workload,
                    judged(points.stream()
                            .filter(p -> p.workload().equals(workload) && p.feasible())
                            .map(this::row)
                            .toList()));
        }
        this.means = spec.workloads().size() > 1 ? judged(meansOfAll()) : List.of();
    }

    private Row row(SweepPoint point) {
        Map<Objective, Double> metrics = new EnumMap<>(Objective.class);
        for (Objective metric : Objective.values()) {
            metrics.put(metric, metric.of(point.run()));
        }
        boolean within = spec.limits().entrySet().stream().allMatch(e -> metrics.get(e.getKey()) <= e.getValue());
        return new Row(point.workload(), point.configuration(), point.run(), metrics, within, false);
    }

    /** Of the configurations that can run every workload. */
    private List<Row> meansOfAll() {
        Map<String, List<Row>> byConfiguration = new LinkedHashMap<>();
        groups.values()
                .forEach(rows -> rows.forEach(row -> byConfiguration
                        .computeIfAbsent(row.configuration(), key -> new ArrayList<>())
                        .add(row)));
        List<Row> all = new ArrayList<>();
        byConfiguration.forEach((configuration, rows) -> {
            if (rows.size() == groups.size()) {
                Map<Objective, Double> metrics = new EnumMap<>(Objective.class);
                for (Objective metric : Objective.values()) {
                    metrics.put(
                            metric,
                            Means.geometric(rows.stream()
                                    .mapToDouble(row -> row.metrics().get(metric))
                                    .toArray()));
                }
                boolean within = rows.stream().allMatch(Row::withinLimits);
                all.add(new Row(ComparisonRow.MEAN, configuration, null, metrics, within, false));
            }
        });
        return all;
    }

    private List<Row> judged(List<Row> rows) {
        List<Row> within = rows.stream().filter(Row::withinLimits).toList();
        boolean[] front = ParetoFront.of(within.stream()
                .map(row -> spec.objectives().stream()
                        .mapToDouble(o -> row.metrics().get(o))
                        .toArray())
                .toList());
        List<Row> judged = new ArrayList<>();
        int next = 0;
        for (Row row : rows) {
            boolean pareto = row.withinLimits() && front[next++];
            judged.add(
                    new Row(row.workload(), row.configuration(), row.run(), row.metrics(), row.withinLimits(), pareto));
        }
        return judged;
    }

    /** What was asked for. */
    public SweepSpec spec() {
        return spec;
    }

    /** Points that could run, by workload. */
    public Map<String, List<Row>> groups() {
        return Collections.unmodifiableMap(groups);
    }

    /** One per configuration that can run every workload; none for a single workload. */
    public List<Row> means() {
        return means;
    }

    /** Points that could not run. */
    public List<SweepPoint> infeasible() {
        return points.stream().filter(p -> !p.feasible()).toList();
    }

    /** Points that could run, workload by workload. */
    public List<Row> rows() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /** All points, also those that could not run, workload by workload. */
    public List<SweepPoint> points() {
        return points;
    }
}
