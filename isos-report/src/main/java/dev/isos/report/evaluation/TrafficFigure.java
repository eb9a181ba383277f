package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.NetworkNumbers;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
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

    /** A part of the published bytes. */
    private record Part(
            String id, String path, String name, int decimals, Function<NetworkNumbers, Double> megabytes) {}

    private static final List<Part> PARTS = List.of(
            new Part("Total", "total", "total", 1, NetworkNumbers::totalMegabytes),
            new Part("Weights", "weights", "weight", 2, NetworkNumbers::weightsMegabytes),
            new Part("Inputs", "inputs", "input", 2, NetworkNumbers::inputsMegabytes),
            new Part("Outputs", "outputs", "output", 2, NetworkNumbers::outputsMegabytes));

    private TrafficFigure() {}

    static Figure of(EvaluationData all) {
        ComparedRuns data = all.paper();
        List<Chart> charts = new ArrayList<>();
        Chart shares = stacked(
                all,
                "traffic-shares",
                "Share of off-chip bytes, percent",
                "What the off-chip bytes of each network are bytes of, in percent",
                run -> 100.0 / run.traffic().total());
        Charts.percent(shares.option());
        charts.add(shares);
        charts.add(stacked(
                all,
                "traffic-megabytes",
                "Off-chip traffic, MB",
                "Off-chip bytes of each network by role of the tensor, in megabytes",
                run -> 1e-6));
        for (String reference : data.references()) {
            charts.addAll(FigureElements.ratios(
                    all, data, Metric.TRAFFIC, reference, "", (w, a, r) -> all.published(Quantity.BYTES, w, a, r)));
        }
        return new Figure(
                FigureId.TRAFFIC.id(),
                "Off-chip traffic",
                "Bytes off chip by the role of the tensor, published and ours; operands of residual additions are among the"
                        + " inputs. Layer by layer, activations dominate; layers of a pipeline hand theirs over on chip. "
                        + FigureElements.WITHOUT_POOLINGS + " " + FigureElements.NOT_AT_HAND_MEANS,
                charts,
                List.of(table(all)),
                remarks(data));
    }

    /** Layer by layer beside pipelined: a pile for each accelerator that the evaluation names for it. */
    private static Chart stacked(
            EvaluationData all, String id, String title, String what, ToDoubleFunction<RunResult> scale) {
        ComparedRuns data = all.paper();
        List<String> piles = piles(data);
        List<Integer> workloads = FigureElements.representatives(all, data);
        List<Series> series = new ArrayList<>();
        List<String> categories = new ArrayList<>();
        for (int w : workloads) {
            piles.forEach(pile -> categories.add(data.workloads().get(w) + " "
                    + data.runsOn(pile).get(0).accelerator().mapping()));
        }
        for (int r = 0; r < ROLES.size(); r++) {
            Role role = ROLES.get(r);
            List<Double> values = new ArrayList<>();
            for (int w : workloads) {
                for (String pile : piles) {
                    RunResult run = data.runsOn(pile).get(w);
                    values.add(role.bytes().applyAsLong(run.traffic()) * scale.applyAsDouble(run));
                }
            }
            series.add(new Series(role.name(), Palette.role(r), "bytes", values));
        }
        return new Chart(
                id,
                title,
                what + ", with the mapping policies of " + String.join(", ", piles) + ".",
                FigureElements.rows(categories.size()),
                Charts.horizontalBars(categories, title, series));
    }

    private static List<String> piles(ComparedRuns data) {
        return data.pipelining();
    }

    private static FigureTable table(EvaluationData all) {
        ComparedRuns data = all.paper();
        List<FigureColumn> columns = new ArrayList<>(List.of(FigureElements.WORKLOAD, FigureElements.ACCELERATOR));
        for (Part part : PARTS) {
            columns.add(number("paper" + part.id() + "Megabytes", part.name() + " paper", part.decimals()));
            columns.add(number(part.path() + "Megabytes", "ours", part.decimals()));
        }
        for (Part part : PARTS) {
            columns.add(number(part.path() + "DifferencePercent", part.name() + " diff. %", 1));
        }
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < data.workloads().size(); w++) {
            for (int a = 0; a < data.machines().size(); a++) {
                String accelerator = data.accelerators().get(a);
                Optional<NetworkNumbers> published =
                        all.published().networks().of(data.workloads().get(w), accelerator);
                NetworkNumbers ours = data.numbers(w, accelerator);
                List<Object> cells = new ArrayList<>(List.of(data.workloads().get(w), accelerator));
                List<Object> differences = new ArrayList<>();
                for (Part part : PARTS) {
                    List<Object> beside = FigureElements.beside(
                            published.map(part.megabytes()), part.megabytes().apply(ours));
                    cells.addAll(beside.subList(0, 2));
                    differences.add(beside.get(2));
                }
                cells.addAll(differences);
                rows.add(new FigureRow(cells, List.of(data.index(w, a))));
            }
        }
        return new FigureTable("traffic", "Off-chip megabytes by role of the tensor", columns, rows);
    }

    private static List<String> remarks(ComparedRuns data) {
        List<String> remarks = new ArrayList<>();
        for (String pile : piles(data)) {
            List<RunResult> runs = data.runsOn(pile);
            double activations = Means.arithmetic(
                    runs,
                    r -> 100.0
                            - FigureElements.percent(
                                    r.traffic().weights(), r.traffic().total()));
            remarks.add(String.format(
                    Locale.ROOT,
                    "Activations are %.0f %% of the off-chip bytes of %s (mean over the workloads).",
                    activations,
                    pile));
        }
        return remarks;
    }
}
