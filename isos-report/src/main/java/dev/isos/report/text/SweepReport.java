package dev.isos.report.text;

import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.report.console.Console;
import dev.isos.study.sweep.Constraint;
import dev.isos.study.sweep.Limit;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.Refinement;
import dev.isos.study.sweep.Sensitivity;
import dev.isos.study.sweep.Summary;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The points of a sweep, workload by workload and as geometric means, with those that no other one beats. */
public final class SweepReport implements Printable {
    private static final int SCHEMA_VERSION = 1;
    /** Of a workload. */
    private static final int MOST_ROWS = 100;

    private static final String MARK = "*";
    private static final String MEAN = "geometric mean";
    private static final String UTILIZATION = "macUtilization";

    /** The JSON document. */
    record Document(
            int schemaVersion,
            List<String> objectives,
            List<String> constraints,
            List<Limit> limits,
            List<Point> points,
            List<Mean> geometricMeans,
            List<Infeasible> infeasible,
            int unevaluated,
            @Nullable Refinement refinement,
            List<Summary> summaries) {}

    record Point(
            String workload,
            long seed,
            AcceleratorSummary accelerator,
            Map<String, Double> metrics,
            double macUtilization,
            boolean verified,
            @Nullable String outputSha256,
            boolean admitted,
            boolean pareto) {}

    record Mean(String accelerator, Map<String, Double> metrics, boolean admitted, boolean pareto) {}

    record Infeasible(String workload, String accelerator, String reason) {}

    private final SweepResult result;

    public SweepReport(SweepResult result) {
        this.result = result;
    }

    @Override
    public Object json() {
        return new Document(
                SCHEMA_VERSION,
                result.spec().objectives().stream().map(Objective::toString).toList(),
                result.spec().constraints().stream().map(Constraint::text).toList(),
                result.spec().limits(),
                result.rows().stream()
                        .map(row -> new Point(
                                row.workload(),
                                row.run().workload().seed(),
                                row.run().accelerator(),
                                row.metrics(),
                                row.run().macUtilization(),
                                row.run().verified(),
                                row.run().outputSha256(),
                                row.admitted(),
                                row.pareto()))
                        .toList(),
                result.means().stream()
                        .map(row -> new Mean(row.configuration(), row.metrics(), row.admitted(), row.pareto()))
                        .toList(),
                result.infeasible().stream()
                        .map(p -> new Infeasible(p.workload(), p.configuration(), p.reason()))
                        .toList(),
                result.unevaluated(),
                result.refinement().orElse(null),
                result.summaries());
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
        columns.add(Column.hidden("admitted", Row::admitted));
        columns.add(Column.hidden("pareto", Row::pareto));
        List<Row> all = new ArrayList<>(result.rows());
        all.addAll(result.means());
        return Csv.write(columns, all);
    }

    /** The column; where it is that of a metric, with the means' values too. */
    private Column<Row> metric(Column<Row> column) {
        return result.spec().metrics().contains(column.path())
                ? Column.hidden(
                        column.path(),
                        row -> row.run() == null
                                ? row.metrics().get(column.path())
                                : column.value().apply(row))
                : column;
    }

