package dev.isos.report.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

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
    private static final int FEWEST_OF_A_CURVE = 3;

    private static final double BYTES_PER_MEGABYTE = 1e6;

    private static final int ROW_HEIGHT = 20;
    private static final int AROUND_ROWS = 100;

    private FigureElements() {}

    /** To be said of published shares of the MACs. */
    static String macUse(EvaluationData data) {
        return String.format(
                Locale.ROOT,
                "Published shares of the MACs are divided by %s: the paper's figure reads that much too high, as its bars of the"
                        + " dense machine show.",
                data.published().networks().macUseReadsHigh());
    }

    /** What things are called, by id. */
    static List<String> titles(EvaluationData data, List<String> ids) {
        return ids.stream().map(data.evaluation()::title).toList();
    }

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

    /** A network with its workloads, by position, sparsest last. */
    record Family(String title, List<Integer> workloads) {
        /** Whether there are enough for a line over sparsity. */
        boolean isCurve() {
            return workloads.size() >= FEWEST_OF_A_CURVE;
        }
    }

    /** The workloads by network, in order. */
    static List<Family> families(EvaluationData data, ComparedRuns runs) {
        Map<String, List<Integer>> all = new LinkedHashMap<>();
        for (int w = 0; w < runs.workloads().size(); w++) {
            all.computeIfAbsent(runs.run(w, 0).workload().network(), network -> new ArrayList<>())
                    .add(w);
        }
        List<Family> families = new ArrayList<>();
        all.forEach((network, workloads) -> families.add(new Family(
                data.evaluation().title(network),
                workloads.stream()
                        .sorted(Comparator.comparingDouble(w -> sparsityPercent(runs, w)))
                        .toList())));
        return families;
    }

    /** The workload in the middle of each network's, where there is no room for all. */
    static List<Integer> representatives(EvaluationData data, ComparedRuns runs) {
        return families(data, runs).stream()
                .map(family -> family.workloads().get(family.workloads().size() / 2))
                .toList();
    }

    static double sparsityPercent(ComparedRuns runs, int workload) {
        return percent(1 - runs.run(workload, 0).workload().weightDensity());
    }

    /** A value of a run, by positions of workload and accelerator; null of none. */
    interface Value {
        Double of(int workload, int accelerator);
    }

    /**
     * Values by workload, a colour for each accelerator: a line over sparsity of each network that has many sparsities, bars of the
     * others.
     *
     * @param title of the charts, what the values are
     * @param axis name of their axis, which ends in the unit
     * @param values ours
     * @param published may be null of all
     * @param means one per accelerator, at the end of the bars; empty for none
     * @param marksOfMeans published ones; empty or with nulls for none
     * @param logarithmic whether values lie far apart
     */
    static List<Chart> byWorkload(
            EvaluationData data,
            ComparedRuns runs,
            String id,
            String title,
            String axis,
            Value values,
            Value published,
            List<Double> means,
            List<Double> marksOfMeans,
            boolean logarithmic) {
        List<Chart> charts = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        for (Family family : families(data, runs)) {
            if (family.isCurve()) {
                charts.add(curve(
                        data, runs, id, title + ": " + family.title(), axis, values, published, family, logarithmic));
            } else {
                rest.addAll(family.workloads());
            }
        }
        List<String> categories =
                new ArrayList<>(rest.stream().map(runs.workloads()::get).toList());
        if (!means.isEmpty()) {
            categories.add(EvaluationData.MEAN);
        }
        List<Series> series = new ArrayList<>();
        boolean marked = false;
        for (int a = 0; a < runs.accelerators().size(); a++) {
            int accelerator = a;
            List<Double> ours = new ArrayList<>(
                    rest.stream().map(w -> values.of(w, accelerator)).toList());
            List<Double> marks = new ArrayList<>(
                    rest.stream().map(w -> published.of(w, accelerator)).toList());
            if (!means.isEmpty()) {
                ours.add(means.get(a));
                marks.add(marksOfMeans.isEmpty() ? null : marksOfMeans.get(a));
            }
            marked |= marks.stream().anyMatch(Objects::nonNull);
            String name = runs.accelerators().get(a);
            series.add(new Series(data.evaluation().title(name), Palette.accelerator(name), null, ours, marks));
        }
        if (!categories.isEmpty()) {
            String of = charts.isEmpty()
                    ? ""
                    : means.isEmpty() ? ": other networks" : ": other networks, and the mean of all";
            charts.add(new Chart(
                    id,
                    title + of + (marked ? "; dashes: published" : ""),
                    title + of + ", of every accelerator on every workload"
                            + (marked ? "; published values are marked" : "") + ".",
                    CHART_HEIGHT,
                    logarithmic ? Charts.dots(categories, axis, series) : Charts.bars(categories, axis, series)));
        }
        return charts;
    }

    private static Chart curve(
            EvaluationData data,
            ComparedRuns runs,
            String id,
            String title,
            String axis,
            Value values,
            Value published,
            Family family,
            boolean logarithmic) {
        List<Cloud> curves = new ArrayList<>();
        List<Point> marks = new ArrayList<>();
        for (int a = 0; a < runs.accelerators().size(); a++) {
            String name = runs.accelerators().get(a);
            List<Point> points = new ArrayList<>();
            for (int w : family.workloads()) {
                double x = sparsityPercent(runs, w);
                points.add(new Point(x, values.of(w, a), runs.workloads().get(w)));
                Double mark = published.of(w, a);
                if (mark != null) {
                    marks.add(new Point(
                            x,
                            mark,
                            runs.workloads().get(w) + ", " + data.evaluation().title(name)));
                }
            }
            curves.add(new Cloud(data.evaluation().title(name), Palette.accelerator(name), Palette.symbol(a), points));
        }
        return new Chart(
                id + "-" + DataflowTables.slug(family.title()),
                title + (marks.isEmpty() ? "" : "; dashes: published"),
                title + ", of every accelerator over the share of weights that are zero"
                        + (marks.isEmpty() ? "" : "; published values are marked") + ".",
                CHART_HEIGHT,
                Charts.curves("weights that are zero, percent", axis, logarithmic, curves, marks));
    }

    /** A published ratio, or null where none is at hand. */
    interface Marks {
        /** @param workload id, or {@link EvaluationData#MEAN} for the geometric mean */
        Double of(String workload, String accelerator, String reference);
    }

    /**
     * Ratios over a reference with their geometric mean.
     *
     * @param prefix of the charts' ids
     */
    static List<Chart> ratios(
            EvaluationData all, ComparedRuns data, Metric metric, String reference, String prefix, Marks published) {
        boolean speed = metric == Metric.SPEEDUP;
        List<Ratio> ratios = data.accelerators().stream()
                .map(accelerator -> Ratio.of(data, metric, accelerator, reference))
                .toList();
        boolean several = data.workloads().size() > 1;
        return byWorkload(
                all,
                data,
                prefix + (speed ? "speedup-over-" : "traffic-reduction-over-") + reference,
                (speed ? "Speed relative to " : "Off-chip bytes saved relative to ")
                        + all.evaluation().title(reference),
                speed ? "times faster" : "times fewer bytes",
                (w, a) -> ratios.get(a).values().get(w),
                (w, a) -> published.of(
                        data.workloads().get(w), data.accelerators().get(a), reference),
                several ? ratios.stream().map(Ratio::geometricMean).toList() : List.of(),
                several
                        ? data.accelerators().stream()
                                .map(a -> published.of(EvaluationData.MEAN, a, reference))
                                .collect(Collectors.toList())
                        : List.of(),
                false);
    }

    /** How many percent ours are more or less than the published; empty where nothing can be compared. */
    static Optional<Chart> differences(String id, String title, List<String> rows, List<Cloud> clouds) {
        return clouds.isEmpty()
                ? Optional.empty()
                : Optional.of(new Chart(
                        id,
                        title,
                        title + ", in percent: a mark for each, joined to the line of the published.",
                        rows(2 * rows.size()),
                        Charts.differences(rows, "difference from the published, percent", clouds)));
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
