package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.report.console.TextWidth;
import dev.isos.study.diff.AmountDelta;
import dev.isos.study.diff.CostDelta;
import dev.isos.study.diff.CountDelta;
import dev.isos.study.diff.ResultDiff;
import dev.isos.study.diff.RunDiff;
import dev.isos.study.diff.RunDiff.Block;
import dev.isos.study.diff.RunDiff.Change;
import dev.isos.study.diff.RunDiff.LayerDiff;
import dev.isos.study.diff.RunDiff.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two results.
 *
 * @param allLayers whether tables have every layer that differs, not only those that differ most
 */
public record DiffReport(ResultDiff diff, boolean allLayers) implements Printable {
    private static final int SCHEMA_VERSION = 1;
    private static final int MOST_LAYERS = 12;
    private static final int BAR = 24;
    private static final int LONGEST_NAME = 16;
    private static final int LONGEST_VALUE = 28;

    /** The JSON document. */
    record Document(int schemaVersion, List<RunDiff> runs, List<Side> onlyA, List<Side> onlyB) {}

    /** A row of the CSV file: a run, a part of it or a layer. */
    private record Line(RunDiff run, String kind, String name, CostDelta cost) {}

    /** A row of the table of totals. */
    private record Total(
            String name,
            String a,
            String b,
            String difference,
            @Nullable Double change) {}

    /** A row of the table of segments. */
    private record Step(Block block, String bar) {}

    @Override
    public Object json() {
        return new Document(SCHEMA_VERSION, diff.runs(), diff.onlyA(), diff.onlyB());
    }

    @Override
    public String csv() {
        List<Line> lines = new ArrayList<>();
        for (RunDiff run : diff.runs()) {
            lines.add(new Line(run, "run", "", run.total()));
            run.blocks().forEach(block -> lines.add(new Line(run, "segments", layers(block), block.cost())));
            run.layers().forEach(layer -> lines.add(new Line(run, "layer", layer.name(), layer.cost())));
        }
        List<Column<Line>> columns = new ArrayList<>(List.of(
                Column.hidden("a.workload", l -> l.run().a().workload()),
                Column.hidden("a.accelerator", l -> l.run().a().accelerator()),
                Column.hidden("b.workload", l -> l.run().b().workload()),
                Column.hidden("b.accelerator", l -> l.run().b().accelerator()),
                Column.hidden("kind", Line::kind),
                Column.hidden("name", Line::name)));
        count(columns, "cycles", l -> l.cost().cycles());
        count(columns, "traffic.weights", l -> l.cost().traffic().weights());
        count(columns, "traffic.inputs", l -> l.cost().traffic().inputs());
        count(columns, "traffic.outputs", l -> l.cost().traffic().outputs());
        count(columns, "traffic.residuals", l -> l.cost().traffic().residuals());
        count(columns, "traffic.total", l -> l.cost().traffic().total());
        amount(columns, "energyPj.mac", l -> l.cost().energyPj().mac());
        amount(columns, "energyPj.sram", l -> l.cost().energyPj().sram());
        amount(columns, "energyPj.dram", l -> l.cost().energyPj().dram());
        amount(columns, "energyPj.other", l -> l.cost().energyPj().other());
        amount(columns, "energyPj.total", l -> l.cost().energyPj().total());
        return Csv.write(columns, lines);
    }

    private static void count(List<Column<Line>> columns, String path, Function<Line, CountDelta> of) {
        columns.add(Column.hidden(path + ".a", line -> of.apply(line).a()));
        columns.add(Column.hidden(path + ".b", line -> of.apply(line).b()));
        columns.add(Column.hidden(path + ".difference", line -> of.apply(line).difference()));
    }

    private static void amount(List<Column<Line>> columns, String path, Function<Line, AmountDelta> of) {
        columns.add(Column.hidden(path + ".a", line -> of.apply(line).a()));
        columns.add(Column.hidden(path + ".b", line -> of.apply(line).b()));
        columns.add(Column.hidden(path + ".difference", line -> of.apply(line).difference()));
    }

    @Override
    public String table(Console console) {
        StringBuilder out = new StringBuilder();
        for (RunDiff run : diff.runs()) {
            out.append(out.isEmpty() ? "" : "\n");
            out.append(console.heading(title(run))).append('\n');
            configuration(out, run, console);
            totals(out, run, console);
            blocks(out, run, console);
            layers(out, run, console);
        }
        only(out, "Only in A: ", diff.onlyA(), console);
        only(out, "Only in B: ", diff.onlyB(), console);
        return out.toString();
    }

    /** What is compared, in words. */
    public static String title(RunDiff run) {
        String a = name(run.a());
        String b = name(run.b());
        return a.equals(b) ? a + ", A and B" : "A: " + a + "; B: " + b;
    }

    private static String name(Side side) {
        return side.workload() + " on " + side.accelerator();
    }

