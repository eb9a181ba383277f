package dev.isos.cli.evaluation;

import static dev.isos.cli.figure.FigureColumn.number;
import static dev.isos.cli.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.figure.Chart;
import dev.isos.cli.figure.Figure;
import dev.isos.cli.figure.FigureColumn;
import dev.isos.cli.figure.FigureRow;
import dev.isos.cli.figure.FigureTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Time of every accelerator on every workload, relative to the references. */
final class SpeedupFigure {
    private static final double MILLISECONDS_PER_SECOND = 1e3;
    private static final double PJ_PER_UJ = 1e6;

    private SpeedupFigure() {}

    static Figure of(EvaluationData data) {
        List<Chart> charts = new ArrayList<>();
        for (String reference : data.evaluation().references()) {
            charts.add(Parts.ratios(data, Metric.SPEEDUP, reference));
        }
        return new Figure(
                FigureId.SPEEDUP.id(),
                "Speed",
                "Time of one inference on every accelerator. All have the same DRAM bandwidth and as many multipliers, and every"
                        + " layer's output was compared with the reference, bit for bit. Above 1 is faster.",
                charts,
                List.of(table(data)),
                mappings(data));
    }

    /** What one mapping policy brings over another on the same machine. */
    private static List<String> mappings(EvaluationData data) {
        List<String> remarks = new ArrayList<>();
        for (int a = 0; a < data.machines().size(); a++) {
            for (int b = a + 1; b < data.machines().size(); b++) {
                AcceleratorSummary one = data.run(0, a).accelerator();
                AcceleratorSummary other = data.run(0, b).accelerator();
                if (one.dataflow().equals(other.dataflow())
                        && one.hardware().equals(other.hardware())
                        && !one.mapping().equals(other.mapping())) {
                    remarks.add(gain(
                            data,
                            data.accelerators().get(a),
                            one,
                            data.accelerators().get(b),
                            other));
                }
            }
        }
        return remarks;
    }

    private static String gain(
            EvaluationData data, String name, AcceleratorSummary one, String otherName, AcceleratorSummary other) {
        Ratio ratio = Ratio.of(data, Metric.SPEEDUP, name, otherName);
        return String.format(
                Locale.ROOT,
                "%s (mapping %s) is %.2f to %.2f times as fast as %s (mapping %s), %.2f times in the geometric mean.",
                name,
                one.mapping(),
                Collections.min(ratio.values()),
                Collections.max(ratio.values()),
                otherName,
                other.mapping(),
                ratio.geometricMean());
    }

    private static FigureTable table(EvaluationData data) {
        List<FigureColumn> columns = new ArrayList<>(List.of(
                Parts.WORKLOAD, Parts.ACCELERATOR, number("cycles", "cycles", 0), number("milliseconds", "ms", 3)));
        for (String reference : data.evaluation().references()) {
            columns.add(number("speedup." + reference, "times faster than " + reference, 2));
        }
        columns.add(number("macUtilizationPercent", "MACs used %", 1));
        columns.add(words("verified", "verified"));
        columns.add(number("energyMicrojoules", "energy uJ", 1));
        columns.add(words("boundBy", "bound by"));
        columns.add(number("computePercent", "compute %", 1));
        columns.add(number("memoryPercent", "memory %", 1));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < data.workloads().size(); w++) {
            for (int a = 0; a < data.machines().size(); a++) {
                RunResult run = data.run(w, a);
                List<Object> cells = new ArrayList<>(List.of(
                        data.workloads().get(w),
                        data.accelerators().get(a),
                        run.cycles(),
                        run.seconds() * MILLISECONDS_PER_SECOND));
                for (String reference : data.evaluation().references()) {
                    cells.add(run.speedupOver(data.runsOn(reference).get(w)));
                }
                cells.addAll(List.of(
                        Parts.percent(run.macUtilization()),
                        run.verified() ? "yes" : "no",
                        run.energyPj().total() / PJ_PER_UJ,
                        Parts.boundBy(run),
                        Parts.percent(run.bound().compute()),
                        Parts.percent(run.bound().memory())));
                rows.add(new FigureRow(cells, List.of(data.index(w, a))));
            }
        }
        rows.addAll(Parts.means(data, Metric.SPEEDUP, 4, columns.size()));
        return new FigureTable("speedup", "Time and speed-up", columns, rows);
    }
}
