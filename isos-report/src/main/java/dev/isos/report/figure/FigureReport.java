package dev.isos.report.figure;

import dev.isos.api.result.RunResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures with the runs behind them.
 *
 * @param title of the report
 * @param command the command line that makes the report again; empty of a report that a program has made
 * @param figures in order
 * @param runs every run, simulated or estimated, that a figure's numbers come from
 */
public record FigureReport(String title, String command, List<Figure> figures, List<SourceRun> runs) {
    /**
     * A run.
     *
     * @param command the command line that repeats it; empty of a run that a program has made
     */
    public record SourceRun(RunResult result, String command) {}

    public FigureReport {
        figures = List.copyOf(figures);
        runs = List.copyOf(runs);
    }

    /** {@return texts of files by name: every table as CSV, every chart as JSON for {@link Plot}} */
    public static Map<String, String> files(List<Figure> figures) {
        Map<String, String> files = new LinkedHashMap<>();
        for (Figure figure : figures) {
            figure.tables().forEach(table -> files.put("figures/" + table.id() + ".csv", FigureCsv.write(table)));
            figure.charts().forEach(chart -> files.put("figures/" + chart.id() + ".json", Plot.write(chart)));
        }
        return files;
    }
}
