package dev.isos.report.figure;

import dev.isos.api.result.RunResult;
import java.util.List;

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
}
