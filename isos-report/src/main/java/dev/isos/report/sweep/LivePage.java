package dev.isos.report.sweep;

import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import dev.isos.report.sweep.SweepState.Phase;
import dev.isos.study.explore.Exploration;
import dev.isos.study.explore.ExplorationListener;
import dev.isos.study.sweep.Evaluated;
import dev.isos.study.sweep.SweepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The page of a sweep, written again and again while the sweep runs, each time as a whole: every few seconds, and so seldom that it
 * takes 5 % of a processor at most. A last one is written when the sweep ends, also where the process is told to end (Ctrl-C).
 */
public final class LivePage implements ExplorationListener, AutoCloseable {
    private static final Duration LEAST_BETWEEN = Duration.ofSeconds(3);
    /** A page on which nothing is new is written too, to show that the sweep goes on. */
    private static final Duration MOST_BETWEEN = Duration.ofSeconds(15);

    private static final Duration LEAST_SILENCE = Duration.ofMinutes(1);
    private static final int LONGER_THAN_WRITING = 20;
    private static final int MISSED = 4;

    private final Path file;
    private final Exploration exploration;
    private final BiFunction<SweepResult, SweepState, String> page;
    private final List<Evaluated> found = new ArrayList<>();
    private final Thread writer = new Thread(this::rewrite, "page");
    private final Thread hook = new Thread(() -> end(Phase.INTERRUPTED, null), "last page");
    private final long begin = System.nanoTime();
    private int total;
    private int failed;
    private int stored;
    private long roundBegin = begin;
    private int computedInRound;

    /** The last page of an interrupted sweep has all that was found: what is found later is told nowhere. */
    private boolean interrupted;

    /** The following belong to whoever writes: one at a time, and nobody after the last page. */
    private final Object writing = new Object();

    private Duration between = LEAST_BETWEEN;
    private boolean ended;

    private LivePage(Path file, Exploration exploration, BiFunction<SweepResult, SweepState, String> page) {
        this.file = file;
        this.exploration = exploration;
        this.page = page;
        this.total = exploration.points();
    }

    /**
     * Writes the first page and keeps it up to date from then on.
     *
     * @param file in a folder that is there, and that no other process writes
     * @param page of the points so far
     * @throws IsosException when it cannot be written
     */
    public static LivePage start(Path file, Exploration exploration, BiFunction<SweepResult, SweepState, String> page) {
        LivePage live = new LivePage(file, exploration, page);
        live.write(Phase.RUNNING, null);
        Runtime.getRuntime().addShutdownHook(live.hook);
        live.writer.setDaemon(true);
        live.writer.start();
        return live;
    }

    @Override
    public synchronized void more(int points) {
        total += points;
        roundBegin = System.nanoTime();
        computedInRound = 0;
    }

    @Override
    public synchronized void found(Evaluated point, boolean computed) {
        while (interrupted) { // until the process has ended
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        found.add(point);
        failed += point.outcome().feasible() ? 0 : 1;
        stored += computed ? 0 : 1;
        computedInRound += computed ? 1 : 0;
    }

    /**
     * Writes the last page, of all that was found.
     *
     * @throws IsosException when it cannot be written
     */
    public void finish(SweepResult result) {
        end(Phase.FINISHED, result);
    }

    /** Writes a last page that says so, where the sweep has not been finished. */
    @Override
    public void close() {
        try {
            end(Phase.FAILED, null);
        } catch (IsosException e) {
            // something worse has been told already
        }
        writer.interrupt();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending
        }
    }

    private void end(Phase phase, SweepResult result) {
        synchronized (writing) {
            if (!ended) {
                ended = true;
                write(phase, result);
            }
        }
    }

    private void rewrite() {
        int shown = 0;
        long last = System.nanoTime();
        while (true) {
            try {
                Thread.sleep(between.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            int now = done();
            if (now > shown || System.nanoTime() - last >= MOST_BETWEEN.toNanos()) {
                synchronized (writing) {
                    if (ended) {
                        return;
                    }
                    try {
                        write(Phase.RUNNING, null);
                    } catch (IsosException e) {
                        // the next one may succeed; the last one says so if it does not
                    }
                }
                shown = now;
                last = System.nanoTime();
            }
        }
    }

    private synchronized int done() {
        return found.size();
    }

    /** @param result null for what is known so far */
    private void write(Phase phase, SweepResult result) {
        long before = System.nanoTime();
        SweepState state;
        List<Evaluated> points;
        synchronized (this) {
            state = state(phase);
            interrupted = phase == Phase.INTERRUPTED;
            points = List.copyOf(found);
        }
        String text = page.apply(result == null ? exploration.soFar(points) : result, state);
        try {
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(unfinished, text);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw IsosException.badInput("cannot write " + file + ": " + IoReason.of(e));
        }
        Duration bearable = Duration.ofNanos(System.nanoTime() - before).multipliedBy(LONGER_THAN_WRITING);
        between = bearable.compareTo(LEAST_BETWEEN) > 0 ? bearable : LEAST_BETWEEN;
    }

    private SweepState state(Phase phase) {
        long now = System.nanoTime();
        Duration elapsed = Duration.ofNanos(now - begin);
        double left = Double.POSITIVE_INFINITY;
        if (computedInRound > 0) {
            left = (now - roundBegin) / 1e9 / computedInRound * (total - found.size());
        }
        left = Math.min(left, Math.max(0, exploration.spec().mostSeconds() - elapsed.toSeconds()));
        Duration seldom = between.compareTo(MOST_BETWEEN) > 0 ? between : MOST_BETWEEN;
        Duration silence = seldom.multipliedBy(MISSED);
        return new SweepState(
                phase,
                found.size(),
                total,
                failed,
                stored,
                elapsed,
                Duration.ofSeconds(left == Double.POSITIVE_INFINITY ? -1 : Math.round(left)),
                System.currentTimeMillis(),
                between,
                silence.compareTo(LEAST_SILENCE) > 0 ? silence : LEAST_SILENCE);
    }
}
