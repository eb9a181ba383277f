package dev.isos.report.text;

import dev.isos.api.result.RunResult;
import dev.isos.report.console.Console;
import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.compare.Ratios;
import java.util.List;

/** Accelerators beside each other, relative to one of them. */
public final class ComparisonReport implements Printable {
    private static final int SCHEMA_VERSION = 1;
    private static final int BAR = 12;

    private final String baseline;
    private final List<RunResult> runs;
    private final Comparison comparison;
    private final ComparisonText text;

    /** The JSON document. */
    record Document(
            int schemaVersion,
            String baseline,
            List<Entry> comparisons,
            List<Mean> geometricMeans,
            List<RunResult> runs) {}

    record Entry(
            String workload, String accelerator, double speedup, double trafficReduction, double energyReduction) {}

    record Mean(String accelerator, double speedup, double trafficReduction, double energyReduction) {}

    public ComparisonReport(List<RunResult> runs, String baseline) {
        this.runs = List.copyOf(runs);
        this.baseline = baseline;
        this.comparison = Comparison.of(runs, List.of(baseline));
        this.text = new ComparisonText(comparison);
    }

    @Override
    public Object json() {
        List<Entry> entries = comparison.rows().stream()
                .map(row -> {
                    Ratios r = row.over().get(baseline);
                    return new Entry(
                            row.workload(), row.accelerator(), r.speedup(), r.trafficReduction(), r.energyReduction());
                })
                .toList();
        List<Mean> means = comparison.means().stream()
                .map(row -> {
                    Ratios r = row.over().get(baseline);
                    return new Mean(row.accelerator(), r.speedup(), r.trafficReduction(), r.energyReduction());
                })
                .toList();
        return new Document(SCHEMA_VERSION, baseline, entries, means, runs);
    }

    @Override
    public String csv() {
        return text.csv(List.of(speedup(), trafficReduction(), energyReduction()));
    }

    @Override
    public String table(Console console) {
        String table = text.table(List.of(
                        RunColumns.accelerator(),
                        RunColumns.cycles(0),
                        RunColumns.milliseconds(3),
                        speedup(),
                        bar(console),
                        RunColumns.megabytes(
                                "total", "off chip\nMB", 1, r -> r.traffic().total()),
                        trafficReduction(),
                        RunColumns.energy(2),
                        energyReduction(),
                        RunColumns.macUtilization(4),
                        RunColumns.bound(6),
                        RunColumns.verified(5)))
                .render(console.columns(), console::heading);
        return table
                + Wrap.lines("", "Ratios are relative to " + baseline + "; above 1 is better.", console.columns())
                + text.footnotes(console.columns());
    }

    /** Speed-ups as bars, the longest of the table being whole. */
    private Column<ComparisonRow> bar(Console console) {
        double most = comparison.rows().stream()
                .mapToDouble(row -> row.over().get(baseline).speedup())
                .max()
                .orElse(1);
        return Column.text(
                "", "", 7, row -> Bars.bar(row.over().get(baseline).speedup() / most, BAR, console.unicode()));
    }

    private Column<ComparisonRow> speedup() {
        return RunColumns.ratio("speedup", "speed-\nup", 0, baseline, Ratios::speedup);
    }

    private Column<ComparisonRow> trafficReduction() {
        return RunColumns.ratio("trafficReduction", "bytes\nsaved", 0, baseline, Ratios::trafficReduction);
    }

    private Column<ComparisonRow> energyReduction() {
        return RunColumns.ratio("energyReduction", "energy\nsaved", 1, baseline, Ratios::energyReduction);
    }
}
