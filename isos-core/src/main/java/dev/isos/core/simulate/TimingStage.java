package dev.isos.core.simulate;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Time beside function: work items, and what is to be done between them, in the order in which the dataflow's thread gives them. With
 * one processor each is passed on at once; with more, through a bounded queue, which the helpers empty, one at a time, while the
 * dataflow's thread has no other tasks for them or the queue is long. Ledger, laws and machine see the same in the same order either
 * way, and the same failure ends the run.
 */
final class TimingStage implements WorkSink {
    /** Words of items that are handed over together: some hundred items. */
    private static final int BATCH_WORDS = 1 << 14;

    /**
     * The dataflow makes items in bursts, and the machine plays a segment when all have come: it may be 32 MiB behind, some 100,000 to
     * 300,000 items.
     */
    private static final int BATCHES = 512;

    /** Of all batches; for tests that fill them. */
    static final int QUEUE_WORDS = BATCHES * BATCH_WORDS;

    /** If so many wait, helpers time them before they do tasks: then time is what a run waits for. */
    private static final int PRESSING = 32;

    /** Items, then an action. */
    private static final class Batch {
        private int[] words = new int[BATCH_WORDS];
        private int end;
        private Consumer<StageTimes.Clock> action;
    }

    private final WorkSink timing;
    private final Processors processors;
    private final StageTimes stages;
    private final StageTimes.Clock clock;
    private final boolean beside;
    private final Queue<Batch> ready = new ConcurrentLinkedQueue<>();
    private final Deque<Batch> empty = new ConcurrentLinkedDeque<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Held by who takes the first of the batches that are ready, until it is timed. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Made equal to one item after the other; of who has the turn. */
    private final WorkItem timed;

    // of the dataflow's thread, which writes them for each item
    private Batch open;
    private int end;
    private int number;
    private int batches = 1;

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
        this.stages = stages;
        this.clock = clock;
        timed = new WorkItem(schema);
        beside = processors.count() > 1;
        if (beside) {
            open = new Batch();
            processors.beside(this::help, () -> waiting.get() >= PRESSING);
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
        int words = item.words();
        if (end > 0 && end + words > open.words.length) {
            hand();
        }
        if (words > open.words.length) {
            open.words = new int[words];
        }
        end = item.write(open.words, end);
        return number++;
    }

    private void hand() {
        open.end = end;
        end = 0;
        waiting.incrementAndGet();
        ready.add(open);
        processors.wake();
        open = empty.poll();
        if (open == null && batches < BATCHES) {
            batches++;
            open = new Batch();
        }
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
            if (open != null) { // else there was no memory for it
                open.end = end;
                waiting.incrementAndGet();
                ready.add(open);
            }
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
        try {
            StageTimes.Clock helpers = stages.clock(StageTimes.Stage.TIME);
            boolean any = time(ready.poll(), helpers);
            helpers.enter(StageTimes.Stage.TIME);
            return any;
        } finally {
            turn.unlock();
        }
    }

    /** Times a batch, if there is one. */
    private boolean time(Batch batch, StageTimes.Clock at) {
        if (batch == null) {
            return false;
        }
        waiting.decrementAndGet();
        try {
            if (failure == null) {
                timeItems(batch.words, batch.end, timed, timing);
                if (batch.action != null) {
                    batch.action.accept(at);
                }
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            batch.action = null;
            empty.addFirst(batch); // the one that caches still hold
        }
        return true;
    }

    /** Reads no field of this object: they share a cache line with those that the dataflow's thread writes for each item. */
    private static void timeItems(int[] words, int end, WorkItem item, WorkSink timing) {
        for (int next = 0; next < end; ) {
            next = item.read(words, next);
            timing.accept(item);
        }
    }
}
