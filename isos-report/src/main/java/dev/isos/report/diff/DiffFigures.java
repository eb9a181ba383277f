package dev.isos.report.diff;

import dev.isos.report.diff.Waterfall.Step;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.text.DiffReport;
import dev.isos.study.diff.AmountDelta;
import dev.isos.study.diff.CountDelta;
import dev.isos.study.diff.ResultDiff;
import dev.isos.study.diff.RunDiff;
import dev.isos.study.diff.RunDiff.Block;
import dev.isos.study.diff.RunDiff.Change;
import dev.isos.study.diff.RunDiff.LayerDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A figure for each pair of runs: waterfalls over the segments, and tables. */
public final class DiffFigures {
    private static final double PERCENT = 100;
    private static final double PJ_PER_UJ = 1e6;
    private static final int CHART_HEAD = 110;
    private static final int BAR_HEIGHT = 26;

    private DiffFigures() {}

    /**
     * The figures.
     *
     * @return in the order of the runs; the n-th pair's runs are those at positions 2n and 2n+1 of the report
     */
    public static List<Figure> of(ResultDiff diff) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < diff.runs().size(); i++) {
            figures.add(figure(diff.runs().get(i), "diff-" + (i + 1), List.of(2 * i, 2 * i + 1)));
        }
        return figures;
    }

    private static Figure figure(RunDiff run, String id, List<Integer> runs) {
        List<Chart> charts = new ArrayList<>();
        chart(charts, run, id + "-cycles", "Cycles", "cycles", block ->
                (double) block.cost().cycles().difference());
        chart(charts, run, id + "-bytes", "Bytes off chip", "bytes", block ->
                (double) block.cost().traffic().total().difference());
        chart(charts, run, id + "-energy", "Energy", "µJ", block -> {
            Double difference = block.cost().energyPj().total().difference();
            return difference == null ? null : difference / PJ_PER_UJ;
        });
        List<FigureTable> tables = new ArrayList<>();
        tables.add(totals(run, id + "-totals", runs));
        if (!run.configuration().isEmpty()) {
            tables.add(configuration(run, id + "-configuration"));
        }
        tables.add(blocks(run, id + "-segments", runs));
        tables.add(layers(run, id + "-layers", runs));
        List<String> remarks = run.configuration().isEmpty()
                ? List.of("The configurations are the same, and so are the outputs.")
                : List.of();
        return new Figure(
                id,
                DiffReport.title(run),
                "What B takes more or less than A, segment after segment; segments that the two cut differently are taken"
                        + " together, up to the next cut that both have.",
                charts,
                tables,
                remarks);
    }

    private static void chart(
            List<Chart> charts,
            RunDiff run,
            String id,
            String title,
            String unit,
            Function<Block, @Nullable Double> difference) {
        if (run.blocks().stream().anyMatch(block -> difference.apply(block) == null)) {
            return; // what was written before results had energy by segment
        }
        List<Step> steps = Waterfall.largest(run.blocks().stream()
                .map(block -> new Step(name(block), difference.apply(block)))
                .toList());
        charts.add(new Chart(
                id,
                title + " of B less those of A".replace("those", title.equals("Energy") ? "that" : "those"),
                "Differences by segment, each bar from where the one before has ended; the last bar is the whole run's.",
                CHART_HEAD + BAR_HEIGHT * (steps.size() + 1),
                Waterfall.of(steps, unit)));
    }

    private static String name(Block block) {
        return block.firstLayer().equals(block.lastLayer())
                ? block.firstLayer()
                : block.firstLayer() + " to " + block.lastLayer();
    }

    private static FigureTable totals(RunDiff run, String id, List<Integer> runs) {
        List<FigureRow> rows = new ArrayList<>();
        count(rows, "cycles", run.total().cycles(), runs);
        count(rows, "bytes off chip", run.total().traffic().total(), runs);
        count(rows, "bytes of weights", run.total().traffic().weights(), runs);
        count(rows, "bytes of inputs", run.total().traffic().inputs(), runs);
        count(rows, "bytes of outputs", run.total().traffic().outputs(), runs);
        count(rows, "bytes of residuals", run.total().traffic().residuals(), runs);
        amount(rows, "energy, pJ", run.total().energyPj().total(), runs);
        amount(rows, "energy of MACs, pJ", run.total().energyPj().mac(), runs);
        amount(rows, "energy of SRAM, pJ", run.total().energyPj().sram(), runs);
        amount(rows, "energy of DRAM, pJ", run.total().energyPj().dram(), runs);
        amount(rows, "other energy, pJ", run.total().energyPj().other(), runs);
        return new FigureTable(
                id,
                "Whole runs",
                List.of(
                        FigureColumn.words("cost", "cost"),
                        FigureColumn.number("a", "A", 0),
                        FigureColumn.number("b", "B", 0),
                        FigureColumn.number("difference", "difference", 0),
                        FigureColumn.number("changePercent", "change, %", 1)),
                rows);
    }

    private static void count(List<FigureRow> rows, String name, CountDelta delta, List<Integer> runs) {
        rows.add(new FigureRow(cells(name, delta.a(), delta.b(), delta.difference(), percent(delta.change())), runs));
    }

    private static void amount(List<FigureRow> rows, String name, AmountDelta delta, List<Integer> runs) {
        rows.add(new FigureRow(cells(name, delta.a(), delta.b(), delta.difference(), percent(delta.change())), runs));
    }

    private static @Nullable Double percent(@Nullable Double change) {
        return change == null ? null : PERCENT * change;
    }

    /** Of which some may be null. */
    private static List<Object> cells(@Nullable Object... values) {
        return java.util.Arrays.asList(values);
    }

    private static FigureTable configuration(RunDiff run, String id) {
        return new FigureTable(
                id,
                "Configuration and outputs, where they differ",
                List.of(
                        FigureColumn.words("key", "property"),
                        FigureColumn.words("a", "A"),
                        FigureColumn.words("b", "B")),
                run.configuration().stream().map(DiffFigures::change).toList());
    }

    private static FigureRow change(Change change) {
        return new FigureRow(cells(change.key(), change.a(), change.b()), List.of());
    }

    private static List<FigureColumn> costs() {
        return List.of(
                FigureColumn.number("cyclesA", "cycles A", 0),
                FigureColumn.number("cyclesB", "cycles B", 0),
                FigureColumn.number("cyclesDifference", "cycles, difference", 0),
                FigureColumn.number("bytesA", "bytes off chip A", 0),
                FigureColumn.number("bytesB", "bytes off chip B", 0),
                FigureColumn.number("bytesDifference", "bytes, difference", 0),
                FigureColumn.number("energyPjA", "energy A, pJ", 0),
                FigureColumn.number("energyPjB", "energy B, pJ", 0),
                FigureColumn.number("energyPjDifference", "energy, difference, pJ", 0));
    }

    private static List<Object> costs(CountDelta cycles, CountDelta bytes, AmountDelta energy) {
        return cells(
                cycles.a(),
                cycles.b(),
                cycles.difference(),
                bytes.a(),
                bytes.b(),
                bytes.difference(),
                energy.a(),
                energy.b(),
                energy.difference());
    }

    private static FigureTable blocks(RunDiff run, String id, List<Integer> runs) {
        List<FigureColumn> columns = new ArrayList<>(List.of(
                FigureColumn.words("layers", "layers"),
                FigureColumn.number("segmentsA", "segments A", 0),
                FigureColumn.number("segmentsB", "segments B", 0)));
        columns.addAll(costs());
        List<FigureRow> rows = new ArrayList<>();
        for (Block block : run.blocks()) {
            List<Object> cells =
                    new ArrayList<>(cells(name(block), (long) block.segmentsA(), (long) block.segmentsB()));
            cells.addAll(costs(
                    block.cost().cycles(),
                    block.cost().traffic().total(),
                    block.cost().energyPj().total()));
            rows.add(new FigureRow(cells, runs));
        }
        return new FigureTable(id, "Segments, between the cuts that both have", columns, rows);
    }

    private static FigureTable layers(RunDiff run, String id, List<Integer> runs) {
        List<FigureColumn> columns = new ArrayList<>(List.of(FigureColumn.words("layer", "layer")));
        columns.addAll(costs());
        columns.add(FigureColumn.words("differs", "also differs in"));
        List<FigureRow> rows = new ArrayList<>();
        for (LayerDiff layer : run.layers()) {
            List<Object> cells = new ArrayList<>(cells(layer.name()));
            cells.addAll(costs(
                    layer.cost().cycles(),
                    layer.cost().traffic().total(),
                    layer.cost().energyPj().total()));
            cells.add(DiffReport.alsoDiffers(layer));
            rows.add(new FigureRow(cells, runs));
        }
        return new FigureTable(id, "Layers, by name", columns, rows);
    }
}
