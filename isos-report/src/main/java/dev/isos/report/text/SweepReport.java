package dev.isos.report.text;

import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.report.console.Console;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The points of a sweep, workload by workload and as geometric means, with those that no other one beats. */
public final class SweepReport implements Printable {
    private static final int SCHEMA_VERSION = 1;
    private static final String MARK = "*";

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
            @Nullable String outputSha256,
            boolean withinLimits,
            boolean pareto) {}

    record Mean(String accelerator, Map<String, Double> metrics, boolean withinLimits, boolean pareto) {}

    record Infeasible(String workload, String accelerator, String reason) {}

    private final SweepResult result;

    public SweepReport(SweepResult result) {
        this.result = result;
    }

    @Override
    public Object json() {
        Map<String, Double> limits = new LinkedHashMap<>();
        result.spec().limits().forEach((metric, limit) -> limits.put(metric.path(), limit));
        return new Document(
                SCHEMA_VERSION,
                result.spec().objectives().stream().map(Objective::path).toList(),
                limits,
                result.rows().stream()
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
                result.means().stream()
                        .map(row ->
                                new Mean(row.configuration(), byPath(row.metrics()), row.withinLimits(), row.pareto()))
                        .toList(),
                result.infeasible().stream()
                        .map(p -> new Infeasible(p.workload(), p.configuration(), p.reason()))
                        .toList());
    }

    private static Map<String, Double> byPath(Map<Objective, Double> metrics) {
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
        List<Row> all = new ArrayList<>(result.rows());
        all.addAll(result.means());
        return Csv.write(columns, all);
    }

    /** The column; where it is that of a metric, with the means' values too. */
    private static Column<Row> metric(Column<Row> column) {
        return Arrays.stream(Objective.values())
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
                column(Objective.CYCLES, "cycles", value -> Units.count(Math.round(value))),
                column(Objective.SECONDS, "ms", Units::milliseconds),
                column(Objective.TRAFFIC, "off chip\nMB", Units::megabytes),
                column(Objective.ENERGY, "energy\nuJ", Units::microjoules),
                column(Objective.AREA, "area\nmm2", Units::squareMillimetres),
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
        result.groups().forEach(table::group);
        if (!result.means().isEmpty()) {
            table.group("geometric mean", result.means());
        }
        StringBuilder out = new StringBuilder(table.render(console.columns(), console::heading));
        String objectives =
                result.spec().objectives().stream().map(Objective::path).collect(Collectors.joining(", "));
        long best = result.rows().stream().filter(Row::pareto).count();
        out.append(Wrap.lines(
                "",
                MARK + " " + best + " of " + result.points().size()
                        + " points are beaten by no other one of their workload in " + objectives + ".",
                console.columns()));
        String leftOut = LeftOut.sentence(
                result.rows().stream().map(Row::run).filter(Objects::nonNull).toList());
        if (!leftOut.isEmpty()) {
            out.append(Wrap.lines("", leftOut, console.columns()));
        }
        long over = result.rows().stream().filter(row -> !row.withinLimits()).count();
        if (over > 0) {
            out.append(Wrap.lines("", "over: " + over + " cost more than the limits allow.", console.columns()));
        }
        Map<List<String>, List<String>> infeasible = new LinkedHashMap<>();
        result.infeasible()
                .forEach(p -> infeasible
                        .computeIfAbsent(List.of(p.workload(), p.reason()), key -> new ArrayList<>())
                        .add(p.configuration()));
        infeasible.forEach((why, configurations) -> out.append(Wrap.lines(
                "",
                String.join(", ", configurations) + " cannot run " + why.get(0) + ": " + why.get(1) + ".",
                console.columns())));
        long unverified =
                result.rows().stream().filter(row -> !row.run().verified()).count();
        return out.append(
                        unverified == 0
                                ? "Verified: all outputs equal the reference's, bit for bit.\n"
                                : "Not verified: " + unverified + " of "
                                        + result.rows().size() + " runs.\n")
                .toString();
    }

    private Column<Row> column(Objective metric, String header, Function<Double, String> text) {
        return Column.number(
                metric.path(),
                header,
                result.spec().objectives().contains(metric) ? 0 : 3,
                row -> row.metrics().get(metric),
                row -> text.apply(row.metrics().get(metric)));
    }
}
