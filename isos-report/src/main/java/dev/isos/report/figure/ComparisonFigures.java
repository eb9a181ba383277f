package dev.isos.report.figure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * Figures of accelerators beside each other on some workloads: speed, bytes off chip, energy, each relative to one of the
 * accelerators. Configurations of one accelerator count as accelerators of their own.
 */
public final class ComparisonFigures {
    private static final String MEAN = "geometric mean";
    /** More piles than that cannot be told apart on a page. */
    private static final int MOST_PILES = 28;

    private static final double MS_PER_SECOND = 1e3;
    private static final double BYTES_PER_MB = 1e6;
    private static final double PJ_PER_UJ = 1e6;
    private static final double PERCENT = 100;

    private final List<RunResult> runs;
    private final List<String> workloads;
    private final List<String> accelerators;
    private final int baseline;

    private ComparisonFigures(List<RunResult> runs, int accelerators, int baseline) {
        this.runs = runs;
        this.baseline = baseline;
        this.accelerators = runs.subList(0, accelerators).stream()
                .map(r -> r.accelerator().name())
                .toList();
        this.workloads = IntStream.range(0, runs.size() / accelerators)
                .mapToObj(w -> runs.get(w * accelerators).workload().id())
                .toList();
    }

    /**
     * The figures.
     *
     * @param runs workload by workload, each on the same accelerators in the same order, as in the report
     * @param accelerators how many there are
     * @param baseline position of the accelerator that the others are compared with
     */
    public static List<Figure> of(List<RunResult> runs, int accelerators, int baseline) {
        if (runs.isEmpty() || runs.size() % accelerators != 0) {
            throw new IllegalArgumentException(runs.size() + " runs on " + accelerators + " accelerators");
        }
        ComparisonFigures figures = new ComparisonFigures(List.copyOf(runs), accelerators, baseline);
        List<Figure> all = new ArrayList<>(List.of(figures.speed(), figures.traffic(), figures.energy()));
        all.addAll(CrossingFigures.of(figures.runs, accelerators, baseline));
        return List.copyOf(all);
    }

    private record Value(FigureColumn column, Function<RunResult, Object> of) {}

    private Figure speed() {
        String title = "Speed-up over " + name();
        return new Figure(
                "speed",
                title,
                "How many times faster each accelerator is than " + name()
                        + " on the same workload; above 1 is faster.",
                List.of(ratioChart("speed-ratio", title, "times faster", RunResult::speedupOver)),
                List.of(table(
                        "speed",
                        "Time",
                        "speedup",
                        "speed-up",
                        RunResult::speedupOver,
                        List.of(
                                new Value(FigureColumn.number("cycles", "cycles", 0), RunResult::cycles),
                                new Value(
                                        FigureColumn.number("milliseconds", "ms", 3), r -> r.seconds() * MS_PER_SECOND),
                                new Value(
                                        FigureColumn.number("macUtilizationPercent", "MACs used, %", 1),
                                        r -> r.macUtilization() * PERCENT),
                                new Value(
                                        FigureColumn.number("computePercent", "compute-bound, %", 1),
                                        r -> r.bound().compute() * PERCENT),
                                new Value(
                                        FigureColumn.number("memoryPercent", "memory-bound, %", 1),
                                        r -> r.bound().memory() * PERCENT)))),
                List.of());
    }