    private static void only(StringBuilder out, String what, List<Side> sides, Console console) {
        if (!sides.isEmpty()) {
            out.append('\n')
                    .append(Wrap.lines(
                            what,
                            String.join(
                                    "; ", sides.stream().map(DiffReport::name).toList()),
                            console.columns()));
        }
    }

    private static void configuration(StringBuilder out, RunDiff run, Console console) {
        if (run.configuration().isEmpty()) {
            out.append("The configurations are the same, and so are the outputs.\n");
            return;
        }
        List<Column<Change>> columns = List.of(
                Column.text("key", "differs in", 0, Change::key),
                Column.text("a", "A", 0, change -> cut(change.a())),
                Column.text("b", "B", 0, change -> cut(change.b())));
        out.append(new Table<>(columns).rows(run.configuration()).render(console.columns(), console::heading));
    }

    private static String cut(@Nullable String value) {
        String text = value == null ? "-" : value;
        return TextWidth.of(text) > LONGEST_VALUE ? TextWidth.cut(text, LONGEST_VALUE - 2) + ".." : text;
    }

    private static void totals(StringBuilder out, RunDiff run, Console console) {
        CostDelta cost = run.total();
        List<Total> rows = new ArrayList<>();
        rows.add(count("cycles", cost.cycles()));
        rows.add(count("bytes off chip", cost.traffic().total()));
        rows.add(count("  weights", cost.traffic().weights()));
        rows.add(count("  inputs", cost.traffic().inputs()));
        rows.add(count("  outputs", cost.traffic().outputs()));
        rows.add(count("  residuals", cost.traffic().residuals()));
        rows.add(energy("energy, uJ", cost.energyPj().total()));
        rows.add(energy("  MAC", cost.energyPj().mac()));
        rows.add(energy("  SRAM", cost.energyPj().sram()));
        rows.add(energy("  DRAM", cost.energyPj().dram()));
        rows.add(energy("  other", cost.energyPj().other()));
        AmountDelta area = run.areaMm2();
        rows.add(new Total(
                "area, mm2",
                Units.squareMillimetres(area.a()),
                Units.squareMillimetres(area.b()),
                sign(area.difference()) + Units.squareMillimetres(Math.abs(area.difference())),
                area.change()));
        List<Column<Total>> columns = List.of(
                Column.text("", "", 0, Total::name),
                Column.number("", "A", 0, Total::a, Total::a),
                Column.number("", "B", 0, Total::b, Total::b),
                Column.number("", "difference", 0, Total::difference, Total::difference),
                Column.number("", "change", 0, Total::change, total -> percent(total.change())));
        out.append('\n').append(console.heading("Whole runs")).append('\n');
        out.append(new Table<>(columns).rows(rows).render(console.columns(), console::heading));
    }

    private static Total count(String name, CountDelta delta) {
        return new Total(name, number(delta.a()), number(delta.b()), signed(delta.difference()), delta.change());
    }

    private static Total energy(String name, AmountDelta delta) {
        return new Total(name, microjoules(delta.a()), microjoules(delta.b()), signed(delta), delta.change());
    }

    private static String number(@Nullable Long value) {
        return value == null ? "-" : Units.count(value);
    }

    private static String microjoules(@Nullable Double picojoules) {
        return picojoules == null ? "-" : Units.microjoules(picojoules);
    }

    private static String sign(double value) {
        return value > 0 ? "+" : value < 0 ? "-" : "";
    }

    private static String signed(long value) {
        return (value > 0 ? "+" : "") + Units.count(value);
    }

    private static String signed(AmountDelta delta) {
        return delta.difference() == null
                ? "-"
                : sign(delta.difference()) + Units.microjoules(Math.abs(delta.difference()));
    }

    private static String percent(@Nullable Double change) {
        return change == null ? "" : Units.difference(change);
    }

    private static void blocks(StringBuilder out, RunDiff run, Console console) {
        List<Step> steps = steps(run, console.unicode());
        List<Column<Step>> columns = List.of(
                Column.text("", "layers", 0, s -> layers(s.block())),
                Column.number(
                        "",
                        "segments\nA, B",
                        4,
                        s -> 0,
                        s -> s.block().segmentsA() + ", " + s.block().segmentsB()),
                Column.number(
                        "",
                        "cycles\nA",
                        2,
                        s -> 0,
                        s -> number(s.block().cost().cycles().a())),
                Column.number(
                        "",
                        "\nB",
                        2,
                        s -> 0,
                        s -> number(s.block().cost().cycles().b())),
                Column.number(
                        "",
                        "\ndifference",
                        0,
                        s -> 0,
                        s -> signed(s.block().cost().cycles().difference())),
                Column.number(
                        "",
                        "off chip\nbytes",
                        0,
                        s -> 0,
                        s -> signed(s.block().cost().traffic().total().difference())),
                Column.number(
                        "",
                        "energy\nuJ",
                        2,
                        s -> 0,
                        s -> signed(s.block().cost().energyPj().total())),
                Column.text("", "cycles, from A to B", 0, Step::bar));
        out.append('\n')
                .append(console.heading("Segments, between the cuts that both have"))
                .append('\n');
        out.append(new Table<>(columns).rows(steps).render(console.columns(), console::heading));
    }

