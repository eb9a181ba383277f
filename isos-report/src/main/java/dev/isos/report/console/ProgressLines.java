package dev.isos.report.console;

import dev.isos.api.result.RunResult;
import dev.isos.study.batch.Progress;
import java.util.Locale;

/** One line per finished run. */
public final class ProgressLines implements Progress {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double LEAST_TOLD = 5;

    private final Console console;
    private int total;
    private final long start = System.nanoTime();
    private int done;
    private int simulated;

    /** @param total number of runs */
    public ProgressLines(Console console, int total) {
        this.console = console;
        this.total = total;
    }

    @Override
    public synchronized void more(int runs) {
        total += runs;
    }

    @Override
    public synchronized void finished(RunResult run) {
        done++;
        simulated++;
        console.message(String.format(
                Locale.ROOT,
                "%d/%d %s on %s: %,d cycles, simulated in %.1f s%s",
                done,
                total,
                run.workload().id(),
                run.accelerator().name(),
                run.cycles(),
                run.host().seconds(),
                timeLeft()));
    }

    @Override
    public synchronized void skipped(String what) {
        done++;
    }

    /** As if the rest took as long per run as what was simulated so far; nothing where that would be a guess. */
    private String timeLeft() {
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND / simulated * (total - done);
        return seconds < LEAST_TOLD ? "" : String.format(Locale.ROOT, ", about %.0f s left", seconds);
    }
}