    private Figure traffic() {
        List<Chart> charts = new ArrayList<>();
        charts.add(ratioChart(
                "traffic-ratio",
                "Off-chip traffic against " + name(),
                "times fewer bytes",
                RunResult::trafficReductionOver));
        if (runs.size() <= MOST_PILES) {
            charts.add(piles(
                    "traffic-bytes",
                    "Bytes off chip by tensor",
                    "MB",
                    List.of("weights", "inputs", "outputs", "residuals"),
                    r -> List.of(
                            r.traffic().weights() / BYTES_PER_MB,
                            r.traffic().inputs() / BYTES_PER_MB,
                            r.traffic().outputs() / BYTES_PER_MB,
                            r.traffic().residuals() / BYTES_PER_MB)));
        }
        return new Figure(
                "traffic",
                "Off-chip traffic",
                "Bytes between the chip and its memory, in all and by the tensor they belong to; a ratio above 1 means fewer"
                        + " bytes than " + name() + ".",
                charts,
                List.of(table(
                        "traffic",
                        "Bytes off chip",
                        "trafficReduction",
                        "times fewer bytes",
                        RunResult::trafficReductionOver,
                        List.of(
                                megabytes("total", "total, MB", r -> r.traffic().total()),
                                megabytes(
                                        "weights",
                                        "weights, MB",
                                        r -> r.traffic().weights()),
                                megabytes(
                                        "inputs", "inputs, MB", r -> r.traffic().inputs()),
                                megabytes(
                                        "outputs",
                                        "outputs, MB",
                                        r -> r.traffic().outputs()),
                                megabytes(
                                        "residuals",
                                        "residuals, MB",
                                        r -> r.traffic().residuals())))),
                List.of());
    }

    private Figure energy() {
        ToDoubleBiFunction<RunResult, RunResult> ratio = RunResult::energyReductionOver;
        List<Chart> charts = new ArrayList<>();
        charts.add(ratioChart("energy-ratio", "Energy against " + name(), "times less energy", ratio));
        if (runs.size() <= MOST_PILES) {
            charts.add(piles(
                    "energy-parts",
                    "Energy by use",
                    "µJ",
                    List.of("MACs", "SRAM", "DRAM", "other"),
                    r -> List.of(
                            r.energyPj().mac() / PJ_PER_UJ,
                            r.energyPj().sram() / PJ_PER_UJ,
                            r.energyPj().dram() / PJ_PER_UJ,
                            r.energyPj().other() / PJ_PER_UJ)));
        }
        return new Figure(
                "energy",
                "Energy",
                "Energy of a run by what it is spent on; a ratio above 1 means less than " + name() + ".",
                charts,
                List.of(table(
                        "energy",
                        "Energy",
                        "energyReduction",
                        "times less energy",
                        ratio,
                        List.of(
                                microjoules(
                                        "total", "total, µJ", r -> r.energyPj().total()),
                                microjoules("mac", "MACs, µJ", r -> r.energyPj().mac()),
                                microjoules(
                                        "sram", "SRAM, µJ", r -> r.energyPj().sram()),
                                microjoules(
                                        "dram", "DRAM, µJ", r -> r.energyPj().dram()),
                                microjoules(
                                        "other", "other, µJ", r -> r.energyPj().other())))),
                List.of());
    }

    private static Value megabytes(String role, String header, Function<RunResult, Long> bytes) {
        return new Value(FigureColumn.number(role + "Megabytes", header, 2), r -> bytes.apply(r) / BYTES_PER_MB);
    }

    private static Value microjoules(String use, String header, Function<RunResult, Double> picojoules) {
        return new Value(FigureColumn.number(use + "Microjoules", header, 1), r -> picojoules.apply(r) / PJ_PER_UJ);
    }

    private String name() {
        return accelerators.get(baseline);
    }

    private RunResult run(int workload, int accelerator) {
        return runs.get(workload * accelerators.size() + accelerator);
    }

    private double ratio(ToDoubleBiFunction<RunResult, RunResult> ratio, int workload, int accelerator) {
        return ratio.applyAsDouble(run(workload, accelerator), run(workload, baseline));
    }

    private double mean(ToDoubleBiFunction<RunResult, RunResult> ratio, int accelerator) {
        return Means.geometric(IntStream.range(0, workloads.size())
                .mapToDouble(w -> ratio(ratio, w, accelerator))
                .toArray());
    }

    /** Accelerators have their own colours, configurations of them further ones. */
    private String colour(int accelerator) {
        return isConfigured(accelerator)
                ? Palette.part((int) IntStream.range(0, accelerator)
                        .filter(this::isConfigured)
                        .count())
                : Palette.accelerator(accelerators.get(accelerator));
    }

