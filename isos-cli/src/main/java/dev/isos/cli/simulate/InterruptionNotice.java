package dev.isos.cli.simulate;

import dev.isos.api.result.RunResult;
import dev.isos.report.console.Console;
import dev.isos.study.batch.Progress;
import java.util.ArrayList;
import java.util.List;

/** Passes on how far simulations are, and says what was finished when the process is told to end (Ctrl-C) before they are. */
public final class InterruptionNotice implements Progress {
    private static final int MOST_NAMED = 3;

    private final Progress inner;
    private final Console console;
    private int total;
    private final String kept;
    private final List<String> finished = new ArrayList<>();
    private boolean told;
    private final Thread hook = new Thread(this::tell, "interruption");

    /**
     * @param total number of runs
     * @param kept what becomes of finished runs
     */
    public InterruptionNotice(Progress inner, Console console, int total, String kept) {
        this.inner = inner;
        this.console = console;
        this.total = total;
        this.kept = kept;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void preparing(String workload) {
        inner.preparing(workload);
    }

    @Override
    public void finished(RunResult run) {
        synchronized (finished) {
            // what the process still does while it ends is not told behind the notice
            if (!told) {
                finished.add(run.workload().id() + " on " + run.accelerator().name());
                inner.finished(run);
            }
        }
    }

    @Override
    public void skipped(String what) {
        inner.skipped(what);
    }

    @Override
    public void more(int runs) {
        synchronized (finished) {
            total += runs;
        }
        inner.more(runs);
    }

    private void tell() {
        inner.close();
        List<String> done;
        synchronized (finished) {
            done = List.copyOf(finished);
            told = true;
        }
        if (done.isEmpty()) {
            console.message("interrupted before any of " + total + (total == 1 ? " run" : " runs") + " was finished");
            return;
        }
        String last = String.join(", ", done.subList(Math.max(0, done.size() - MOST_NAMED), done.size()));
        console.message("interrupted after " + done.size() + " of " + total + " runs ("
                + (done.size() > MOST_NAMED ? "the last ones: " : "") + last + "); " + kept);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the notice is being given.
        }
        inner.close();
    }
}
