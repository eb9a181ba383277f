package dev.isos.cli.evaluation;

import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.evaluation.Evaluation.PaperFigure;
import dev.isos.cli.evaluation.Evaluation.Statistic;
import dev.isos.cli.figure.Chart;
import dev.isos.cli.figure.Charts;
import dev.isos.cli.figure.Charts.Series;
import dev.isos.cli.figure.Figure;
import dev.isos.cli.figure.FigureColumn;
import dev.isos.cli.figure.FigureRow;
import dev.isos.cli.figure.FigureTable;
import dev.isos.cli.figure.Palette;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Published figures beside ours. */
public final class PaperComparison {
    /** Name of the figure, and of its table and chart. */
    public static final String ID = "paper";

    private PaperComparison() {}

    /**
     * A published figure, ours, and how far ours is from it.
     *
     * @param difference relative to the published one: ours / paper - 1
     * @param reason what our runs tell of a large difference, in a sentence or two; empty of a small one
     */
    public record Entry(String metric, double paper, double ours, double difference, String reason, String source) {}

    /** Every published figure of the metrics. */
    public static List<Entry> entries(EvaluationData data, List<Metric> metrics) {
        return figures(data, metrics).stream().map(p -> entry(data, p)).toList();
    }

    private static List<PaperFigure> figures(EvaluationData data, List<Metric> metrics) {
        return data.evaluation().paper().stream()
                .filter(p -> metrics.contains(p.metric()))
                .toList();
    }

    private static Entry entry(EvaluationData data, PaperFigure p) {
        Ratio ratio = Ratio.of(data, p.metric(), p.accelerator(), p.reference());
        double ours = p.statistic() == Statistic.MAXIMUM ? ratio.values().get(ratio.largest()) : ratio.geometricMean();
        double difference = ours / p.value() - 1;
        return new Entry(
                p.title(),
                p.value(),
                ours,
                difference,
                new DifferenceReason(data).of(p, difference),
                data.evaluation().sources().get(p.source()));
    }

    private static double ours(Ratio ratio, Statistic statistic) {
        return statistic == Statistic.MAXIMUM ? ratio.values().get(ratio.largest()) : ratio.geometricMean();
    }

    /** Rows of ours alone: what the accelerators that figures are published of reach where none is published. */
    private static List<FigureRow> unpublished(EvaluationData data, List<Metric> metrics) {
        List<FigureRow> rows = new ArrayList<>();
        List<String> published =
                figures(data, metrics).stream().map(PaperFigure::title).toList();
        for (String accelerator : data.evaluation().pipelining()) {
            if (published.stream().noneMatch(title -> title.startsWith(accelerator + " "))) {
                continue;
            }
            for (String reference : data.evaluation().references()) {
                for (Metric metric : metrics) {
                    for (Statistic statistic : Statistic.values()) {
                        String title = PaperFigure.title(metric, statistic, accelerator, reference);
                        if (!published.contains(title)) {
                            Ratio ratio = Ratio.of(data, metric, accelerator, reference);
                            rows.add(Parts.row(runs(data, accelerator, reference), title, ours(ratio, statistic)));
                        }
                    }
                }
            }
        }
        return rows;
    }

    private static List<Integer> runs(EvaluationData data, String accelerator, String reference) {
        List<Integer> runs = new ArrayList<>(data.indicesOn(accelerator));
        runs.addAll(data.indicesOn(reference));
        return runs;
    }

    /** The comparison as a figure. */
    static Figure of(EvaluationData data, List<Metric> metrics) {
        List<FigureRow> rows = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Double> published = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Entry> entries = entries(data, metrics);
        List<String> sources = new ArrayList<>(
                new LinkedHashSet<>(entries.stream().map(Entry::source).toList()));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            PaperFigure p = figures(data, metrics).get(i);
            rows.add(Parts.row(
                    runs(data, p.accelerator(), p.reference()),
                    entry.metric(),
                    entry.paper(),
                    entry.ours(),
                    Parts.percent(entry.difference()),
                    "[" + (sources.indexOf(entry.source()) + 1) + "]",
                    entry.reason()));
            names.add(entry.metric());
            published.add(entry.paper());
            ours.add(entry.ours());
        }
        List<String> remarks = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            remarks.add("[" + (i + 1) + "] " + sources.get(i) + ".");
        }
        remarks.add(data.evaluation().note());
        remarks.add(data.evaluation().unknown());
        String title = "Published figures beside ours";
        return new Figure(
                ID,
                title,
                "How many times faster, and how many times fewer bytes off chip. No parameter is set to come nearer to a"
                        + " published figure. A difference of more than 15 % has its reason as far as our runs show it.",
                List.of(new Chart(
                        ID,
                        title,
                        "Published ratios and ours: " + String.join("; ", names) + ".",
                        60 + 44 * names.size(),
                        Charts.horizontalBars(
                                names,
                                "times",
                                List.of(
                                        new Series("paper", Palette.part(5), null, published),
                                        new Series("ours", Palette.part(0), null, ours))))),
                tables(rows, unpublished(data, metrics)),
                remarks);
    }

    private static List<FigureTable> tables(List<FigureRow> published, List<FigureRow> unpublished) {
        List<FigureTable> tables = new ArrayList<>();
        tables.add(new FigureTable(
                ID,
                "Published figures and ours, times",
                List.of(
                        FigureColumn.words("metric", "metric"),
                        FigureColumn.number("paper", "paper", 2),
                        FigureColumn.number("ours", "ours", 2),
                        FigureColumn.number("differencePercent", "diff. %", 1),
                        FigureColumn.words("source", "source"),
                        FigureColumn.words("reason", "reason")),
                published));
        if (!unpublished.isEmpty()) {
            tables.add(new FigureTable(
                    "unpublished",
                    "Ours of which no published figure is at hand, times",
                    List.of(FigureColumn.words("metric", "metric"), FigureColumn.number("ours", "ours", 2)),
                    unpublished));
        }
        return tables;
    }
}
