package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.PaperComparison;
import dev.isos.study.evaluation.Published.Printed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Printed numbers of the paper beside ours. */
final class PaperFigure {
    private PaperFigure() {}

    /** The headline as a figure. */
    static Figure of(EvaluationData data) {
        String title = "The paper's headline numbers and ours";
        return new Figure(
                FigureId.PAPER.id(),
                title,
                (data.isWhole()
                                ? "All " + data.paper().workloads().size() + " networks."
                                : "Of the networks that were run, where each has published numbers.")
                        + " Totals leave poolings out, as the paper's do. " + FigureElements.macUse(data),
                chart(data).stream().toList(),
                List.of(table(
                        data, FigureId.PAPER.id(), "Headline", data.published().headline())),
                List.of());
    }

    private static Optional<Chart> chart(EvaluationData data) {
        PaperComparison comparison = new PaperComparison(data);
        List<String> rows = new ArrayList<>();
        List<Point> points = new ArrayList<>();
        for (Printed p : data.published().headline()) {
            comparison.entry(p).ifPresent(e -> {
                points.add(new Point(FigureElements.percent(e.difference()), rows.size(), e.metric()));
                rows.add(e.metric());
            });
        }
        return FigureElements.differences(
                "paper",
                "Ours against the paper's headline",
                rows,
                rows.isEmpty() ? List.of() : List.of(new Cloud("ours", Palette.part(0), Palette.symbol(0), points)));
    }

    /** Printed numbers beside ours as a table. */
    static FigureTable table(EvaluationData data, String id, String title, List<Printed> numbers) {
        PaperComparison comparison = new PaperComparison(data);
        List<FigureRow> rows = new ArrayList<>();
        for (Printed p : numbers) {
            comparison
                    .entry(p)
                    .ifPresent(e -> rows.add(FigureElements.row(
                            comparison.runs(p),
                            e.metric() + (e.at().isEmpty() ? "" : " (" + e.at() + ")"),
                            e.paper(),
                            e.ours(),
                            FigureElements.percent(e.difference()),
                            e.source(),
                            e.reason())));
        }
        return new FigureTable(
                id,
                title,
                List.of(
                        words("metric", "metric"),
                        number("paper", "paper", 2),
                        number("ours", "ours", 2),
                        number("differencePercent", "diff. %", 1),
                        words("source", "source"),
                        words(FigureColumn.REASON, "reason")),
                rows);
    }
}
