package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;

import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.NetworkNumbers;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Shares of the bandwidth and of the multipliers that the paper's machines use, published and ours. */
final class UtilizationFigure {
    private record Use(String id, String name, Function<NetworkNumbers, Double> share) {
        Double percent(NetworkNumbers numbers) {
            return FigureElements.percent(share.apply(numbers));
        }
    }

    private static final List<Use> USES = List.of(
            new Use("bandwidth", "DRAM bandwidth", NetworkNumbers::bandwidthUse),
            new Use("mac", "MACs", NetworkNumbers::macUse));

    private UtilizationFigure() {}

    static Figure of(EvaluationData data) {
        return new Figure(
                FigureId.UTILIZATION.id(),
                "Use of bandwidth and multipliers",
                "Bytes moved and multiply-accumulates performed, percent of those that were possible in the time of the run,"
                        + " published and ours. Fused-Layer also performs products with a zero, which count here. "
                        + FigureElements.macUse(data) + " " + FigureElements.NOT_AT_HAND_MEANS,
                USES.stream().flatMap(use -> charts(data, use).stream()).toList(),
                List.of(table(data)),
                List.of());
    }

    private static List<Chart> charts(EvaluationData data, Use use) {
        ComparedRuns runs = data.paper();
        return FigureElements.byWorkload(
                data,
                runs,
                "utilization-" + use.id(),
                use.name() + " in use",
                "percent",
                (w, a) -> use.percent(runs.numbers(w, runs.accelerators().get(a))),
                (w, a) -> data.published()
                        .networks()
                        .of(runs.workloads().get(w), runs.accelerators().get(a))
                        .map(use::percent)
                        .orElse(null),
                List.of(),
                List.of(),
                false);
    }

    private static FigureTable table(EvaluationData data) {
        ComparedRuns runs = data.paper();
        List<FigureColumn> columns = new ArrayList<>(List.of(FigureElements.WORKLOAD, FigureElements.ACCELERATOR));
        for (Use use : USES) {
            columns.add(number(use.id() + "PaperPercent", use.name() + " % paper", 1));
            columns.add(number(use.id() + "Percent", "ours", 1));
        }
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < runs.workloads().size(); w++) {
            for (int a = 0; a < runs.machines().size(); a++) {
                String accelerator = runs.accelerators().get(a);
                List<Object> cells = new ArrayList<>(List.of(runs.workloads().get(w), accelerator));
                Optional<NetworkNumbers> published =
                        data.published().networks().of(runs.workloads().get(w), accelerator);
                for (Use use : USES) {
                    cells.add(published.<Object>map(use::percent).orElse(FigureElements.NOT_AT_HAND));
                    cells.add(use.percent(runs.numbers(w, accelerator)));
                }
                rows.add(new FigureRow(cells, List.of(runs.index(w, a))));
            }
        }
        for (String accelerator : runs.accelerators()) {
            List<Object> cells = new ArrayList<>(List.of("mean", accelerator));
            for (Use use : USES) {
                List<Double> shares = new ArrayList<>();
                for (int w = 0; w < runs.workloads().size(); w++) {
                    shares.add(use.percent(runs.numbers(w, accelerator)));
                }
                cells.add(null);
                cells.add(Means.arithmetic(shares, v -> v));
            }
            rows.add(new FigureRow(cells, runs.indicesOn(accelerator)));
        }
        return new FigureTable("utilization", "Bandwidth and MACs in use, percent", columns, rows);
    }
}
