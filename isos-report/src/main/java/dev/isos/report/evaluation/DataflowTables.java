package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.core.loopnest.DataflowFigures;
import dev.isos.core.loopnest.LayerFigures;
import dev.isos.core.loopnest.SegmentFigures;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.DataflowFigure;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Dataflows beside each other: reuse, intermediate storage, off-chip bytes and use of multiplier slots. */
final class DataflowTables {
    private static final double BYTES_PER_KIB = 1024;
    private static final int CHART_HEIGHT = 320;

    /** A number of a dataflow on a workload. */
    private record Quantity(FigureColumn column, Function<DataflowFigures, Double> value) {}

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity(
                    number("inputReuse", "input reuse", 1), f -> f.arrayReuse().input()),
            new Quantity(
                    number("filterReuse", "filter reuse", 1),
                    f -> f.arrayReuse().filter()),
            new Quantity(
                    number("outputReuse", "output reuse", 1),
                    f -> f.arrayReuse().output()),
            new Quantity(
                    number("intermediateKib", "intermediate KiB", 1), f -> f.peakIntermediateBytes() / BYTES_PER_KIB),
            new Quantity(number("offChipMegabytes", "off-chip MB", 2), f -> FigureElements.megabytes(f.offChipBytes())),
            new Quantity(
                    number("slotsUsedPercent", "slots used %", 1),
                    f -> FigureElements.percent(f.slots().utilization())),
            new Quantity(number("onChipKib", "on chip KiB", 1), f -> f.peakOnChipBytes() / BYTES_PER_KIB),
            new Quantity(
                    number("executedMacs", "MACs executed / needed", 2),
                    f -> f.executedMacs() / (double) Math.max(1, f.macs())));

    private DataflowTables() {}

    static Figure of(EvaluationData data) {
        List<FigureRow> rows = new ArrayList<>();
        List<FigureRow> layers = new ArrayList<>();
        for (DataflowFigure figure : data.dataflows()) {
            for (DataflowFigures flow : figure.dataflows()) {
                List<Object> cells = new ArrayList<>(List.of(figure.workload(), flow.dataflow()));
                QUANTITIES.forEach(quantity -> cells.add(quantity.value().apply(flow)));
                rows.add(new FigureRow(cells, List.of()));
                layers(layers, figure.workload(), flow);
            }
        }
        List<FigureColumn> columns = new ArrayList<>(List.of(FigureElements.WORKLOAD, words("dataflow", "dataflow")));
        QUANTITIES.forEach(quantity -> columns.add(quantity.column()));
        return new Figure(
                FigureId.DATAFLOW.id(),
                "Dataflows",
                "Dataflows counted by their loop nests, all with the same multipliers and on-chip storage. Reuse:"
                        + " multiply-accumulates per element, zeros included, that enters the multipliers, or, for outputs and"
                        + " partial results, leaves them. Intermediate: feature maps between layers and partial results, at most"
                        + " at once. Slots used: share of the occupied multiplier slots whose operands are both non-zero.",
                charts(data),
                List.of(
                        new FigureTable("dataflow", "Dataflows by network", columns, rows),
                        new FigureTable("dataflow-layers", "Dataflows by layer", layerColumns(), layers)),
                remarks(data));
    }

    private static List<FigureColumn> layerColumns() {
        return List.of(
                words("dataflow", "dataflow"),
                words("layer", "layer"),
                number("segment", "segment", 0),
                number("inputReuse", "input reuse", 1),
                number("filterReuse", "filter reuse", 1),
                number("outputReuse", "output reuse", 1),
                number("partialKib", "partial KiB", 1),
                number("slotsUsedPercent", "slots used %", 1),
                words("workload", "workload"));
    }

    private static void layers(List<FigureRow> rows, String workload, DataflowFigures flow) {
        long number = 1;
        for (SegmentFigures segment : flow.segments()) {
            for (LayerFigures layer : segment.layers()) {
                rows.add(FigureElements.row(
                        List.of(),
                        flow.dataflow(),
                        layer.name(),
                        number,
                        layer.reuse().input(),
                        layer.reuse().filter(),
                        layer.reuse().output(),
                        layer.partialBytes() / BYTES_PER_KIB,
                        FigureElements.percent(layer.slots().utilization()),
                        workload));
            }
            number++;
        }
    }

    private static List<Chart> charts(EvaluationData data) {
        List<Chart> charts = new ArrayList<>();
        for (DataflowFigure figure : data.dataflows()) {
            List<String> flows =
                    figure.dataflows().stream().map(DataflowFigures::dataflow).toList();
            String suffix = data.dataflows().size() == 1 ? "" : "-" + slug(figure.workload());
            charts.add(chart(figure, flows, "dataflow-reuse" + suffix, "Reuse at the multipliers", "reuse", 0, 3));
            charts.add(chart(figure, flows, "dataflow-storage" + suffix, "Intermediate storage", "KiB", 3, 4));
            charts.add(chart(figure, flows, "dataflow-traffic" + suffix, "Off-chip traffic", "MB", 4, 5));
            charts.add(
                    chart(figure, flows, "dataflow-effectual" + suffix, "Effectual work in occupied slots", "%", 5, 6));
        }
        return charts;
    }

    private static Chart chart(
            DataflowFigure figure, List<String> flows, String id, String title, String axis, int from, int to) {
        List<Series> series = new ArrayList<>();
        for (int q = from; q < to; q++) {
            Quantity quantity = QUANTITIES.get(q);
            series.add(new Series(
                    quantity.column().header(),
                    tensor(q),
                    null,
                    figure.dataflows().stream().map(quantity.value()).toList()));
        }
        return new Chart(
                id,
                title + ", " + figure.workload(),
                title + " of each dataflow on " + figure.workload() + ".",
                CHART_HEIGHT,
                Charts.bars(flows, axis, series));
    }

    /** Reuse has the colour of the tensor, in the order of the roles; other quantities are of no tensor. */
    private static String tensor(int quantity) {
        return switch (quantity) {
            case 0 -> Palette.role(1);
            case 1 -> Palette.role(0);
            case 2 -> Palette.role(2);
            default -> Palette.part(0);
        };
    }

    /** A name as part of a file's. */
    static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    private static List<String> remarks(EvaluationData data) {
        List<String> remarks = new ArrayList<>();
        for (DataflowFigure figure : data.dataflows()) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "%s: fused dataflows run the segments of %s (mapping %s); every dataflow has %,.0f KiB on chip.",
                    figure.workload(),
                    figure.plan(),
                    figure.mapping(),
                    figure.onChipBytes() / BYTES_PER_KIB));
        }
        if (!data.dataflows().isEmpty()) {
            data.dataflows()
                    .get(0)
                    .dataflows()
                    .forEach(flow -> remarks.add(flow.dataflow() + ": " + flow.title() + "."));
        }
        return remarks;
    }
}
