package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.Evaluation.Sweep;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.EvaluationData.SensitivityPoint;
import dev.isos.study.evaluation.FigureId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How time and traffic of an accelerator depend on parameters of its hardware, one varied at a time. */
final class SensitivityFigure {
    private SensitivityFigure() {}

    static Figure of(EvaluationData data) {
        List<Chart> charts = new ArrayList<>();
        List<FigureTable> tables = new ArrayList<>();
        List<String> workloads = data.sensitivity().stream()
                .map(SensitivityPoint::workload)
                .distinct()
                .toList();
        for (int i = 0; i < data.evaluation().sensitivity().sweeps().size(); i++) {
            Sweep sweep = data.evaluation().sensitivity().sweeps().get(i);
            charts.add(chart(data, i, workloads, "speed", "Speed", RunResult::seconds));
            charts.add(chart(
                    data,
                    i,
                    workloads,
                    "traffic",
                    "Fewer off-chip bytes",
                    run -> run.traffic().total()));
            tables.add(table(data, i, sweep));
        }
        return new Figure(
                FigureId.SENSITIVITY.id(),
                "Sensitivity",
                data.evaluation().sensitivity().accelerator()
                        + " with one parameter of its hardware changed, relative to its"
                        + " default; above 1 is better. On a subset of the networks: "
                        + String.join(", ", workloads) + ".",
                charts,
                tables,
                List.of());
    }

    private static Chart chart(
            EvaluationData data,
            int sweep,
            List<String> workloads,
            String id,
            String what,
            ToDoubleFunction<RunResult> cost) {
        Sweep varied = data.evaluation().sensitivity().sweeps().get(sweep);
        List<Series> series = new ArrayList<>();
        for (String workload : workloads) {
            List<Double> values = new ArrayList<>();
            for (SensitivityPoint point : points(data, sweep)) {
                if (point.workload().equals(workload)) {
                    values.add(gain(data, point, cost));
                }
            }
            series.add(new Series(workload, Palette.network(series.size()), null, values));
        }
        String title = what + " relative to the default, over " + varied.title();
        return new Chart(
                "sensitivity-" + varied.id() + "-" + id,
                title,
                title + ", for " + String.join(", ", workloads) + ".",
                FigureElements.CHART_HEIGHT - 60,
                Charts.lines(varied.values(), varied.title(), "times", series));
    }

    private static List<SensitivityPoint> points(EvaluationData data, int sweep) {
        return data.sensitivity().stream().filter(p -> p.sweep() == sweep).toList();
    }

    /** How many times less than with the default; null when that was not run. */
    private static Double gain(EvaluationData data, SensitivityPoint point, ToDoubleFunction<RunResult> cost) {
        return points(data, point.sweep()).stream()
                .filter(p -> p.isDefault() && p.workload().equals(point.workload()))
                .findFirst()
                .map(p -> cost.applyAsDouble(data.runs().get(p.run()).result())
                        / cost.applyAsDouble(data.runs().get(point.run()).result()))
                .orElse(null);
    }

    private static FigureTable table(EvaluationData data, int sweep, Sweep varied) {
        List<FigureRow> rows = new ArrayList<>();
        for (SensitivityPoint point : points(data, sweep)) {
            RunResult run = data.runs().get(point.run()).result();
            rows.add(FigureElements.row(
                    List.of(point.run()),
                    point.workload(),
                    point.value() + (point.isDefault() ? " (default)" : ""),
                    run.cycles(),
                    gain(data, point, RunResult::seconds),
                    FigureElements.megabytes(run.traffic().total()),
                    gain(data, point, r -> r.traffic().total()),
                    FigureElements.boundBy(run)));
        }
        return new FigureTable(
                "sensitivity-" + varied.id(),
                varied.title() + " (" + varied.parameter() + ")",
                List.of(
                        FigureElements.WORKLOAD,
                        words("value", varied.title()),
                        number("cycles", "cycles", 0),
                        number("speed", "times faster", 2),
                        number("offChipMegabytes", "off-chip MB", 2),
                        number("trafficReduction", "times fewer bytes", 2),
                        words("boundBy", "bound by")),
                rows);
    }
}
