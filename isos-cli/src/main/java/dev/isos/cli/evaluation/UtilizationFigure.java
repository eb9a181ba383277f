package dev.isos.cli.evaluation;

import static dev.isos.cli.figure.FigureColumn.number;

import dev.isos.api.result.RunResult;
import dev.isos.cli.figure.Chart;
import dev.isos.cli.figure.Charts;
import dev.isos.cli.figure.Charts.Series;
import dev.isos.cli.figure.Figure;
import dev.isos.cli.figure.FigureColumn;
import dev.isos.cli.figure.FigureRow;
import dev.isos.cli.figure.FigureTable;
import dev.isos.cli.figure.Means;
import dev.isos.cli.figure.Palette;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Share of the multipliers that are in use. */
final class UtilizationFigure {
    private static final String MEAN = "mean";

    private UtilizationFigure() {}

    static Figure of(EvaluationData data) {
        List<FigureColumn> columns = new ArrayList<>();
        columns.add(Parts.WORKLOAD);
        data.accelerators().forEach(accelerator -> columns.add(number(accelerator, accelerator, 1)));
        List<FigureRow> rows = new ArrayList<>();
        List<List<Double>> byAccelerator = new ArrayList<>();
        data.accelerators().forEach(accelerator -> byAccelerator.add(new ArrayList<>()));
        List<String> workloads = new ArrayList<>(data.workloads());
        for (int w = 0; w < data.workloads().size(); w++) {
            List<Object> cells = new ArrayList<>();
            List<Integer> runs = new ArrayList<>();
            cells.add(data.workloads().get(w));
            for (int a = 0; a < data.machines().size(); a++) {
                double percent = Parts.percent(data.run(w, a).macUtilization());
                cells.add(percent);
                runs.add(data.index(w, a));
                byAccelerator.get(a).add(percent);
            }
            rows.add(new FigureRow(cells, runs));
        }
        if (workloads.size() > 1) {
            List<Object> cells = new ArrayList<>();
            workloads.add(MEAN);
            cells.add(MEAN);
            for (int a = 0; a < data.machines().size(); a++) {
                double mean = Means.arithmetic(byAccelerator.get(a), v -> v);
                byAccelerator.get(a).add(mean);
                cells.add(mean);
            }
            rows.add(new FigureRow(
                    cells,
                    IntStream.range(0, data.comparedRuns().size()).boxed().toList()));
        }
        List<Series> series = new ArrayList<>();
        for (int a = 0; a < data.machines().size(); a++) {
            String accelerator = data.accelerators().get(a);
            series.add(new Series(accelerator, Palette.accelerator(accelerator), null, byAccelerator.get(a)));
        }
        List<RunResult> dense = data.comparedRuns().stream()
                .filter(r -> r.macs().performed() > r.macs().effectual())
                .toList();
        List<String> remarks = dense.isEmpty()
                ? List.of()
                : List.of("These also perform products with a zero, which count here: "
                        + String.join(
                                ", ",
                                dense.stream()
                                        .map(r -> r.accelerator().id())
                                        .distinct()
                                        .toList())
                        + ".");
        return new Figure(
                FigureId.UTILIZATION.id(),
                "Use of the multipliers",
                "Multiply-accumulates performed, percent of those that the multipliers could have performed in that time.",
                List.of(new Chart(
                        "utilization",
                        "Multipliers in use, percent",
                        "Share of the multipliers in use, of every accelerator on every workload.",
                        Parts.CHART_HEIGHT,
                        Charts.bars(workloads, "percent", series))),
                List.of(new FigureTable("utilization", "Multipliers in use, percent", columns, rows)),
                remarks);
    }
}
