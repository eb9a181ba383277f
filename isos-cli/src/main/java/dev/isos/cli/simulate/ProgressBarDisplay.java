package dev.isos.cli.simulate;

import dev.isos.api.result.RunResult;
import dev.isos.report.console.Console;
import dev.isos.report.console.PlainText;
import dev.isos.study.batch.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on a terminal that goes when all is done. */
public final class ProgressBarDisplay implements Progress {
    private static final int UPDATE_MILLISECONDS = 250;

    /** Fewer have no room for what is being simulated beside a bar that can be read. */
    private static final int ROOM_FOR_NAMES = 100;

    private final ProgressBar bar;
    private final boolean named;

    /** @param total number of runs */
    public ProgressBarDisplay(Console console, int total) {
        named = console.columnsOfErr() >= ROOM_FOR_NAMES;
        bar = new ProgressBarBuilder()
                .setTaskName("Simulating")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" runs", 1)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .clearDisplayOnFinish()
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columnsOfErr() - 1))
                .build();
    }

    @Override
    public void preparing(String workload) {
        name(workload);
    }

    @Override
    public void finished(RunResult run) {
        bar.step();
        name(run.workload().id());
    }

    @Override
    public void more(int runs) {
        bar.maxHint(bar.getMax() + runs);
    }

    private void name(String workload) {
        if (named) {
            bar.setExtraMessage(" " + PlainText.line(workload));
        }
    }

    @Override
    public void skipped(String what) {
        bar.step();
    }

    @Override
    public void close() {
        bar.close();
    }
}
