package dev.isos.study.sweep;

import dev.isos.api.result.RunResult;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.configuration.DesignSpace.Configuration;
import dev.isos.study.result.ResultField;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The points of a sweep, workload by workload and as geometric means, with those that no other one beats. Safe for use by many
 * threads.
 */
public final class SweepResult {
    /**
     * A point, or the geometric mean of a configuration over all workloads and seeds.
     *
     * @param workload with its seed, where there are several
     * @param configuration name of the configuration
     * @param settings values of what was varied, by key
     * @param run null of a mean
     * @param metrics values of {@link SweepSpec#metrics()} by path
     * @param admitted whether it meets the constraints; of a mean: in every workload
     * @param pareto whether it is admitted and no other such point of the same workload beats it
     */
    public record Row(
            String workload,
            String configuration,
            Map<String, String> settings,
            RunResult run,
            Map<String, Double> metrics,
            boolean admitted,
            boolean pareto) {
        double cost(Objective objective) {
            return objective.cost(metrics.get(objective.path()));
        }

        /** Values of objectives, less of which is better. */
        public double[] costs(List<Objective> objectives) {
            return objectives.stream().mapToDouble(this::cost).toArray();
        }
    }

    private final SweepSpec spec;
    private final List<String> keys;
    private final List<SweepPoint> points;
    private final @Nullable SweepResult estimates;
    private final int unevaluated;
    private final @Nullable Refinement refinement;
    private final Map<String, List<Row>> groups = new LinkedHashMap<>();
    private final Map<String, Integer> failed = new HashMap<>();
    private final List<Row> means;

    /**
     * Judges points.
     *
     * @param keys of what was varied
     * @param evaluated in any order; groups are in the order of the first point of each
     * @param estimates of all points of which some were chosen to be simulated, as they tell how much each key matters: points on a front
     *     are no fair sample; null where nothing was estimated first
     * @param unevaluated points that were left out when the time of the budget was over
     * @param refinement how well estimates chose the points; null where there were none
     */
    public SweepResult(
            SweepSpec spec,
            List<String> keys,
            List<Evaluated> evaluated,
            @Nullable SweepResult estimates,
            int unevaluated,
            @Nullable Refinement refinement) {
        this.spec = spec;
        this.estimates = estimates;
        this.refinement = refinement;
        this.unevaluated = unevaluated;
        this.keys = List.copyOf(keys);
        this.points = evaluated.stream().map(Evaluated::outcome).toList();
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        for (Evaluated each : evaluated) {
            List<Row> group = rows.computeIfAbsent(group(each), key -> new ArrayList<>());
            if (each.outcome().feasible()) {
                group.add(row(group(each), each.configuration(), each.outcome().run()));
            } else {
                failed.merge(group(each), 1, Integer::sum);
            }
        }
        rows.forEach((group, its) -> groups.put(group, judged(its)));
        this.means = groups.size() > 1 ? judged(meansOfAll()) : List.of();
    }

    private String group(Evaluated evaluated) {
        String workload = evaluated.point().workload();
        return spec.seeds().size() > 1
                ? workload + ", seed " + evaluated.point().seed()
                : workload;
    }

    private Row row(String group, Configuration configuration, RunResult run) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        spec.metrics().forEach(path -> metrics.put(path, ResultField.number(path, run)));
        return new Row(
                group,
                run.accelerator().name(),
                configuration.settings(),
                run,
                Collections.unmodifiableMap(metrics),
                spec.admits(configuration, run),
                false);
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
                Map<String, Double> metrics = new LinkedHashMap<>();
                spec.metrics()
                        .forEach(path -> metrics.put(
                                path, Means.geometric(rows, row -> row.metrics().get(path))));
                boolean admitted = rows.stream().allMatch(Row::admitted);
                all.add(new Row(
                        ComparisonRow.MEAN,
                        configuration,
                        rows.get(0).settings(),
                        null,
                        Collections.unmodifiableMap(metrics),
                        admitted,
                        false));
            }
        });
        return all;
    }

    private List<Row> judged(List<Row> rows) {
        List<Row> admitted = rows.stream().filter(Row::admitted).toList();
        boolean[] front = ParetoFront.of(
                admitted.stream().map(row -> row.costs(spec.objectives())).toList());
        List<Row> judged = new ArrayList<>();
        int next = 0;
        for (Row row : rows) {
            boolean pareto = row.admitted() && front[next++];
            judged.add(new Row(
                    row.workload(),
                    row.configuration(),
                    row.settings(),
                    row.run(),
                    row.metrics(),
                    row.admitted(),
                    pareto));
        }
        return List.copyOf(judged);
    }

    /** What was asked for. */
    public SweepSpec spec() {
        return spec;
    }

    /** Keys of what was varied. */
    public List<String> keys() {
        return keys;
    }

    /** How well estimates chose the points; empty where there were none. */
    public Optional<Refinement> refinement() {
        return Optional.ofNullable(refinement);
    }

    /** Points that were left out when the time of the budget was over. */
    public int unevaluated() {
        return unevaluated;
    }

    /** Points that could run, by workload. */
    public Map<String, List<Row>> groups() {
        return Collections.unmodifiableMap(groups);
    }

    /** What the points of each workload say in short, then the means. */
    public List<Summary> summaries() {
        List<Summary> summaries = new ArrayList<>();
        SweepResult whole = estimates == null ? this : estimates;
        groups.forEach((group, rows) ->
                summaries.add(Summary.of(group, rows, whole.groups.getOrDefault(group, List.of()), spec, keys)));
        if (!means.isEmpty()) {
            summaries.add(Summary.of(ComparisonRow.MEAN, means, whole.means, spec, keys));
        }
        return summaries;
    }

    /** One per configuration that can run every workload; none for a single workload. */
    public List<Row> means() {
        return means;
    }

    /** Points that could not run. */
    public List<SweepPoint> infeasible() {
        return points.stream().filter(p -> !p.feasible()).toList();
    }

    /** Number of points that could not run, of one of the {@link #groups}. */
    public int failed(String group) {
        return failed.getOrDefault(group, 0);
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
