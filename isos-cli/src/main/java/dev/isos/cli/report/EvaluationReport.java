package dev.isos.cli.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.cli.console.Console;
import dev.isos.cli.evaluation.Evaluation;
import dev.isos.cli.evaluation.Evaluation.Figure;
import dev.isos.cli.evaluation.Evaluation.PaperFigure;
import dev.isos.cli.evaluation.Evaluation.Statistic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The evaluation: every run relative to the reference accelerators, and the published figures beside ours. */
public final class EvaluationReport implements Report {
    private static final int SCHEMA_VERSION = 1;

    private final Evaluation evaluation;
    private final Set<Figure> figures;
    private final List<RunResult> runs;
    private final Comparison comparison;

    /** The JSON document. */
    record Document(int schemaVersion, Figures figures, List<PaperEntry> paper, List<RunResult> runs) {}

    /** Figures that were asked for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Figures(Speedup speedup, TrafficFigure traffic) {}

    record Speedup(Map<String, Series> over) {}

    /** Besides ratios, bytes off chip by workload, accelerator and role of the tensor. */
    record TrafficFigure(Map<String, Series> over, Map<String, Map<String, Traffic>> bytes) {}

    /** Ratios to one reference, by accelerator; {@code workloads} by workload and accelerator. */
    record Series(
            Map<String, Double> geometricMean,
            Map<String, Double> maximum,
            Map<String, Map<String, Double>> workloads) {}

    /** A published figure, ours, and how far ours is from it relative to the published one. */
    record PaperEntry(String metric, double paper, double ours, double difference, String source) {}

    public EvaluationReport(Evaluation evaluation, Set<Figure> figures, List<RunResult> runs) {
        this.evaluation = evaluation;
        this.figures = Set.copyOf(figures);
        this.runs = List.copyOf(runs);
        this.comparison = Comparison.of(runs, evaluation.references());
    }

    Evaluation evaluation() {
        return evaluation;
    }

    boolean shows(Figure figure) {
        return figures.contains(figure);
    }

    Comparison comparison() {
        return comparison;
    }

    /** The published figures beside ours. */
    List<PaperEntry> paper() {
        return evaluation.paper().stream()
                .filter(p -> figures.contains(p.figure()))
                .map(this::entry)
                .toList();
    }

    private PaperEntry entry(PaperFigure p) {
        double[] ratios = comparison.rowsOn(p.accelerator()).stream()
                .mapToDouble(row -> value(p.figure()).applyAsDouble(row.over().get(p.reference())))
                .toArray();
        double ours = p.statistic() == Statistic.MAXIMUM ? maximum(ratios) : Units.geometricMean(ratios);
        return new PaperEntry(
                p.metric(),
                p.value(),
                ours,
                ours / p.value() - 1,
                evaluation.sources().get(p.source()));
    }