    @Override
    public String table(Console console) {
        List<Column<Row>> columns = new ArrayList<>(List.of(
                Column.text("accelerator.name", "", 0, Row::configuration),
                Column.text("pareto", "best", 0, row -> row.pareto() ? MARK : row.admitted() ? "" : "out")));
        result.spec().metrics().forEach(path -> columns.add(column(path)));
        if (!result.spec().metrics().contains(UTILIZATION)) {
            columns.add(Column.number(
                    UTILIZATION,
                    "MACs\nused",
                    4,
                    row -> null,
                    row -> row.run() == null ? "" : Units.percent(row.run().macUtilization())));
        }
        columns.add(Column.number(
                "bound",
                "bound by",
                5,
                row -> null,
                row -> row.run() == null ? "" : RunColumns.bound(row.run().bound())));
        Table<Row> table = new Table<>(columns);
        result.groups().forEach((group, rows) -> table.group(group, shown(rows)));
        if (!result.means().isEmpty()) {
            table.group(MEAN, shown(result.means()));
        }
        StringBuilder out = new StringBuilder(table.render(console.columns(), console::heading));
        String objectives =
                result.spec().objectives().stream().map(Objective::toString).collect(Collectors.joining(", "));
        long best = result.rows().stream().filter(Row::pareto).count();
        out.append(Wrap.lines(
                "",
                MARK + " " + best + " of " + result.points().size()
                        + " points are on the Pareto front of their workload in " + objectives + ".",
                console.columns()));
        if (result.groups().values().stream().anyMatch(rows -> rows.size() > MOST_ROWS)) {
            out.append(
                    Wrap.lines("", "Of more than " + MOST_ROWS + " points only those are shown.", console.columns()));
        }
        String leftOut = LeftOut.sentence(
                result.rows().stream().map(Row::run).filter(Objects::nonNull).toList());
        if (!leftOut.isEmpty()) {
            out.append(Wrap.lines("", leftOut, console.columns()));
        }
        long excluded = result.rows().stream().filter(row -> !row.admitted()).count();
        if (excluded > 0) {
            out.append(Wrap.lines("", "out: " + excluded + " do not meet the constraints.", console.columns()));
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
        summaries(out, console);
        result.refinement().ifPresent(refined -> out.append(Wrap.lines("", sentence(refined), console.columns())));
        if (result.unevaluated() > 0) {
            out.append(Wrap.lines(
                    "",
                    "Left out because the time of the budget was over: " + result.unevaluated() + ".",
                    console.columns()));
        }
        long unverified =
                result.rows().stream().filter(row -> !row.run().verified()).count();
        return out.append(
                        unverified == 0
                                ? "Verified: all outputs equal the reference's, bit for bit.\n"
                                : "Not verified: " + unverified + " of "
                                        + result.rows().size() + " runs.\n")
                .toString();
    }

    /** Of many points those on the front; JSON and CSV have all. */
    private static List<Row> shown(List<Row> rows) {
        return rows.size() <= MOST_ROWS
                ? rows
                : rows.stream().filter(Row::pareto).toList();
    }

    /** A line of the table of the points that matter. */
    private record Pick(String why, Row row) {}

    /** What a key does to the objectives. */
    private record Effect(String key, Map<String, Sensitivity> of) {}

    private void summaries(StringBuilder out, Console console) {
        List<Column<Pick>> columns = new ArrayList<>(List.of(
                Column.text("configuration", "", 0, pick -> pick.row().configuration()),
                Column.text("why", "best points", 0, Pick::why)));
        for (Objective objective : result.spec().objectives()) {
            Column<Row> column = column(objective.path());
            columns.add(Column.number(
                    objective.path(),
                    MetricFormat.of(objective.path()).tableHeader(),
                    0,
                    pick -> null,
                    pick -> column.text().apply(pick.row())));
        }
        Table<Pick> picks = new Table<>(columns);
        List<Column<Effect>> effects = new ArrayList<>();
        effects.add(Column.text("key", "", 0, Effect::key));
        for (Objective objective : result.spec().objectives()) {
            MetricFormat format = MetricFormat.of(objective.path());
            effects.add(Column.number(
                    objective.path(),
                    format.name() + "\nshare",
                    0,
                    effect -> null,
                    effect ->
                            Units.percent(effect.of().get(objective.toString()).share())));
            effects.add(Column.number(
                    objective.path(),
                    "worst/\nbest",
                    1,
                    effect -> null,
                    effect -> Units.ratio(effect.of().get(objective.toString()).ratio())));
        }
        Table<Effect> sensitivity = new Table<>(effects);
        boolean sensitive = false;
        List<List<Row>> groups = new ArrayList<>(result.groups().values());
        groups.add(result.means());
        List<Summary> summaries = result.summaries();
        for (int i = 0; i < summaries.size(); i++) {
            Summary summary = summaries.get(i);
            String name = groups.get(i) == result.means() ? MEAN : summary.workload();
            if (summary.knee() != null) {
                picks.group(name, picks(summary, groups.get(i)));
            }
            List<Effect> keys = new ArrayList<>();
            summary.sensitivity().forEach((key, of) -> keys.add(new Effect(key, of)));
            sensitive |= !keys.isEmpty();
            sensitivity.group(name, keys);
        }
        if (summaries.stream().anyMatch(summary -> summary.knee() != null)) {
            out.append('\n').append(picks.render(console.columns(), console::heading));
        } else {
            out.append("No point meets the constraints.\n");
        }
        if (sensitive) {
            out.append('\n').append(sensitivity.render(console.columns(), console::heading));
            out.append(Wrap.lines(
                    "",
                    "share: of the variance, explained by the key alone. worst/best: means at the key's worst and best"
                            + " value."
                            + (result.refinement().isPresent() ? " Both are of the estimates, of all points." : ""),
                    console.columns()));
        }
        out.append('\n');
    }

    /** The knee and the best points, each once, in the order of the objectives. */
    private static List<Pick> picks(Summary summary, List<Row> rows) {
        Map<String, List<String>> why = new LinkedHashMap<>();
        why.computeIfAbsent(summary.knee(), key -> new ArrayList<>()).add("knee");
        summary.best()
                .forEach((objective, configuration) -> why.computeIfAbsent(configuration, key -> new ArrayList<>())
                        .add((objective.startsWith("max ") ? "most " : "least ")
                                + MetricFormat.of(objective.substring(objective.indexOf(' ') + 1))
                                        .name()));
        List<Pick> picks = new ArrayList<>();
        why.forEach((configuration, reasons) -> rows.stream()
                .filter(row -> row.configuration().equals(configuration))
                .findFirst()
                .ifPresent(row -> picks.add(new Pick(String.join(", ", reasons), row))));
        return picks;
    }

    /** How well estimates chose the points, in words. */
    public static String sentence(Refinement refined) {
        String errors = refined.errors().entrySet().stream()
                .filter(error -> error.getValue() > 0)
                .map(error -> error.getKey() + " " + Units.percent(error.getValue()))
                .collect(Collectors.joining(", "));
        return "Estimated: " + refined.estimated()
                + ". Simulated too, since no simulated point beats them for certain: "
                + refined.simulated() + ", chosen in " + refined.rounds() + " rounds. Estimates off by more than"
                + " stated (" + errors + "): " + refined.beyondError() + "; the worst is off by "
                + Units.percent(refined.worstError())
                + ". Better than they were taken to be at best, so that such points may"
                + " have been left out: " + refined.misled() + ". Simulation took " + refined.lost()
                + " off the estimated front and put " + refined.gained() + " on it.";
    }

    private Column<Row> column(String path) {
        MetricFormat format = MetricFormat.of(path);
        boolean judged =
                result.spec().objectives().stream().anyMatch(o -> o.path().equals(path));
        return Column.number(
                path,
                format.tableHeader(),
                judged ? 0 : 3,
                row -> row.metrics().get(path),
                row -> format.text(row.metrics().get(path)));
    }
}
