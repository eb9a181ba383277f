package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.Machine;
import dev.isos.study.evaluation.WorkloadSizes;
import dev.isos.study.evaluation.WorkloadSizes.Sizes;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Operations per off-chip byte against the balance point of the machines: why sparse networks are bound by memory. */
final class ReuseFigure {
    private static final double GIGA = 1e9;
    private static final int DECADE = 10;

    /** Operations per byte of a workload when executed in some way. */
    private record Way(String path, String name, ToDoubleFunction<WorkloadSizes> reuse) {}

    private static final List<Way> WAYS = List.of(
            new Way("denseLayerByLayer", "dense, layer by layer", s -> perByte(s.denseMacs(), s.dense(), false)),
            new Way("denseFused", "dense, fused", s -> perByte(s.denseMacs(), s.dense(), true)),
            new Way("sparseLayerByLayer", "sparse, layer by layer", s -> perByte(s.effectualMacs(), s.sparse(), false)),
            new Way("sparseFused", "sparse, fused", s -> perByte(s.effectualMacs(), s.sparse(), true)));

    private ReuseFigure() {}

    private static double perByte(long macs, Sizes sizes, boolean fused) {
        return 2.0 * macs / (fused ? sizes.fused() : sizes.layerByLayer());
    }

    static Figure of(EvaluationData data) {
        Machine machine = data.beyond().machines().get(0);
        return new Figure(
                FigureId.REUSE.id(),
                "Operations per off-chip byte",
                String.format(
                        Locale.ROOT,
                        "A machine of %,.0f GOP/s and %,.0f GB/s keeps its multipliers busy from %.0f operations per byte on;"
                                + " below, bandwidth limits. Zeros take away operations faster than bytes. Layer by layer:"
                                + " every tensor of every layer moves once. Fused: weights, and what enters and leaves the"
                                + " network, move once, which is the least there is.",
                        machine.operationsPerSecond() / GIGA,
                        machine.bytesPerSecond() / GIGA,
                        machine.balance()),
                List.of(networks(data, machine), roofline(data, machine)),
                List.of(networkTable(data, machine), acceleratorTable(data)),
                remarks(data, machine));
    }

