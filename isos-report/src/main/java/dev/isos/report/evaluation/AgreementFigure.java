package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.Agreement;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.NetworkNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** How near our numbers come to the published ones: closes the comparison with the paper. */
final class AgreementFigure {
    private AgreementFigure() {}

    static Figure of(EvaluationData data) {
        List<FigureTable> tables = new ArrayList<>(List.of(errors(data), shares(data)));
        FigureTable printed = PaperFigure.table(
                data, "printed", "Further printed numbers", data.published().further());
        if (!printed.rows().isEmpty()) {
            tables.add(printed);
        }
        return new Figure(
                FigureId.AGREEMENT.id(),
                "Agreement with the published numbers",
                "An error factor is the larger of ours / published and published / ours; means are geometric. The bounds are"
                        + " ours: what we ask of the simulator. Shares of bandwidth and MACs are to be within 10 points on nine"
                        + " of ten networks.",
                Stream.of(
                                differences(data, "cycles", "Cycles", NetworkNumbers::cycles),
                                differences(data, "bytes", "Off-chip bytes", NetworkNumbers::totalMegabytes))
                        .flatMap(Optional::stream)
                        .toList(),
                tables,
                List.of("Published numbers: " + data.published().cite("Figs. 14 to 18, Table II")
                        + "; read off its figures, exact to about 0.5 %."));
    }

    /** How far ours are from the published numbers, network by network; empty where none is at hand. */
    private static Optional<Chart> differences(
            EvaluationData data, String id, String what, Function<NetworkNumbers, Double> value) {
        ComparedRuns runs = data.paper();
        List<String> rows = runs.workloads().stream()
                .filter(workload -> runs.accelerators().stream()
                        .anyMatch(
                                a -> data.published().networks().of(workload, a).isPresent()))
                .toList();
        List<Cloud> clouds = new ArrayList<>();
        for (String accelerator : runs.accelerators()) {
            List<Point> points = new ArrayList<>();
            for (int w = 0; w < runs.workloads().size(); w++) {
                String workload = runs.workloads().get(w);
                double ours = value.apply(runs.numbers(w, accelerator));
                data.published()
                        .networks()
                        .of(workload, accelerator)
                        .ifPresent(n -> points.add(new Point(
                                FigureElements.percent(ours / value.apply(n) - 1), rows.indexOf(workload), workload)));
            }
            if (!points.isEmpty()) {
                clouds.add(new Cloud(
                        data.evaluation().title(accelerator),
                        Palette.accelerator(accelerator),
                        Palette.symbol(clouds.size()),
                        points));
            }
        }
        return FigureElements.differences(
                "agreement-" + id, what + ", ours against the published, network by network", rows, clouds);
    }

    private static FigureTable errors(EvaluationData data) {
        List<FigureRow> rows = new ArrayList<>();
        for (Agreement.Errors e : Agreement.errors(data)) {
            rows.add(FigureElements.row(
                    data.paper().indicesOn(e.accelerator()),
                    e.accelerator(),
                    e.quantity(),
                    (long) e.count(),
                    e.mean(),
                    e.meanBound(),
                    e.largest(),
                    e.largestBound(),
                    e.holds() ? "yes" : "NO",
                    e.where()));
        }
        return new FigureTable(
                "agreement",
                "Error factors",
                List.of(
                        FigureElements.ACCELERATOR,
                        words("quantity", "quantity"),
                        number("count", "n", 0),
                        number("mean", "mean", 3),
                        number("meanBound", "bound", 2),
                        number("largest", "largest", 3),
                        number("largestBound", "bound", 2),
                        words("holds", "holds"),
                        words("where", "largest at")),
                rows);
    }

    private static FigureTable shares(EvaluationData data) {
        List<FigureRow> rows = new ArrayList<>();
        for (Agreement.Shares s : Agreement.shares(data)) {
            rows.add(FigureElements.row(
                    data.paper().indicesOn(s.accelerator()),
                    s.accelerator(),
                    s.quantity(),
                    (long) s.count(),
                    (long) s.within(),
                    FigureElements.percent(s.largest()),
                    s.holds() ? "yes" : "NO",
                    s.where()));
        }
        return new FigureTable(
                "agreement-use",
                "Differences of shares, percentage points",
                List.of(
                        FigureElements.ACCELERATOR,
                        words("quantity", "quantity"),
                        number("count", "n", 0),
                        number("within", "within 10", 0),
                        number("largestPoints", "largest", 1),
                        words("holds", "holds"),
                        words("where", "largest at")),
                rows);
    }
}
