package dev.isos.report.sweep;

import dev.isos.report.sweep.SweepState.Clock;
import dev.isos.report.text.MetricFormat;
import dev.isos.study.sweep.Limit;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.Summary;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The points of a sweep as the page's script takes them: columns, so that 20,000 points are a few megabytes. Numbers are those of the
 * result, in its units.
 *
 * @param command what a command line begins with; empty if the page shows none
 * @param given options that every run needs
 * @param names of all configurations, each as how much of the one before it begins with, and the rest
 * @param live of a sweep that the page follows
 */
record SweepData(
        String command,
        String given,
        List<Parameter> parameters,
        List<Metric> metrics,
        List<Limit> limits,
        List<List<Object>> names,
        List<Group> groups,
        @Nullable Clock live) {
    /** @param values in increasing order where they are quantities */
    record Parameter(String key, List<String> values) {}

    /**
     * A number of each point.
     *
     * @param unit how much a shown 1 is in the result
     * @param judged whether it is an objective
     */
    record Metric(
            String path, String name, String header, double unit, int decimals, boolean judged, boolean maximised) {}

    /**
     * Points of a workload, or means.
     *
     * @param workload and seed as the command line takes them; null of means
     * @param points positions of their names
     * @param settings by parameter, position of each point's value, -1 for none
     * @param values by metric
     * @param flags by point, 2 on the front, 1 admitted, 0 neither
     * @param knee its position, -1 for none
     * @param failed points that could not run
     */
    record Group(
            String name,
            @Nullable String workload,
            @Nullable Long seed,
            int[] points,
            int[][] settings,
            double[][] values,
            String flags,
            int knee,
            int failed) {}

    private static final Pattern QUANTITY = Pattern.compile("([-+0-9.eE]+)\\s*([kKMGT]?)(i?).*");

    static SweepData of(
            SweepResult result, List<Summary> summaries, String command, String given, @Nullable Clock live) {
        List<Row> rows = new ArrayList<>(result.rows());
        rows.addAll(result.means());
        List<Parameter> parameters = new ArrayList<>();
        for (String key : result.keys()) {
            Set<String> values = new LinkedHashSet<>();
            rows.forEach(row -> {
                if (row.settings().containsKey(key)) {
                    values.add(row.settings().get(key));
                }
            });
            parameters.add(new Parameter(key, sorted(values)));
        }
        List<Metric> metrics = result.spec().metrics().stream()
                .map(path -> metric(path, result.spec().objectives()))
                .toList();
        Map<String, Integer> names = new TreeMap<>();
        rows.forEach(row -> names.put(row.configuration(), 0));
        List<List<Object>> coded = new ArrayList<>();
        String before = "";
        for (Map.Entry<String, Integer> name : names.entrySet()) {
            name.setValue(coded.size());
            int same = common(before, name.getKey());
            coded.add(List.of(same, name.getKey().substring(same)));
            before = name.getKey();
        }
        List<Group> groups = new ArrayList<>();
        Map<String, List<Row>> all = new LinkedHashMap<>(result.groups());
        if (!result.means().isEmpty()) {
            all.put("geometric mean", result.means());
        }
        all.forEach((name, its) ->
                groups.add(group(name, its, summaries.get(groups.size()).knee(), parameters, metrics, names, result)));
        return new SweepData(command, given, parameters, metrics, result.spec().limits(), coded, groups, live);
    }

    private static Metric metric(String path, List<Objective> objectives) {
        MetricFormat format = MetricFormat.of(path);
        Objective judged = objectives.stream()
                .filter(objective -> objective.path().equals(path))
                .findFirst()
                .orElse(null);
        return new Metric(
                path,
                format.name(),
                format.figureHeader(),
                format.unit(),
                format.decimals(),
                judged != null,
                judged != null && judged.maximised());
    }

    private static Group group(
            String name,
            List<Row> rows,
            @Nullable String knee,
            List<Parameter> parameters,
            List<Metric> metrics,
            Map<String, Integer> names,
            SweepResult result) {
        int[][] settings = parameters.stream()
                .map(parameter -> rows.stream()
                        .mapToInt(
                                row -> parameter.values().indexOf(row.settings().get(parameter.key())))
                        .toArray())
                .toArray(int[][]::new);
        double[][] values = metrics.stream()
                .map(metric -> rows.stream()
                        .mapToDouble(row -> row.metrics().get(metric.path()))
                        .toArray())
                .toArray(double[][]::new);
        StringBuilder flags = new StringBuilder();
        rows.forEach(row -> flags.append(row.pareto() ? '2' : row.admitted() ? '1' : '0'));
        int at = -1;
        for (int i = 0; i < rows.size() && at < 0; i++) {
            at = rows.get(i).configuration().equals(knee) ? i : -1;
        }
        boolean mean = rows == result.means();
        boolean seeded = !mean && result.spec().seeds().size() > 1;
        return new Group(
                name,
                mean ? null : name.replaceFirst(seeded ? ", seed -?\\d+$" : "$", ""),
                seeded && !rows.isEmpty() ? rows.get(0).run().workload().seed() : null,
                rows.stream().mapToInt(row -> names.get(row.configuration())).toArray(),
                settings,
                values,
                flags.toString(),
                at,
                mean ? 0 : result.failed(name));
    }

    private static int common(String one, String other) {
        int length = 0;
        while (length < one.length() && length < other.length() && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return length;
    }

    private static List<String> sorted(Set<String> values) {
        if (!values.stream().allMatch(value -> QUANTITY.matcher(value).matches())) {
            return List.copyOf(values);
        }
        try {
            return values.stream()
                    .sorted(Comparator.comparingDouble(SweepData::quantity))
                    .toList();
        } catch (NumberFormatException e) {
            return List.copyOf(values);
        }
    }

    private static double quantity(String value) {
        Matcher parts = QUANTITY.matcher(value);
        if (!parts.matches()) {
            throw new NumberFormatException(value);
        }
        int power = parts.group(2).isEmpty()
                ? 0
                : "KMGT".indexOf(Character.toUpperCase(parts.group(2).charAt(0))) + 1;
        return Double.parseDouble(parts.group(1)) * Math.pow(parts.group(3).isEmpty() ? 1000 : 1024, power);
    }
}