    private static double maximum(double[] values) {
        double most = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            most = Math.max(most, value);
        }
        return most;
    }

    static ToDoubleFunction<Ratios> value(Figure figure) {
        return figure == Figure.SPEEDUP ? Ratios::speedup : Ratios::trafficReduction;
    }

    @Override
    public Object json() {
        Speedup speedup = shows(Figure.SPEEDUP) ? new Speedup(series(Figure.SPEEDUP)) : null;
        TrafficFigure traffic = shows(Figure.TRAFFIC) ? new TrafficFigure(series(Figure.TRAFFIC), bytes()) : null;
        return new Document(SCHEMA_VERSION, new Figures(speedup, traffic), paper(), runs);
    }

    private Map<String, Series> series(Figure figure) {
        Map<String, Series> series = new LinkedHashMap<>();
        for (String reference : evaluation.references()) {
            ToDoubleFunction<ComparisonRow> value =
                    row -> value(figure).applyAsDouble(row.over().get(reference));
            Map<String, Double> means = new LinkedHashMap<>();
            comparison.means().forEach(row -> means.put(row.accelerator(), value.applyAsDouble(row)));
            Map<String, Double> most = new LinkedHashMap<>();
            Map<String, Map<String, Double>> workloads = new LinkedHashMap<>();
            for (ComparisonRow row : comparison.rows()) {
                double ratio = value.applyAsDouble(row);
                most.merge(row.accelerator(), ratio, Math::max);
                workloads
                        .computeIfAbsent(row.workload(), id -> new LinkedHashMap<>())
                        .put(row.accelerator(), ratio);
            }
            series.put(reference, new Series(means, most, workloads));
        }
        return series;
    }

    private Map<String, Map<String, Traffic>> bytes() {
        Map<String, Map<String, Traffic>> bytes = new LinkedHashMap<>();
        for (RunResult run : runs) {
            bytes.computeIfAbsent(run.workload().id(), id -> new LinkedHashMap<>())
                    .put(run.accelerator().id(), run.traffic());
        }
        return bytes;
    }

    @Override
    public String csv() {
        List<Column<ComparisonRow>> ratios = new ArrayList<>();
        figures.stream().sorted().forEach(figure -> ratios.addAll(ratioColumns(figure)));
        return comparison.csv(ratios);
    }

    @Override
    public String table(Console console) {
        StringBuilder out = new StringBuilder();
        if (shows(Figure.SPEEDUP)) {
            List<Column<ComparisonRow>> columns = new ArrayList<>();
            columns.add(RunColumns.accelerator());
            columns.add(RunColumns.cycles(0));
            columns.add(RunColumns.milliseconds(0));
            columns.addAll(ratioColumns(Figure.SPEEDUP));
            columns.add(RunColumns.macUtilization(1));
            columns.add(RunColumns.bound(3));
            columns.add(RunColumns.energy(2));
            columns.add(RunColumns.verified(0));
            section(out, console, "Speed", columns);
        }
        if (shows(Figure.TRAFFIC)) {
            List<Column<ComparisonRow>> columns = new ArrayList<>();
            columns.add(RunColumns.accelerator());
            columns.add(RunColumns.megabytes(
                    "total", "total\nMB", 0, r -> r.traffic().total()));
            columns.addAll(ratioColumns(Figure.TRAFFIC));
            columns.add(RunColumns.megabytes(
                    "weights", "weights\nMB", 1, r -> r.traffic().weights()));
            columns.add(RunColumns.megabytes(
                    "inputs", "inputs\nMB", 1, r -> r.traffic().inputs()));
            columns.add(RunColumns.megabytes(
                    "outputs", "outputs\nMB", 1, r -> r.traffic().outputs()));
            columns.add(RunColumns.megabytes(
                    "residuals", "resid-\nuals\nMB", 1, r -> r.traffic().residuals()));
            section(out, console, "Off-chip traffic", columns);
        }
        out.append(comparison.verification()).append('\n');
        paper(out, console);
        return out.toString();
    }

    private void section(StringBuilder out, Console console, String title, List<Column<ComparisonRow>> columns) {
        out.append(console.heading(title)).append('\n');
        out.append(comparison.table(columns).render(console.columns(), console::heading));
        out.append('\n');
    }

    private List<Column<ComparisonRow>> ratioColumns(Figure figure) {
        String path = figure == Figure.SPEEDUP ? "speedup." : "trafficReduction.";
        String what = figure == Figure.SPEEDUP ? "faster\nthan\n" : "less\nthan\n";
        return evaluation.references().stream()
                .map(reference -> RunColumns.ratio(
                        path + reference, what + reference.replace("-", "-\n"), 0, reference, value(figure)))
                .toList();
    }

    private void paper(StringBuilder out, Console console) {
        List<PaperEntry> entries = paper();
        List<String> sources = new ArrayList<>(
                new LinkedHashSet<>(entries.stream().map(PaperEntry::source).toList()));
        List<Column<PaperEntry>> columns = List.of(
                Column.text("", "", 0, PaperEntry::metric),
                Column.number("", "paper", 0, PaperEntry::paper, e -> Units.ratio(e.paper())),
                Column.number("", "ours", 0, PaperEntry::ours, e -> Units.ratio(e.ours())),
                Column.number("", "differ-\nence", 0, PaperEntry::difference, e -> Units.difference(e.difference())),
                Column.text("", "", 1, e -> "[" + (sources.indexOf(e.source()) + 1) + "]"));
        out.append(console.heading("Published figures beside ours")).append('\n');
        out.append(new Table<>(columns).rows(entries).render(console.columns(), console::heading));
        for (int i = 0; i < sources.size(); i++) {
            out.append(Wrap.lines("[" + (i + 1) + "] ", sources.get(i), console.columns()));
        }
        out.append(Wrap.lines("", evaluation.note(), console.columns()));
    }
}