    private boolean isConfigured(int accelerator) {
        AcceleratorSummary summary = runs.get(accelerator).accelerator();
        return !summary.name().equals(summary.id());
    }

    /** Bars by workload and, if there are several, their mean. */
    private Chart ratioChart(String id, String title, String axis, ToDoubleBiFunction<RunResult, RunResult> ratio) {
        List<String> categories = new ArrayList<>(workloads);
        if (workloads.size() > 1) {
            categories.add(MEAN);
        }
        List<Charts.Series> series = new ArrayList<>();
        for (int a = 0; a < accelerators.size(); a++) {
            List<Double> values = new ArrayList<>();
            for (int w = 0; w < workloads.size(); w++) {
                values.add(ratio(ratio, w, a));
            }
            if (workloads.size() > 1) {
                values.add(mean(ratio, a));
            }
            series.add(new Charts.Series(accelerators.get(a), colour(a), null, values));
        }
        return new Chart(
                id,
                title,
                "Bars: " + axis + " than " + name() + ", by workload, one bar per accelerator.",
                420,
                Charts.bars(categories, axis, series));
    }

    /** A pile per run. */
    private Chart piles(
            String id, String title, String unit, List<String> parts, Function<RunResult, List<Double>> values) {
        List<String> categories = runs.stream()
                .map(r -> workloads.size() == 1
                        ? r.accelerator().name()
                        : r.workload().id() + ", " + r.accelerator().name())
                .toList();
        List<Charts.Series> series = new ArrayList<>();
        for (int p = 0; p < parts.size(); p++) {
            int part = p;
            series.add(new Charts.Series(
                    parts.get(p),
                    Palette.part(p),
                    "all",
                    runs.stream().map(r -> values.apply(r).get(part)).toList()));
        }
        ObjectNode option = Charts.bars(categories, unit, series);
        return new Chart(
                id, title, "Bars in piles: " + unit + " by run, parts " + String.join(", ", parts) + ".", 460, option);
    }

    /** A row per run, then one per accelerator with its mean. */
    private FigureTable table(
            String id,
            String title,
            String ratioPath,
            String ratioHeader,
            ToDoubleBiFunction<RunResult, RunResult> ratio,
            List<Value> values) {
        List<FigureColumn> columns = new ArrayList<>();
        columns.add(FigureColumn.words("workload", "workload"));
        columns.add(FigureColumn.words("accelerator", "accelerator"));
        columns.add(FigureColumn.number(ratioPath, ratioHeader, 2));
        values.forEach(value -> columns.add(value.column()));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < workloads.size(); w++) {
            for (int a = 0; a < accelerators.size(); a++) {
                RunResult run = run(w, a);
                List<Object> cells = new ArrayList<>();
                cells.add(workloads.get(w));
                cells.add(accelerators.get(a));
                cells.add(ratio(ratio, w, a));
                values.forEach(value -> cells.add(value.of().apply(run)));
                int position = w * accelerators.size() + a;
                int reference = w * accelerators.size() + baseline;
                rows.add(
                        new FigureRow(cells, position == reference ? List.of(position) : List.of(position, reference)));
            }
        }
        for (int a = 0; workloads.size() > 1 && a < accelerators.size(); a++) {
            List<Object> cells = new ArrayList<>();
            cells.add(MEAN);
            cells.add(accelerators.get(a));
            cells.add(mean(ratio, a));
            values.forEach(value -> cells.add(null));
            rows.add(new FigureRow(cells, behindMean(a)));
        }
        return new FigureTable(id, title, columns, rows);
    }

    private List<Integer> behindMean(int accelerator) {
        return IntStream.range(0, workloads.size())
                .flatMap(w -> IntStream.of(w * accelerators.size() + accelerator, w * accelerators.size() + baseline))
                .distinct()
                .boxed()
                .toList();
    }
}