    private static Chart networks(EvaluationData data, Machine machine) {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < WAYS.size(); i++) {
            Way way = WAYS.get(i);
            series.add(new Series(
                    way.name(),
                    Palette.part(i),
                    null,
                    data.sizes().stream().map(s -> way.reuse().applyAsDouble(s)).toList()));
        }
        return new Chart(
                "reuse-networks",
                "Operations per off-chip byte at best",
                "Operations per off-chip byte that each network allows, dense and sparse, on a logarithmic scale; the line is"
                        + " the balance point, below which bandwidth limits.",
                FigureElements.CHART_HEIGHT,
                Charts.dots(
                        data.beyond().workloads(),
                        "operations per byte",
                        series,
                        machine.balance(),
                        "balance " + Math.round(machine.balance())));
    }

    private static Chart roofline(EvaluationData data, Machine machine) {
        List<Cloud> clouds = new ArrayList<>();
        double least = machine.balance();
        double most = machine.balance();
        for (int a = 0; a < data.beyond().machines().size(); a++) {
            String accelerator = data.beyond().accelerators().get(a);
            List<Point> points = new ArrayList<>();
            for (int w = 0; w < data.beyond().workloads().size(); w++) {
                RunResult run = data.beyond().run(w, a);
                points.add(new Point(
                        perByte(run),
                        rate(run) / GIGA,
                        data.beyond().workloads().get(w)));
                least = Math.min(least, perByte(run));
                most = Math.max(most, perByte(run));
            }
            clouds.add(new Cloud(
                    data.evaluation().title(accelerator), Palette.accelerator(accelerator), Palette.symbol(a), points));
        }
        double left = decadeBelow(least);
        double right = decadeBelow(most) * DECADE;
        double peak = machine.operationsPerSecond() / GIGA;
        return new Chart(
                "reuse-roofline",
                "Roofline: effectual operations per second and per byte",
                "Effectual operations per second over effectual operations per off-chip byte of every run, on logarithmic"
                        + " scales, below the line that bandwidth and multipliers allow.",
                FigureElements.CHART_HEIGHT + 80,
                Charts.roofline(
                        "effectual operations per off-chip byte",
                        "effectual GOP/s",
                        clouds,
                        "limit of the machine",
                        List.of(
                                new Point(left, left * machine.bytesPerSecond() / GIGA, "bandwidth"),
                                new Point(machine.balance(), peak, "balance"),
                                new Point(right, peak, "multipliers"))));
    }

    private static double decadeBelow(double value) {
        double decade = 1;
        while (decade > value) {
            decade /= DECADE;
        }
        while (decade * DECADE <= value) {
            decade *= DECADE;
        }
        return decade;
    }

    /** Effectual operations per off-chip byte. */
    private static double perByte(RunResult run) {
        return 2.0 * run.macs().effectual() / run.traffic().total();
    }

    /** Effectual operations per second. */
    private static double rate(RunResult run) {
        return 2.0 * run.macs().effectual() / run.seconds();
    }

    private static FigureTable networkTable(EvaluationData data, Machine machine) {
        List<FigureColumn> columns = new ArrayList<>(List.of(
                FigureElements.WORKLOAD,
                number("denseGigaoperations", "dense GOP", 2),
                number("sparseGigaoperations", "sparse GOP", 3)));
        WAYS.forEach(way -> columns.add(number(way.path(), way.name(), 1)));
        columns.add(number("balance", "balance point", 0));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < data.sizes().size(); w++) {
            WorkloadSizes sizes = data.sizes().get(w);
            List<Object> cells = new ArrayList<>(List.of(
                    data.beyond().workloads().get(w), 2 * sizes.denseMacs() / GIGA, 2 * sizes.effectualMacs() / GIGA));
            WAYS.forEach(way -> cells.add(way.reuse().applyAsDouble(sizes)));
            cells.add(machine.balance());
            rows.add(new FigureRow(cells, List.of(data.beyond().index(w, 0))));
        }
        return new FigureTable("reuse-networks", "Operations per off-chip byte that networks allow", columns, rows);
    }

    private static FigureTable acceleratorTable(EvaluationData data) {
        List<FigureColumn> columns = List.of(
                FigureElements.WORKLOAD,
                FigureElements.ACCELERATOR,
                number("operationsPerByte", "effectual op / byte", 2),
                number("gigaoperationsPerSecond", "effectual GOP/s", 1),
                number("limitGigaoperationsPerSecond", "limit GOP/s", 1),
                number("percentOfLimit", "% of limit", 1),
                number("timesLeastTraffic", "times the least bytes", 2),
                number("performedOperationsPerByte", "performed op / byte", 2));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < data.beyond().workloads().size(); w++) {
            for (int a = 0; a < data.beyond().machines().size(); a++) {
                RunResult run = data.beyond().run(w, a);
                Machine machine = data.beyond().machines().get(a);
                double limit = Math.min(machine.operationsPerSecond(), perByte(run) * machine.bytesPerSecond());
                rows.add(FigureElements.row(
                        List.of(data.beyond().index(w, a)),
                        data.beyond().workloads().get(w),
                        data.beyond().accelerators().get(a),
                        perByte(run),
                        rate(run) / GIGA,
                        limit / GIGA,
                        FigureElements.percent(rate(run) / limit),
                        run.traffic().total()
                                / (double) data.sizes().get(w).sparse().fused(),
                        2.0 * run.macs().performed() / run.traffic().total()));
            }
        }
        return new FigureTable(
                "reuse-accelerators", "Operations per off-chip byte that accelerators reach", columns, rows);
    }

    private static List<String> remarks(EvaluationData data, Machine machine) {
        List<String> remarks = new ArrayList<>();
        for (Way way : WAYS) {
            long below = data.sizes().stream()
                    .filter(s -> way.reuse().applyAsDouble(s) < machine.balance())
                    .count();
            remarks.add(String.format(
                    Locale.ROOT,
                    "%s: %.1f operations per byte (geometric mean), %d of %d networks below the balance point.",
                    way.name(),
                    Means.geometric(data.sizes(), way.reuse()),
                    below,
                    data.sizes().size()));
        }
        remarks.add(
                "Sparse tensors are counted in the smallest of three formats: a byte per element; a bit per element and a"
                        + " byte per non-zero; two bytes per non-zero. An operation is a multiplication or an addition.");
        return remarks;
    }
}
