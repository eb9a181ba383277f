package dev.isos.cli.simulate;

import dev.isos.api.result.RunResult;
import dev.isos.report.console.Console;
import dev.isos.report.console.PlainText;
import dev.isos.study.batch.Progress;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on a terminal that goes when all is done. */
public final class ProgressBarDisplay implements Progress {
    private static final int UPDATE_MILLISECONDS = 250;

    private final ProgressBar bar;

    /** @param total number of runs */
    public ProgressBarDisplay(Console console, int total) {
        bar = new ProgressBarBuilder()
                .setTaskName("Simulating")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" runs", 1)
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .setSpeedUnit(ChronoUnit.MINUTES)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .clearDisplayOnFinish()
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columnsOfErr() - 1))
                .build();
    }

    @Override
    public void preparing(String workload) {
        bar.setExtraMessage(" " + PlainText.line(workload));
    }

    @Override
    public void finished(RunResult run) {
        bar.step();
        bar.setExtraMessage(" " + PlainText.line(run.workload().id()));
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
