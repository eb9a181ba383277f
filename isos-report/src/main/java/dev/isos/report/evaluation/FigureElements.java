package dev.isos.report.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.Ratio;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What several figures of an evaluation have in common. */
final class FigureElements {
    /** Cell where no published number is at hand. */
    static final String NOT_AT_HAND = "n/a";
    /** What it means. */
    static final String NOT_AT_HAND_MEANS = NOT_AT_HAND + ": no published number is at hand.";
    /** To be said of totals of the paper's machines. */
    static final String WITHOUT_POOLINGS =
            "Totals leave out poolings that run by themselves, as the published ones do.";

    static final FigureColumn WORKLOAD = FigureColumn.words("workload", "workload");
    static final FigureColumn ACCELERATOR = FigureColumn.words("accelerator", "accelerator");
    static final int CHART_HEIGHT = 380;

    private static final double BYTES_PER_MEGABYTE = 1e6;

    private static final int ROW_HEIGHT = 20;
    private static final int AROUND_ROWS = 100;

    private FigureElements() {}

    /** Height of a chart with bars from top to bottom. */
    static int rows(int bars) {
        return AROUND_ROWS + ROW_HEIGHT * bars;
    }

    /** A row; null for nothing. */
    static FigureRow row(List<Integer> runs, Object... cells) {
        return new FigureRow(Arrays.asList(cells), runs);
    }

    static double megabytes(long bytes) {
        return bytes / BYTES_PER_MEGABYTE;
    }

    static double percent(double share) {
        return 100 * share;
    }

    /** Part of a whole, percent; 0 of nothing. */
    static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    /** What took the largest share of the cycles, for example {@code memory 83 %}. */
    static String boundBy(RunResult run) {
        RunResult.Bound bound = run.bound();
        double most = Math.max(bound.compute(), Math.max(bound.memory(), bound.other()));
        String what = most == bound.compute() ? "compute" : most == bound.memory() ? "memory" : "other";
        return what + " " + Math.round(percent(most)) + "%";
    }

    /** Workloads, and their mean if there are several. */
    static List<String> withMean(List<String> workloads) {
        List<String> all = new ArrayList<>(workloads);
        if (workloads.size() > 1) {
            all.add(EvaluationData.MEAN);
        }
        return all;
    }

    /** A published ratio, or null where none is at hand. */
    interface Marks {
        /** @param workload id, or {@link EvaluationData#MEAN} for the geometric mean */
        Double of(String workload, String accelerator, String reference);
    }

    /**
     * Ratios over a reference with their geometric mean, as bars by workload, a colour for each accelerator.
     *
     * @param prefix of the chart's id
     */
    static Chart ratios(ComparedRuns data, Metric metric, String reference, String prefix, Marks published) {
        boolean speed = metric == Metric.SPEEDUP;
        List<String> categories = withMean(data.workloads());
        List<Series> series = new ArrayList<>();
        boolean marked = false;
        for (String accelerator : data.accelerators()) {
            Ratio ratio = Ratio.of(data, metric, accelerator, reference);
            List<Double> values = new ArrayList<>(ratio.values());
            if (values.size() > 1) {
                values.add(ratio.geometricMean());
            }
            List<Double> marks = new ArrayList<>();
            categories.forEach(category -> marks.add(published.of(category, accelerator, reference)));
            marked |= marks.stream().anyMatch(Objects::nonNull);
            series.add(new Series(accelerator, Palette.accelerator(accelerator), null, values, marks));
        }
        String title = (speed ? "Times faster than " : "Times fewer off-chip bytes than ") + reference;
        String marks = marked ? "; dashes: published" : "";
        return new Chart(
                prefix + (speed ? "speedup-over-" : "traffic-reduction-over-") + reference,
                title + marks,
                title + ", for every accelerator on every workload; above 1 is better" + marks + ".",
                CHART_HEIGHT,
                Charts.bars(categories, title, series));
    }

    /** Cells of a published number and of ours, and their difference in percent. */
    static List<Object> beside(Optional<Double> published, Double ours) {
        return Arrays.asList(
                published.map(Object.class::cast).orElse(NOT_AT_HAND),
                ours,
                published
                        .filter(p -> ours != null)
                        .map(p -> percent(ours / p - 1))
                        .orElse(null));
    }
}
