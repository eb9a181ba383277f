package dev.isos.cli.simulate;

import dev.isos.api.result.RunResult;
import dev.isos.cli.console.Console;
import java.util.Locale;

/** One line per finished run. */
public final class ProgressLines implements Progress {
    private final Console console;
    private final int total;
    private int done;

    /** @param total number of runs */
    public ProgressLines(Console console, int total) {
        this.console = console;
        this.total = total;
    }

    @Override
    public synchronized void finished(RunResult run) {
        done++;
        console.message(String.format(
                Locale.ROOT,
                "%d/%d %s on %s: %,d cycles, simulated in %.1f s",
                done,
                total,
                run.workload().id(),
                run.accelerator().name(),
                run.cycles(),
                run.host().seconds()));
    }
}
