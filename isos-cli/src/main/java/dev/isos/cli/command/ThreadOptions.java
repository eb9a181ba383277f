package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.cli.simulate.InterruptionNotice;
import dev.isos.cli.simulate.ProgressBarDisplay;
import dev.isos.report.console.Console;
import dev.isos.report.console.ProgressLines;
import dev.isos.study.batch.Progress;
import picocli.CommandLine.Option;

/** How simulations are spread over the machine. */
final class ThreadOptions {
    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Processors to use, for several simulations at a time or for one; results are the same for any number"
                            + " (default: all).")
    private Integer threads;

    int threads() {
        if (threads == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        return check(threads);
    }

    /** A number of threads that is not absurd. */
    static int check(int threads) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw IsosException.badInput("--threads expects 1 to " + MOST_THREADS + ", got " + threads);
        }
        return threads;
    }

    /** A bar on a terminal, else a line per run, or nothing with {@code -q}. */
    static Progress progress(CommonOptions common, Console console, int runs) {
        return progress(common, console, runs, "nothing was written");
    }

    /** The same, with what a user who interrupts is to know about finished runs. */
    static Progress progress(CommonOptions common, Console console, int runs, String kept) {
        if (common.quiet()) {
            return Progress.NONE;
        }
        Progress display =
                console.errIsTerminal() ? new ProgressBarDisplay(console, runs) : new ProgressLines(console, runs);
        return new InterruptionNotice(display, console, runs, kept);
    }
}
