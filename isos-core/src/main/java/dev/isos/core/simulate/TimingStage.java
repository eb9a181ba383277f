package dev.isos.core.simulate;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Time beside function: work items, and what is to be done between them, in the order in which the dataflow's thread gives them. With
 * one processor each is passed on at once; with more, through a bounded queue, which the helpers empty, one at a time, while the
 * dataflow's thread has no other tasks for them. Ledger, laws and machine see the same in the same order either way, and the same failure
 * ends the run.
 */
final class TimingStage implements WorkSink {
    /** Items handed over together. */
    private static final int BATCH = 512;

    /** The dataflow makes items in bursts, and the machine plays a segment when all have come: it may be some 60,000 items behind. */
    private static final int BATCHES = 128;

    /** Items, then an action. */
    private static final class Batch {
        private final WorkItem[] items = new WorkItem[BATCH];
        private int count;
        private Consumer<StageTimes.Clock> action;
    }

    private final WorkSink timing;
    private final Processors processors;
    private final WorkSchema schema;
    private final StageTimes stages;
    private final StageTimes.Clock clock;
    private final boolean beside;
    private final Queue<Batch> ready = new ConcurrentLinkedQueue<>();
    private final Deque<Batch> empty = new ConcurrentLinkedDeque<>();

    /** Held by who takes the first of the batches that are ready, until it is timed. */
    private final ReentrantLock turn = new ReentrantLock();

    private Batch open;
    private int number;

    /** What a batch has failed with; those after it are not timed. */
    private volatile Throwable failure;

    /**
     * @param timing takes the items, on one thread at a time
     * @param stages gets what that takes, on other threads
     * @param clock of the dataflow's thread
     */
    TimingStage(WorkSink timing, Processors processors, WorkSchema schema, StageTimes stages, StageTimes.Clock clock) {
        this.timing = timing;
        this.processors = processors;
        this.schema = schema;
        this.stages = stages;
        this.clock = clock;
        beside = processors.count() > 1;
        if (beside) {
            for (int i = 0; i < BATCHES; i++) {
                empty.add(new Batch());
            }
            open = empty.poll();
            processors.beside(this::help);
        }
    }

    /** Items are numbered from 0 again. */
    void beginSegment(Consumer<StageTimes.Clock> action) {
        number = 0;
        then(action);
    }

    /** Does something after the items so far and before those to come; it gets the clock of the thread that does it. */
    void then(Consumer<StageTimes.Clock> action) {
        if (beside) {
            open.action = action;
            hand();
        } else {
            action.accept(clock);
        }
    }

    @Override
    public int accept(WorkItem item) {
        if (!beside) {
            return timing.accept(item);
        }
        if (open.items[open.count] == null) {
            open.items[open.count] = new WorkItem(schema);
        }
        open.items[open.count++].set(item);
        if (open.count == BATCH) {
            hand();
        }
        return number++;
    }

    private void hand() {
        ready.add(open);
        processors.wake();
        open = empty.poll();
        while (open == null) { // all wait to be timed
            timeNext();
            open = empty.poll();
        }
        Processors.rethrow(failure);
    }

    /**
     * Returns when all is done.
     *
     * @param failed what the dataflow's thread has ended with, or null
     */
    void end(Throwable failed) {
        if (beside) {
            ready.add(open);
            while (!ready.isEmpty()) {
                timeNext();
            }
            timeNext(); // waits for a helper that has the last one
        }
        // it is of an earlier item than what the dataflow did since
        Processors.rethrow(failure);
        Processors.rethrow(failed);
    }

    /** On the dataflow's thread. */
    private void timeNext() {
        StageTimes.Stage before = clock.enter(StageTimes.Stage.TIME);
        turn.lock();
        try {
            time(ready.poll(), clock);
        } finally {
            turn.unlock();
            clock.enter(before);
        }
    }

    /** On a helper; gives whether there was something to time. */
    private boolean help() {
        if (ready.isEmpty() || !turn.tryLock()) {
            return false;
        }
        StageTimes.Clock helpers = stages.clock(StageTimes.Stage.TIME);
        try {
            return time(ready.poll(), helpers);
        } finally {
            turn.unlock();
            helpers.enter(StageTimes.Stage.TIME);
        }
    }

    /** Times a batch, if there is one. */
    private boolean time(Batch batch, StageTimes.Clock at) {
        if (batch == null) {
            return false;
        }
        try {
            for (int i = 0; failure == null && i < batch.count; i++) {
                timing.accept(batch.items[i]);
            }
            if (failure == null && batch.action != null) {
                batch.action.accept(at);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            batch.count = 0;
            batch.action = null;
            empty.addFirst(batch); // the one that caches still hold
        }
        return true;
    }
}
