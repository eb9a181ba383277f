package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.Ratio;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Machines beyond the paper's: better cuts, better baselines, other baselines. */
final class BeyondFigure {
    private static final double MILLISECONDS_PER_SECOND = 1e3;

    private BeyondFigure() {}

    static Figure of(EvaluationData data) {
        ComparedRuns runs = data.beyond();
        List<Chart> charts = new ArrayList<>();
        for (String reference : runs.references()) {
            for (Metric metric : Metric.values()) {
                charts.addAll(FigureElements.ratios(data, runs, metric, reference, "beyond-", (w, a, r) -> null));
            }
        }
        return new Figure(
                FigureId.BEYOND.id(),
                "Beyond the paper",
                "Ours: ISOSceles with the best cuts, the baselines as good as we can make them with the same resources, SCNN, an"
                        + " array for 2:4 sparsity and dense systolic arrays. Here every total counts every layer, poolings too. Above 1 is better.",
                charts,
                List.of(table(runs)),
                remarks(data));
    }

    /** How much of each published gain is left over the better baseline. */
    private static List<String> remarks(EvaluationData data) {
        List<String> remarks = new ArrayList<>();
        ComparedRuns runs = data.beyond();
        for (String accelerator : runs.pipelining()) {
            for (String reference : runs.references()) {
                Ratio ratio = Ratio.of(runs, Metric.SPEEDUP, accelerator, reference);
                remarks.add(String.format(
                        Locale.ROOT,
                        "%s is %.2f to %.2f times as fast as %s, %.2f times in the geometric mean.",
                        accelerator,
                        Collections.min(ratio.values()),
                        Collections.max(ratio.values()),
                        reference,
                        ratio.geometricMean()));
            }
        }
        return remarks;
    }

    private static FigureTable table(ComparedRuns runs) {
        List<FigureColumn> columns = new ArrayList<>(List.of(
                FigureElements.WORKLOAD,
                FigureElements.ACCELERATOR,
                number("cycles", "cycles", 0),
                number("offChipMegabytes", "off-chip MB", 2)));
        for (String reference : runs.references()) {
            columns.add(number("speedup." + reference, "times faster than " + reference, 2));
        }
        for (String reference : runs.references()) {
            columns.add(number("trafficReduction." + reference, "bytes less than " + reference, 2));
        }
        columns.add(number("macUtilizationPercent", "MACs used %", 1));
        columns.add(number("milliseconds", "ms", 3));
        columns.add(words("boundBy", "bound by"));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < runs.workloads().size(); w++) {
            for (int a = 0; a < runs.machines().size(); a++) {
                RunResult run = runs.run(w, a);
                List<Object> cells = new ArrayList<>(List.of(
                        runs.workloads().get(w),
                        runs.accelerators().get(a),
                        run.cycles(),
                        FigureElements.megabytes(run.traffic().total())));
                for (String reference : runs.references()) {
                    cells.add(run.speedupOver(runs.runsOn(reference).get(w)));
                }
                for (String reference : runs.references()) {
                    cells.add(run.trafficReductionOver(runs.runsOn(reference).get(w)));
                }
                cells.addAll(List.of(
                        FigureElements.percent(run.macUtilization()),
                        run.seconds() * MILLISECONDS_PER_SECOND,
                        FigureElements.boundBy(run)));
                rows.add(new FigureRow(cells, List.of(runs.index(w, a))));
            }
        }
        if (runs.workloads().size() > 1) {
            for (String accelerator : runs.accelerators()) {
                List<Object> cells = new ArrayList<>(List.of(EvaluationData.MEAN, accelerator));
                cells.addAll(Collections.nCopies(2, null));
                for (Metric metric : Metric.values()) {
                    for (String reference : runs.references()) {
                        cells.add(Ratio.of(runs, metric, accelerator, reference).geometricMean());
                    }
                }
                cells.addAll(Collections.nCopies(columns.size() - cells.size(), null));
                rows.add(new FigureRow(cells, runs.indicesOn(accelerator)));
            }
        }
        return new FigureTable("beyond", "Time and off-chip bytes", columns, rows);
    }
}
