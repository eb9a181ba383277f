package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.NetworkNumbers;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.evaluation.Ratio;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Time of the paper's machines on every workload, published and ours. */
final class SpeedupFigure {
    private SpeedupFigure() {}

    static Figure of(EvaluationData data) {
        return new Figure(
                FigureId.SPEEDUP.id(),
                "Speed",
                "Cycles of one inference, published and ours, and times faster than the references. Every layer's output was"
                        + " compared with the reference, bit for bit. " + FigureElements.WITHOUT_POOLINGS + " "
                        + FigureElements.NOT_AT_HAND_MEANS,
                data.paper().references().stream()
                        .flatMap(reference -> FigureElements.ratios(
                                data,
                                data.paper(),
                                Metric.SPEEDUP,
                                reference,
                                "",
                                (w, a, r) -> data.published(Quantity.SPEEDUP, w, a, r))
                                .stream())
                        .toList(),
                List.of(table(data)),
                List.of());
    }

    private static FigureTable table(EvaluationData data) {
        ComparedRuns runs = data.paper();
        List<FigureColumn> columns = new ArrayList<>(List.of(
                FigureElements.WORKLOAD,
                FigureElements.ACCELERATOR,
                number("paperCycles", "paper cycles", 0),
                number("cycles", "our cycles", 0),
                number("differencePercent", "diff. %", 1)));
        for (String reference : runs.references()) {
            columns.add(number("paperSpeedup." + reference, "over " + reference + " paper", 2));
            columns.add(number("speedup." + reference, "ours", 2));
        }
        columns.add(words("boundBy", "bound by"));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < runs.workloads().size(); w++) {
            for (int a = 0; a < runs.machines().size(); a++) {
                String workload = runs.workloads().get(w);
                String accelerator = runs.accelerators().get(a);
                RunResult run = runs.run(w, a);
                List<Object> cells = new ArrayList<>(List.of(workload, accelerator));
                cells.addAll(FigureElements.beside(
                        data.published().networks().of(workload, accelerator).map(NetworkNumbers::cycles),
                        runs.numbers(w, accelerator).cycles()));
                for (String reference : runs.references()) {
                    cells.add(published(data, workload, accelerator, reference));
                    cells.add(run.speedupOver(runs.runsOn(reference).get(w)));
                }
                cells.add(FigureElements.boundBy(run));
                rows.add(new FigureRow(cells, List.of(runs.index(w, a))));
            }
        }
        if (runs.workloads().size() > 1) {
            for (String accelerator : runs.accelerators()) {
                List<Object> cells = new ArrayList<>(List.of(EvaluationData.MEAN, accelerator));
                cells.addAll(Collections.nCopies(3, null));
                for (String reference : runs.references()) {
                    cells.add(published(data, EvaluationData.MEAN, accelerator, reference));
                    cells.add(Ratio.of(runs, Metric.SPEEDUP, accelerator, reference)
                            .geometricMean());
                }
                cells.add(null);
                rows.add(new FigureRow(cells, runs.indicesOn(accelerator)));
            }
        }
        return new FigureTable("speedup", "Cycles and speed-ups", columns, rows);
    }

    private static Object published(EvaluationData data, String workload, String accelerator, String reference) {
        Double value = data.published(Quantity.SPEEDUP, workload, accelerator, reference);
        return accelerator.equals(reference)
                ? null
                : Optional.<Object>ofNullable(value).orElse(FigureElements.NOT_AT_HAND);
    }
}
