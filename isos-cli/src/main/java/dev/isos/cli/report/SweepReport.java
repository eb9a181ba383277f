package dev.isos.cli.report;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.cli.console.Console;
import dev.isos.cli.sweep.Metric;
import dev.isos.cli.sweep.ParetoFront;
import dev.isos.cli.sweep.SweepPoint;
import dev.isos.cli.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The points of a sweep, workload by workload and as geometric means, with those that no other one beats. */
public final class SweepReport implements Report {
    private static final int SCHEMA_VERSION = 1;
    private static final String MARK = "*";

    /**
     * A point, or the geometric mean of a configuration over all workloads.
     *
     * @param run null of a mean
     * @param withinLimits whether it costs at most what the sweep allows; of a mean: in every workload
     * @param pareto whether it is within the limits and no other such point of the same workload beats it
     */
    record Row(
            String workload,
            String configuration,
            RunResult run,
            Map<Metric, Double> metrics,
            boolean withinLimits,
            boolean pareto) {}

    /** The JSON document. */
    record Document(
            int schemaVersion,
            List<String> objectives,
            Map<String, Double> limits,
            List<Point> points,
            List<Mean> geometricMeans,
            List<Infeasible> infeasible) {}

    record Point(
            String workload,
            long seed,
            AcceleratorSummary accelerator,
            Map<String, Double> metrics,
            double macUtilization,
            boolean verified,
            String outputSha256,
            boolean withinLimits,
            boolean pareto) {}

    record Mean(String accelerator, Map<String, Double> metrics, boolean withinLimits, boolean pareto) {}

    record Infeasible(String workload, String accelerator, String reason) {}

    private final SweepSpec spec;
    private final List<SweepPoint> points;
    private final Map<String, List<Row>> groups = new LinkedHashMap<>();
    private final List<Row> means;

