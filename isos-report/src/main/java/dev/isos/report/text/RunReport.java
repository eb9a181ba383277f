package dev.isos.report.text;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Prediction;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.report.console.Console;
import dev.isos.report.console.PlainText;
import dev.isos.report.console.TextWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One run.
 *
 * @param withLayers whether tables have the layers, and CSV files one row per layer instead of one per run
 */
public record RunReport(RunResult result, boolean withLayers) implements Printable {
    private static final int LONGEST_NAME = 18;
    private static final int BAR = 50;
    private static final String LABEL = "  %-12s";

    private record Numbered(int number, SegmentResult segment) {}

    @Override
    public Object json() {
        return result;
    }

    @Override
    public String csv() {
        if (!withLayers) {
            return Csv.write(RunColumns.all(r -> r), List.of(result));
        }
        List<Column<RunResult.LayerResult>> columns = new ArrayList<>();
        columns.add(Column.hidden("workload.id", l -> result.workload().id()));
        columns.add(Column.hidden("accelerator.id", l -> result.accelerator().id()));
        columns.addAll(RunColumns.layers());
        return Csv.write(columns, result.layers());
    }

    @Override
    public String table(Console console) {
        StringBuilder out = new StringBuilder();
        RunResult r = result;
        out.append(console.heading(r.workload().id() + " on " + r.accelerator().name()))
                .append('\n');
        line(
                out,
                "network",
                r.workload().network() + ", " + Units.percent(r.workload().weightDensity())
                        + " of the weights are not zero, seed " + r.workload().seed());
        out.append(Wrap.lines(
                String.format(Locale.ROOT, LABEL, "accelerator") + " ",
                "dataflow " + r.accelerator().dataflow() + ", hardware "
                        + r.accelerator().hardware() + ", mapping "
                        + r.accelerator().mapping() + ", fidelity "
                        + r.accelerator().fidelity(),
                console.columns()));
        if (!r.accelerator().changes().isEmpty()) {
            out.append(Wrap.lines(
                    String.format(Locale.ROOT, LABEL, "") + " ",
                    r.accelerator().changes().entrySet().stream()
                            .map(change -> change.getKey() + " " + change.getValue())
                            .collect(Collectors.joining(", ")),
                    console.columns()));
        }
        if (!r.leftOut().isEmpty()) {
            out.append(Wrap.lines(
                    String.format(Locale.ROOT, LABEL, "left out") + " ", LeftOut.what(List.of(r)), console.columns()));
        }
        if (!r.layouts().isEmpty()) {
            RunResult.LayoutChoice first = r.layouts().get(0);
            out.append(Wrap.lines(
                    String.format(Locale.ROOT, LABEL, "layout") + " ",
                    first.layer() + " reads its " + first.model() + " as " + first.input()
                            + (r.layouts().size() == 1
                                    ? ""
                                    : ", and " + (r.layouts().size() - 1) + " more layers"),
                    console.columns()));
        }
        line(out, "time", Units.count(r.cycles()) + " cycles, " + Units.milliseconds(r.seconds()) + " ms");
        if (r.batch() > 1) {
            line(
                    out,
                    "",
                    "by image " + Units.milliseconds(r.secondsPerImage()) + " ms, "
                            + Units.microjoules(r.energyPj().total() / r.batch()) + " uJ");
        }
        bound(out, console);
        line(
                out,
                "MACs",
                Units.count(r.macs().dense()) + " dense, "
                        + Units.count(r.macs().effectual()) + " effectual,");
        line(
                out,
                "",
                Units.count(r.macs().performed()) + " performed, " + Units.percent(r.macUtilization())
                        + " of the MAC units used");
        line(out, "off chip", Units.megabytes(r.traffic().total()) + " MB");
        line(out, "", roles(r.traffic()));
        RunResult.Energy energy = r.energyPj();
        line(out, "energy", Units.microjoules(energy.total()) + " uJ");
        line(
                out,
                "",
                "MAC " + Units.microjoules(energy.mac()) + ", SRAM " + Units.microjoules(energy.sram()) + ", DRAM "
                        + Units.microjoules(energy.dram()) + ", other " + Units.microjoules(energy.other()));
        line(out, "area", String.format(Locale.ROOT, "%.2f mm2", r.areaMm2()));
        line(
                out,
                "verified",
                r.verified()
                        ? "yes: every layer's output equals the reference's, bit for bit"
                        : "no: outputs were not compared with the reference (see --verify)");
        line(out, "SHA-256", r.outputSha256() == null ? "none: estimated, nothing was executed" : r.outputSha256());
        predictions(out, console);
        segments(out, console);
        if (withLayers) {
            out.append('\n').append(console.heading("Layers")).append('\n');
            out.append(new Table<>(RunColumns.layers()).rows(r.layers()).render(console.columns(), console::heading));
        }
        return out.toString();
    }

