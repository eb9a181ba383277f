package dev.isos.cli.evaluation;

import dev.isos.cli.evaluation.Evaluation.PaperFigure;
import dev.isos.cli.evaluation.Evaluation.Statistic;
import java.util.List;

/** A published figure beside ours. */
public final class PaperComparison {
    private PaperComparison() {}

    /**
     * A published figure, ours, and how far ours is from it.
     *
     * @param difference relative to the published one: ours / paper - 1
     * @param reason what our runs tell of a large difference, in a sentence or two; empty of a small one
     */
    public record Entry(String metric, double paper, double ours, double difference, String reason, String source) {}

    /** Every published figure of the evaluation that the metrics allow. */
    public static List<Entry> of(EvaluationData data, List<Evaluation.Metric> metrics) {
        return data.evaluation().paper().stream()
                .filter(p -> metrics.contains(p.metric()))
                .map(p -> entry(data, p))
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
                "",
                data.evaluation().sources().get(p.source()));
    }
}