    /** @param points workload by workload */
    public SweepReport(SweepSpec spec, List<SweepPoint> points) {
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
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
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
                Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
                for (Metric metric : Metric.values()) {
                    metrics.put(
                            metric,
                            Units.geometricMean(rows.stream()
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

    SweepSpec spec() {
        return spec;
    }

    /** Points that could run, by workload. */
    Map<String, List<Row>> groups() {
        return Collections.unmodifiableMap(groups);
    }

    /** One per configuration that can run every workload; none for a single workload. */
    List<Row> means() {
        return means;
    }

    /** Points that could not run. */
    List<SweepPoint> infeasible() {
        return points.stream().filter(p -> !p.feasible()).toList();
    }

    List<Row> rows() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public Object json() {
        Map<String, Double> limits = new LinkedHashMap<>();
        spec.limits().forEach((metric, limit) -> limits.put(metric.path(), limit));
        return new Document(
                SCHEMA_VERSION,
                spec.objectives().stream().map(Metric::path).toList(),
                limits,
                rows().stream()
                        .map(row -> new Point(
                                row.workload(),
                                row.run().workload().seed(),
                                row.run().accelerator(),
                                byPath(row.metrics()),
                                row.run().macUtilization(),
                                row.run().verified(),
                                row.run().outputSha256(),
                                row.withinLimits(),
                                row.pareto()))
                        .toList(),
                means.stream()
                        .map(row ->
                                new Mean(row.configuration(), byPath(row.metrics()), row.withinLimits(), row.pareto()))
                        .toList(),
                points.stream()
                        .filter(p -> !p.feasible())
                        .map(p -> new Infeasible(p.workload(), p.configuration(), p.reason()))
                        .toList());
    }

    private static Map<String, Double> byPath(Map<Metric, Double> metrics) {
        Map<String, Double> byPath = new LinkedHashMap<>();
        metrics.forEach((metric, value) -> byPath.put(metric.path(), value));
        return byPath;
    }

    @Override
    public String csv() {
        List<Column<Row>> columns = new ArrayList<>();
        for (Column<Row> column : RunColumns.all(Row::run)) {
            columns.add(
                    switch (column.path()) {
                        case "workload.id" -> Column.hidden(column.path(), Row::workload);
                        case "accelerator.name" -> Column.hidden(column.path(), Row::configuration);
                        default -> metric(column);
                    });
        }
        columns.add(Column.hidden("withinLimits", Row::withinLimits));
        columns.add(Column.hidden("pareto", Row::pareto));
        List<Row> all = new ArrayList<>(rows());
        all.addAll(means);
        return Csv.write(columns, all);
    }

    /** The column; where it is that of a metric, with the means' values too. */
    private static Column<Row> metric(Column<Row> column) {
        return Arrays.stream(Metric.values())
                .filter(metric -> metric.path().equals(column.path()))
                .findFirst()
                .map(metric -> Column.<Row>hidden(
                        column.path(),
                        row -> row.run() == null
                                ? row.metrics().get(metric)
                                : column.value().apply(row)))
                .orElse(column);
    }

    @Override
    public String table(Console console) {
        List<Column<Row>> columns = List.of(
                Column.text("accelerator.name", "", 0, Row::configuration),
                Column.text("pareto", "best", 0, row -> row.pareto() ? MARK : row.withinLimits() ? "" : "over"),
                column(Metric.CYCLES, "cycles", value -> Units.count(Math.round(value))),
                column(Metric.SECONDS, "ms", Units::milliseconds),
                column(Metric.TRAFFIC, "off chip\nMB", Units::megabytes),
                column(Metric.ENERGY, "energy\nuJ", Units::microjoules),
                column(Metric.AREA, "area\nmm2", Units::squareMillimetres),
                Column.number(
                        "macUtilization",
                        "MACs\nused",
                        4,
                        row -> null,
                        row -> row.run() == null ? "" : Units.percent(row.run().macUtilization())),
                Column.number(
                        "bound",
                        "bound by",
                        5,
                        row -> null,
                        row -> row.run() == null
                                ? ""
                                : RunColumns.bound(row.run().bound())));
        Table<Row> table = new Table<>(columns);
        groups.forEach(table::group);
        if (!means.isEmpty()) {
            table.group("geometric mean", means);
        }
        StringBuilder out = new StringBuilder(table.render(console.columns(), console::heading));
        String objectives = spec.objectives().stream().map(Metric::path).collect(Collectors.joining(", "));
        long best = rows().stream().filter(Row::pareto).count();
        out.append(Wrap.lines(
                "",
                MARK + " " + best + " of " + points.size() + " points are beaten by no other one of their workload in "
                        + objectives + ".",
                console.columns()));
        String leftOut = LeftOut.sentence(
                rows().stream().map(Row::run).filter(Objects::nonNull).toList());
        if (!leftOut.isEmpty()) {
            out.append(Wrap.lines("", leftOut, console.columns()));
        }
        long over = rows().stream().filter(row -> !row.withinLimits()).count();
        if (over > 0) {
            out.append(Wrap.lines("", "over: " + over + " cost more than the limits allow.", console.columns()));
        }
        Map<List<String>, List<String>> infeasible = new LinkedHashMap<>();
        points.stream()
                .filter(p -> !p.feasible())
                .forEach(p -> infeasible
                        .computeIfAbsent(List.of(p.workload(), p.reason()), key -> new ArrayList<>())
                        .add(p.configuration()));
        infeasible.forEach((why, configurations) -> out.append(Wrap.lines(
                "",
                String.join(", ", configurations) + " cannot run " + why.get(0) + ": " + why.get(1) + ".",
                console.columns())));
        long unverified = rows().stream().filter(row -> !row.run().verified()).count();
        return out.append(
                        unverified == 0
                                ? "Verified: all outputs equal the reference's, bit for bit.\n"
                                : "Not verified: " + unverified + " of " + rows().size() + " runs.\n")
                .toString();
    }

    private Column<Row> column(Metric metric, String header, Function<Double, String> text) {
        return Column.number(
                metric.path(),
                header,
                spec.objectives().contains(metric) ? 0 : 3,
                row -> row.metrics().get(metric),
                row -> text.apply(row.metrics().get(metric)));
    }
}