    private void bound(StringBuilder out, Console console) {
        RunResult.Bound bound = result.bound();
        List<Double> shares = List.of(bound.compute(), bound.memory(), bound.other());
        List<String> names = List.of("compute ", "memory ", "other ");
        line(out, "bound", Bars.stacked(shares, BAR, console.unicode()));
        line(
                out,
                "",
                IntStream.range(0, shares.size())
                        .mapToObj(i ->
                                Bars.mark(i, console.unicode()) + " " + names.get(i) + Units.percent(shares.get(i)))
                        .collect(Collectors.joining(", ")));
    }

    private static void line(StringBuilder out, String label, String text) {
        out.append(String.format(Locale.ROOT, LABEL, label))
                .append(' ')
                .append(PlainText.line(text))
                .append('\n');
    }

    private static String roles(Traffic t) {
        return "weights " + Units.megabytes(t.weights()) + ", inputs " + Units.megabytes(t.inputs()) + ", outputs "
                + Units.megabytes(t.outputs()) + ", residuals " + Units.megabytes(t.residuals());
    }

    private void predictions(StringBuilder out, Console console) {
        if (result.prediction().isEmpty()) {
            return;
        }
        List<Column<Prediction>> columns = List.of(
                Column.number("index", "class", 0, Prediction::index, p -> Integer.toString(p.index())),
                Column.number(
                        "score", "score", 0, Prediction::score, p -> String.format(Locale.ROOT, "%.4f", p.score())),
                Column.text("label", "label", 0, p -> p.label() == null ? "" : p.label()));
        out.append('\n').append(console.heading("Predicted classes")).append('\n');
        out.append(new Table<>(columns).rows(result.prediction()).render(console.columns(), console::heading));
    }

    private void segments(StringBuilder out, Console console) {
        List<Numbered> rows = IntStream.range(0, result.segments().size())
                .mapToObj(i -> new Numbered(i + 1, result.segments().get(i)))
                .toList();
        List<Column<Numbered>> columns = List.of(
                Column.number("", "segment", 0, Numbered::number, n -> Integer.toString(n.number())),
                Column.text("", "layers", 0, n -> layers(n.segment().layers())),
                Column.number(
                        "", "cycles", 0, n -> 0, n -> Units.count(n.segment().cycles())),
                Column.number(
                        "",
                        "off chip\nMB",
                        0,
                        n -> 0,
                        n -> Units.megabytes(n.segment().traffic().total())),
                Column.number(
                        "",
                        "on chip\nKiB",
                        1,
                        n -> 0,
                        n -> Units.kibibytes(n.segment().onChipBytes())),
                Column.text("", "limited by", 0, n -> n.segment().limitedBy()));
        out.append('\n').append(console.heading("Segments")).append('\n');
        out.append(new Table<>(columns).rows(rows).render(console.columns(), console::heading));
    }

    private static String layers(List<String> names) {
        String name = PlainText.line(names.get(0));
        String first = TextWidth.of(name) > LONGEST_NAME ? TextWidth.cut(name, LONGEST_NAME - 2) + ".." : name;
        return names.size() == 1 ? first : first + " +" + (names.size() - 1);
    }
}
