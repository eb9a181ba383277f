package dev.isos.cli.report;

import dev.isos.cli.console.Console;
import dev.isos.cli.evaluation.DataflowFigure;
import dev.isos.core.loopnest.DataflowFigures;
import dev.isos.core.loopnest.LayerFigures;
import dev.isos.core.loopnest.SegmentFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Dataflows beside each other: reuse, storage, traffic and use of multipliers; per layer when asked. */
public final class DataflowReport implements Report {
    private static final int SCHEMA_VERSION = 1;
    private static final String KEY = """
            Reuse: multiply-accumulates per element, zeros included, that enters the multipliers (or, for outputs and \
            partial results, leaves them). Intermediate: feature maps between layers and partial results, at most at once. \
            Off-chip MB: compressed. Slots used: share of the occupied multiplier slots whose operands are both non-zero, \
            expected from the densities. See docs/dataflows.md.
            """;

    private final List<DataflowFigure> figures;
    private final boolean layers;

    /** The JSON document. */
    record Document(int schemaVersion, List<DataflowFigure> workloads) {}

    private record Row(DataflowFigure figure, DataflowFigures flow) {}

    private record LayerRow(SegmentFigures segment, LayerFigures layer) {}

    /**
     * @param layers whether tables show every layer too
     */
    public DataflowReport(List<DataflowFigure> figures, boolean layers) {
        this.figures = List.copyOf(figures);
        this.layers = layers;
    }

    @Override
    public Object json() {
        return new Document(SCHEMA_VERSION, figures);
    }

    @Override
    public String csv() {
        List<Column<Row>> all = new ArrayList<>();
        all.add(Column.hidden("workload", r -> r.figure().workload()));
        all.addAll(columns());
        return Csv.write(all, figures.stream().flatMap(f -> rows(f).stream()).toList());
    }

    private static List<Row> rows(DataflowFigure figure) {
        return figure.dataflows().stream().map(flow -> new Row(figure, flow)).toList();
    }

    private static List<Column<Row>> columns() {
        return List.of(
                Column.text("dataflow", "dataflow", 0, r -> r.flow().dataflow()),
                number(
                        "arrayReuse.input",
                        "input\nreuse",
                        0,
                        r -> r.flow().arrayReuse().input()),
                number(
                        "arrayReuse.filter",
                        "filter\nreuse",
                        0,
                        r -> r.flow().arrayReuse().filter()),
                number(
                        "arrayReuse.output",
                        "output\nreuse",
                        0,
                        r -> r.flow().arrayReuse().output()),
                Column.number(
                        "peakIntermediateBytes",
                        "interme-\ndiate KiB",
                        0,
                        r -> r.flow().peakIntermediateBytes(),
                        r -> Units.kibibytes(r.flow().peakIntermediateBytes())),
                Column.number(
                        "peakOnChipBytes",
                        "on chip\nKiB",
                        2,
                        r -> r.flow().peakOnChipBytes(),
                        r -> Units.kibibytes(r.flow().peakOnChipBytes())),
                number(
                        "offChipReuse.input",
                        "off-chip\ninput reuse",
                        3,
                        r -> r.flow().offChipReuse().input()),
                number(
                        "offChipReuse.filter",
                        "",
                        9,
                        r -> r.flow().offChipReuse().filter()),
                number(
                        "offChipReuse.output",
                        "",
                        9,
                        r -> r.flow().offChipReuse().output()),
                Column.number(
                        "offChipBytes",
                        "off-chip\nMB",
                        0,
                        r -> r.flow().offChipBytes(),
                        r -> Units.megabytes(r.flow().offChipBytes())),
                Column.number(
                        "slots.utilization",
                        "slots\nused",
                        0,
                        r -> r.flow().slots().utilization(),
                        r -> Units.percent(r.flow().slots().utilization())),
                Column.hidden("macs", r -> r.flow().macs()),
                Column.hidden("executedMacs", r -> r.flow().executedMacs()));
    }

    private interface Value {
        double of(Row row);
    }

    private static Column<Row> number(String path, String header, int priority, Value value) {
        return header.isEmpty()
                ? Column.hidden(path, value::of)
                : Column.number(path, header, priority, value::of, r -> reuse(value.of(r)));
    }

    private static String reuse(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    @Override
    public String table(Console console) {
        StringBuilder out = new StringBuilder();
        for (DataflowFigure figure : figures) {
            out.append(console.heading("Dataflows by their loop nests, " + figure.workload()))
                    .append('\n');
            out.append(new Table<>(columns()).rows(rows(figure)).render(console.columns(), console::heading));
            figure.dataflows()
                    .forEach(flow ->
                            out.append(Wrap.lines("  " + flow.dataflow() + ": ", flow.title(), console.columns())));
            out.append(Wrap.lines(
                    "",
                    "Segments of fused dataflows: plan of " + figure.plan() + ", mapping " + figure.mapping()
                            + "; every dataflow has " + Units.kibibytes(figure.onChipBytes()) + " KiB on chip.",
                    console.columns()));
            if (layers) {
                figure.dataflows().forEach(flow -> layers(out, console, flow));
            }
            out.append('\n');
        }
        out.append(Wrap.lines("", KEY.strip(), console.columns()));
        return out.toString();
    }

    private static void layers(StringBuilder out, Console console, DataflowFigures flow) {
        List<Column<LayerRow>> columns = List.of(
                Column.text("", "layer", 0, r -> r.layer().name()),
                Column.number(
                        "",
                        "input\nreuse",
                        0,
                        r -> null,
                        r -> reuse(r.layer().reuse().input())),
                Column.number(
                        "",
                        "filter\nreuse",
                        0,
                        r -> null,
                        r -> reuse(r.layer().reuse().filter())),
                Column.number(
                        "",
                        "output\nreuse",
                        0,
                        r -> null,
                        r -> reuse(r.layer().reuse().output())),
                Column.number(
                        "",
                        "partial\nKiB",
                        0,
                        r -> null,
                        r -> Units.kibibytes(r.layer().partialBytes())),
                Column.number(
                        "",
                        "slots\nused",
                        0,
                        r -> null,
                        r -> Units.percent(r.layer().slots().utilization())));
        Table<LayerRow> table = new Table<>(columns);
        int number = 1;
        for (SegmentFigures segment : flow.segments()) {
            String heading = String.format(
                    Locale.ROOT,
                    "segment %d: off chip %s MB, intermediate %s KiB, on chip %s KiB",
                    number++,
                    Units.megabytes(segment.offChipBytes()),
                    Units.kibibytes(segment.intermediateBytes()),
                    Units.kibibytes(segment.onChipBytes()));
            table.group(
                    heading,
                    segment.layers().stream()
                            .map(layer -> new LayerRow(segment, layer))
                            .toList());
        }
        out.append('\n').append(console.heading(flow.dataflow())).append('\n');
        out.append(table.render(console.columns(), console::heading));
    }
}
