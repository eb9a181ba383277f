package dev.isos.report.text;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The points of a sweep as figures: one per workload, and one of the means. */
public final class SweepFigures {
    /** More than that, and only those that no other one beats are behind the numbers of a page. */
    private static final int MOST_RUNS = 60;

    private static final double PERCENT = 100;

    private final SweepResult result;
    private final List<Row> kept;

    public SweepFigures(SweepResult result) {
        this.result = result;
        List<Row> all = result.rows();
        this.kept = all.size() <= MOST_RUNS
                ? all
                : all.stream().filter(Row::pareto).limit(MOST_RUNS).toList();
    }

    /** A run that numbers come from, and the workload as the sweep's file names it. */
    public record KeptRun(String workload, RunResult result) {}

    /** The runs that numbers come from, in the order that rows of tables refer to. */
    public List<KeptRun> runs() {
        return kept.stream().map(row -> new KeptRun(row.workload(), row.run())).toList();
    }

    /** The figures. */
    public List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        if (!result.means().isEmpty()) {
            figures.add(figure("means", "Geometric means over the workloads", result.means(), List.of()));
        }
        int n = 1;
        for (String workload : result.groups().keySet()) {
            List<Row> rows = result.groups().get(workload);
            figures.add(figure("workload-" + n, "Points on " + workload, rows, remarks(workload, rows)));
            n++;
        }
        return figures;
    }

    private List<String> remarks(String workload, List<Row> rows) {
        List<String> remarks = new ArrayList<>();
        long out = rows.stream().filter(row -> !row.admitted()).count();
        if (out > 0) {
            remarks.add(out + " of " + rows.size() + " points do not meet the constraints.");
        }
        Map<String, List<String>> infeasible = new LinkedHashMap<>();
        result.infeasible().stream()
                .filter(point -> point.workload().equals(workload))
                .forEach(point -> infeasible
                        .computeIfAbsent(point.reason(), reason -> new ArrayList<>())
                        .add(point.configuration()));
        infeasible.forEach((reason, names) ->
                remarks.add(String.join(", ", names) + " cannot run " + workload + ": " + reason + "."));
        if (result.rows().size() > MOST_RUNS) {
            remarks.add("Of " + result.rows().size()
                    + " points the runs of the best ones are on this page; results.json has all.");
        }
        return remarks;
    }

    private Figure figure(String id, String title, List<Row> rows, List<String> remarks) {
        List<Objective> objectives = result.spec().objectives();
        List<Chart> charts = new ArrayList<>();
        for (int i = 1; i < objectives.size() && !rows.isEmpty(); i++) {
            charts.add(chart(id, rows, objectives.get(0), objectives.get(i)));
        }
        String judged =
                String.join(", ", objectives.stream().map(SweepFigures::judge).toList());
        return new Figure(
                id,
                title,
                "Best: no other point is at least as good in all of " + judged + " and better in one.",
                charts,
                List.of(table(id, rows)),
                remarks);
    }

    private Chart chart(String id, List<Row> rows, Objective across, Objective up) {
        String x = across.path();
        String y = up.path();
        List<Cloud> clouds = List.of(
                // the last ones are drawn above the others
                cloud("others", Palette.accelerator("systolic-ws"), 0, rows, false, x, y),
                cloud("best", Palette.accelerator("isosceles-optimal"), 3, rows, true, x, y));
        return new Chart(
                id + "-" + name(y).replace(' ', '-'),
                capital(name(y)) + " over " + name(x),
                "Points: " + name(y) + " over " + name(x)
                        + " of every configuration; those that no other one beats are marked.",
                380,
                Charts.front(
                        MetricFormat.of(x).figureHeader(),
                        MetricFormat.of(y).figureHeader(),
                        clouds,
                        new Cloud(
                                "front of these two",
                                Palette.accelerator("isosceles-optimal"),
                                "none",
                                front(rows, across, up)),
                        limits(x),
                        limits(y)));
    }

    /** What no other point is better than in two objectives, from the best of the first to the best of the second. */
    private static List<Point> front(List<Row> rows, Objective across, Objective up) {
        List<Objective> both = List.of(across, up);
        List<Row> admitted = rows.stream()
                .filter(Row::admitted)
                .sorted(Comparator.<Row>comparingDouble(row -> row.costs(both)[0])
                        .thenComparingDouble(row -> row.costs(both)[1]))
                .toList();
        List<Point> front = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (Row row : admitted) {
            if (row.costs(both)[1] < least) {
                least = row.costs(both)[1];
                front.add(point(row, across.path(), up.path()));
            }
        }
        return front;
    }

    private List<Double> limits(String path) {
        return result.spec().limits().stream()
                .filter(limit -> limit.path().equals(path))
                .map(limit -> MetricFormat.of(path).shown(limit.value()))
                .toList();
    }

    private static Point point(Row row, String x, String y) {
        return new Point(
                MetricFormat.of(x).shown(row.metrics().get(x)),
                MetricFormat.of(y).shown(row.metrics().get(y)),
                row.configuration());
    }

    private static Cloud cloud(
            String name, String colour, int symbol, List<Row> rows, boolean best, String x, String y) {
        List<Point> points = rows.stream()
                .filter(row -> row.pareto() == best)
                .map(row -> point(row, x, y))
                .toList();
        return new Cloud(name, colour, Palette.symbol(symbol), points);
    }

    private FigureTable table(String id, List<Row> rows) {
        List<FigureColumn> columns = new ArrayList<>();
        columns.add(FigureColumn.words("accelerator", "accelerator"));
        columns.add(FigureColumn.words("pareto", "best"));
        for (String metric : result.spec().metrics()) {
            columns.add(FigureColumn.number(
                    metric,
                    MetricFormat.of(metric).figureHeader(),
                    MetricFormat.of(metric).decimals()));
        }
        columns.add(FigureColumn.number("macUtilizationPercent", "MACs used, %", 1));
        columns.add(FigureColumn.words("bound", "bound by"));
        List<FigureRow> all = new ArrayList<>();
        for (Row row : rows) {
            List<Object> cells = new ArrayList<>();
            cells.add(row.configuration());
            cells.add(row.pareto() ? "best" : row.admitted() ? "" : "does not meet the constraints");
            for (String metric : result.spec().metrics()) {
                cells.add(MetricFormat.of(metric).shown(row.metrics().get(metric)));
            }
            cells.add(row.run() == null ? null : row.run().macUtilization() * PERCENT);
            cells.add(row.run() == null ? null : RunColumns.bound(row.run().bound()));
            all.add(new FigureRow(cells, behind(row)));
        }
        return new FigureTable(id, "Points", columns, all);
    }

    /** Positions of the runs behind a row, which for a mean are those of its configuration. */
    private List<Integer> behind(Row row) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            boolean its = row.run() == null
                    ? kept.get(i).configuration().equals(row.configuration())
                    : kept.get(i).run() == row.run();
            if (its) {
                positions.add(i);
            }
        }
        return positions;
    }

    private static String name(String metric) {
        return MetricFormat.of(metric).name();
    }

    private static String judge(Objective objective) {
        return (objective.maximised() ? "most " : "least ") + name(objective.path());
    }

    private static String capital(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