    /** The waterfall: each bar begins where the one before has ended. */
    private static List<Step> steps(RunDiff run, boolean unicode) {
        long at = run.blocks().stream()
                .map(block -> block.cost().cycles().a())
                .mapToLong(a -> a == null ? 0 : a)
                .sum();
        long least = at;
        long most = at;
        long end = at;
        for (Block block : run.blocks()) {
            end += block.cost().cycles().difference();
            least = Math.min(least, end);
            most = Math.max(most, end);
        }
        double perCycle = BAR / (double) Math.max(1, most - least);
        List<Step> steps = new ArrayList<>();
        for (Block block : run.blocks()) {
            long difference = block.cost().cycles().difference();
            int from = (int) Math.round((Math.min(at, at + difference) - least) * perCycle);
            int to = (int) Math.round((Math.max(at, at + difference) - least) * perCycle);
            String mark = difference > 0 ? Bars.mark(0, unicode) : Bars.mark(1, unicode);
            String bar = difference == 0
                    ? " ".repeat(Math.min(from, BAR - 1)) + (unicode ? "│" : "|")
                    : " ".repeat(Math.min(from, BAR - 1)) + mark.repeat(Math.max(1, to - from));
            steps.add(new Step(block, bar));
            at += difference;
        }
        return steps;
    }

    private static String layers(Block block) {
        String first = shortened(block.firstLayer());
        return block.firstLayer().equals(block.lastLayer()) ? first : first + " to " + shortened(block.lastLayer());
    }

    private static String shortened(String name) {
        return TextWidth.of(name) <= LONGEST_NAME
                ? name
                // names differ at their ends
                : ".." + name.substring(Math.max(0, name.length() - LONGEST_NAME + 2));
    }

    /** Whether anything of a layer differs. */
    public static boolean differs(LayerDiff layer) {
        Double energy = layer.cost().energyPj().total().difference();
        return layer.inA() != layer.inB()
                || layer.cost().cycles().difference() != 0
                || layer.cost().traffic().total().difference() != 0
                || energy != null && energy != 0
                || !layer.changes().isEmpty();
    }

    private void layers(StringBuilder out, RunDiff run, Console console) {
        List<LayerDiff> differing =
                run.layers().stream().filter(DiffReport::differs).toList();
        out.append('\n').append(console.heading("Layers")).append('\n');
        if (differing.isEmpty()) {
            out.append("No layer differs.\n");
            return;
        }
        List<LayerDiff> shown = allLayers
                ? differing
                : differing.stream()
                        .sorted(Comparator.comparingLong(
                                layer -> -Math.abs(layer.cost().cycles().difference())))
                        .limit(MOST_LAYERS)
                        .toList();
        List<Column<LayerDiff>> columns = List.of(
                Column.text("", "layer", 0, LayerDiff::name),
                Column.number(
                        "",
                        "busy cycles\nA",
                        1,
                        l -> 0,
                        l -> number(l.cost().cycles().a())),
                Column.number(
                        "", "\nB", 1, l -> 0, l -> number(l.cost().cycles().b())),
                Column.number(
                        "",
                        "\ndifference",
                        0,
                        l -> 0,
                        l -> signed(l.cost().cycles().difference())),
                Column.number(
                        "",
                        "\nchange",
                        2,
                        l -> 0,
                        l -> percent(l.cost().cycles().change())),
                Column.number(
                        "",
                        "off chip\nbytes",
                        0,
                        l -> 0,
                        l -> signed(l.cost().traffic().total().difference())),
                Column.number(
                        "",
                        "energy\nuJ",
                        1,
                        l -> 0,
                        l -> signed(l.cost().energyPj().total())),
                Column.text("", "also differs in", 3, DiffReport::alsoDiffers));
        out.append(new Table<>(columns).rows(shown).render(console.columns(), console::heading));
        int more = differing.size() - shown.size();
        if (more > 0) {
            out.append(more + (more == 1 ? " more layer differs" : " more layers differ") + " by less; all with -v.\n");
        }
        int same = run.layers().size() - differing.size();
        if (same > 0) {
            out.append(same + (same == 1 ? " layer is" : " layers are") + " the same.\n");
        }
    }

    /** What of a layer differs beside its costs, in words. */
    public static String alsoDiffers(LayerDiff layer) {
        return !layer.inA()
                ? "only in B"
                : !layer.inB()
                        ? "only in A"
                        : String.join(
                                ", ", layer.changes().stream().map(Change::key).toList());
    }
}
