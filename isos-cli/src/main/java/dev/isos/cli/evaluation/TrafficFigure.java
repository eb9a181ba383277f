package dev.isos.cli.evaluation;

import static dev.isos.cli.figure.FigureColumn.number;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.cli.evaluation.Evaluation.Metric;
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
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Off-chip bytes of every accelerator, and what they are bytes of. */
final class TrafficFigure {
    private record Role(String name, ToLongFunction<Traffic> bytes) {}

    private static final List<Role> ROLES = List.of(
            new Role("weights", Traffic::weights),
            new Role("inputs", Traffic::inputs),
            new Role("outputs", Traffic::outputs),
            new Role("residuals", Traffic::residuals));

    private TrafficFigure() {}

    static Figure of(EvaluationData data) {
        List<Chart> charts = new ArrayList<>();
        Chart shares = stacked(
                data,
                "traffic-shares",
                "Share of off-chip bytes, percent",
                "What the off-chip bytes of each network are bytes of, in percent",
                run -> 100.0 / run.traffic().total());
        Charts.percent(shares.option());
        charts.add(shares);
        charts.add(stacked(
                data,
                "traffic-megabytes",
                "Off-chip traffic, MB",
                "Off-chip bytes of each network by role of the tensor, in megabytes",
                run -> 1e-6));
        for (String reference : data.evaluation().references()) {
            charts.add(Parts.ratios(data, Metric.TRAFFIC, reference));
        }
        return new Figure(
                FigureId.TRAFFIC.id(),
                "Off-chip traffic",
                "Bytes that each accelerator moves off chip, by the role of the tensor. Layer by layer, activations (inputs,"
                        + " outputs, residuals) dominate; layers of a pipeline hand theirs over on chip.",
                charts,
                List.of(table(data)),
                remarks(data));
    }

    /** Layer by layer beside pipelined: a pile for each accelerator that the evaluation names for it. */
    private static Chart stacked(
            EvaluationData data, String id, String title, String what, ToDoubleFunction<RunResult> scale) {
        List<String> piles = piles(data);
        List<Series> series = new ArrayList<>();
        List<String> categories = new ArrayList<>();
        for (String workload : data.workloads()) {
            piles.forEach(pile -> categories.add(
                    workload + " " + data.runsOn(pile).get(0).accelerator().mapping()));
        }
        for (int r = 0; r < ROLES.size(); r++) {
            Role role = ROLES.get(r);
            List<Double> values = new ArrayList<>();
            for (int w = 0; w < data.workloads().size(); w++) {
                for (String pile : piles) {
                    RunResult run = data.runsOn(pile).get(w);
                    values.add(role.bytes().applyAsLong(run.traffic()) * scale.applyAsDouble(run));
                }
            }
            series.add(new Series(role.name(), Palette.part(r), "bytes", values));
        }
        return new Chart(
                id,
                title,
                what + ", with the mapping policies of " + String.join(", ", piles) + ".",
                Parts.rows(categories.size()),
                Charts.horizontalBars(categories, title, series));
    }

    private static List<String> piles(EvaluationData data) {
        return data.evaluation().pipelining();
    }

    private static FigureTable table(EvaluationData data) {
        List<FigureColumn> columns =
                new ArrayList<>(List.of(Parts.WORKLOAD, Parts.ACCELERATOR, number("totalMegabytes", "total MB", 2)));
        for (String reference : data.evaluation().references()) {
            columns.add(number("trafficReduction." + reference, "times less than " + reference, 2));
        }
        ROLES.forEach(role -> columns.add(number(role.name() + "Megabytes", role.name() + " MB", 2)));
        ROLES.forEach(role -> columns.add(number(role.name() + "Percent", role.name() + " %", 1)));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < data.workloads().size(); w++) {
            for (int a = 0; a < data.machines().size(); a++) {
                RunResult run = data.run(w, a);
                long total = run.traffic().total();
                List<Object> cells = new ArrayList<>(
                        List.of(data.workloads().get(w), data.accelerators().get(a), Parts.megabytes(total)));
                for (String reference : data.evaluation().references()) {
                    cells.add(run.trafficReductionOver(data.runsOn(reference).get(w)));
                }
                ROLES.forEach(role -> cells.add(Parts.megabytes(role.bytes().applyAsLong(run.traffic()))));
                ROLES.forEach(role -> cells.add(Parts.percent(role.bytes().applyAsLong(run.traffic()), total)));
                rows.add(new FigureRow(cells, List.of(data.index(w, a))));
            }
        }
        rows.addAll(Parts.means(data, Metric.TRAFFIC, 3, columns.size()));
        return new FigureTable("traffic", "Off-chip bytes by role of the tensor", columns, rows);
    }

    private static List<String> remarks(EvaluationData data) {
        List<String> remarks = new ArrayList<>();
        for (String pile : piles(data)) {
            List<RunResult> runs = data.runsOn(pile);
            double activations = Means.arithmetic(
                    runs,
                    r -> 100.0
                            - Parts.percent(r.traffic().weights(), r.traffic().total()));
            remarks.add(String.format(
                    Locale.ROOT,
                    "Activations are %.0f %% of the off-chip bytes of %s (mean over the workloads).",
                    activations,
                    pile));
        }
        return remarks;
    }
}
