package dev.isos.report.text;

import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.report.console.Console;
import dev.isos.study.sweep.Constraint;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.Refinement;
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
    private static final String MARK = "*";
    private static final String UTILIZATION = "macUtilization";

    /** The JSON document. */
    record Document(
            int schemaVersion,
            List<String> objectives,
            List<String> constraints,
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
        result.groups().forEach(table::group);
        if (!result.means().isEmpty()) {
            table.group("geometric mean", result.means());
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
        result.summaries().forEach(summary -> out.append(Wrap.lines("", sentence(summary), console.columns())));
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

    private static String sentence(Summary summary) {
        if (summary.knee() == null) {
            return summary.workload() + ": no point meets the constraints.";
        }
        String best = summary.best().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        String sensitivity = summary.sensitivity().entrySet().stream()
                .map(key -> key.getKey() + " ("
                        + key.getValue().entrySet().stream()
                                .map(effect -> effect.getKey() + " " + Units.ratio(effect.getValue()))
                                .collect(Collectors.joining(", "))
                        + ")")
                .collect(Collectors.joining(", "));
        return summary.workload() + ": knee " + summary.knee() + "; best " + best + "."
                + (sensitivity.isEmpty() ? "" : " Worst over best value, on average: " + sensitivity + ".");
    }

    private static String sentence(Refinement refined) {
        return "Estimated: " + refined.estimated() + ", of which " + refined.simulated()
                + " were simulated too, because they may be on the front if estimates are off by up to "
                + Units.percent(refined.error()) + ". Estimates off by more than that: " + refined.beyondError()
                + "; the worst is off by " + Units.percent(refined.worstError()) + ". Simulation took " + refined.lost()
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
