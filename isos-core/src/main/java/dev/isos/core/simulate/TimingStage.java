package dev.isos.core.simulate;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Time beside function: work items, and what is to be done between them, in the order in which the dataflow's thread gives them. With
 * one processor each is passed on at once; with more, through a bounded queue to a second thread, on which ledger, laws and machine
 * run. Either way they see the same in the same order, and the same failure ends the run.
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
        private Runnable action;
        private boolean last;
    }

    private final WorkSink timing;
    private final Processors processors;
    private final WorkSchema schema;
    private final StageTimes stages;
    private final BlockingDeque<Batch> ready;
    private final BlockingDeque<Batch> empty;
    private Batch open;
    private int number;

    /** What has ended the second thread's work; it goes on to empty the queue. */
    private volatile Throwable failure;

    private boolean ended;

    /**
     * @param timing takes the items, on one thread at a time
     * @param stages gets what that takes, where it is on a thread of its own
     */
    TimingStage(WorkSink timing, Processors processors, WorkSchema schema, StageTimes stages) {
        this.stages = stages;
        this.timing = timing;
        this.processors = processors;
        this.schema = schema;
        boolean beside = processors.count() > 1;
        ready = beside ? new LinkedBlockingDeque<>() : null;
        empty = beside ? new LinkedBlockingDeque<>() : null;
        if (beside) {
            for (int i = 0; i < BATCHES; i++) {
                empty.add(new Batch());
            }
            open = take(empty);
            processors.begin(this::work);
        }
    }

    /** Items are numbered from 0 again. */
    void beginSegment(Runnable action) {
        number = 0;
        then(action);
    }

    /** Does something after the items so far and before those to come. */
    void then(Runnable action) {
        if (ready == null) {
            action.run();
        } else {
            open.action = action;
            hand();
        }
    }

    @Override
    public int accept(WorkItem item) {
        if (ready == null) {
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
        ready.addLast(open);
        if (failure == null) {
            open = empty.poll();
            if (open == null) { // the processor is of more use to the others
                processors.giveBack();
                open = take(empty);
                processors.take();
            }
        } else {
            open = take(empty);
        }
        Processors.rethrow(failure);
    }

    /**
     * Returns when all is done.
     *
     * @param failed what the dataflow's thread has ended with, or null
     */
    void end(Throwable failed) {
        if (ready != null && !ended) {
            ended = true;
            open.last = true;
            ready.addLast(open);
            processors.giveBack();
            while (!take(empty).last) {
                // those before the last
            }
            processors.take();
        }
        // it is of an earlier item than what the dataflow did since
        Processors.rethrow(failure);
        Processors.rethrow(failed);
    }

    private void work() {
        boolean last = false;
        while (!last) {
            Batch batch = take(ready);
            last = batch.last;
            processors.take();
            long since = stages.now();
            try {
                work(batch);
            } finally {
                stages.add(StageTimes.Stage.TIME, since);
                processors.giveBack();
                batch.count = 0;
                batch.action = null;
                empty.addFirst(batch); // the one that caches still hold
            }
        }
    }

    private void work(Batch batch) {
        if (failure != null) {
            return;
        }
        try {
            for (int i = 0; i < batch.count; i++) {
                timing.accept(batch.items[i]);
            }
            if (batch.action != null) {
                batch.action.run();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private static Batch take(BlockingDeque<Batch> queue) {
        boolean interrupted = false;
        while (true) {
            try {
                Batch batch = queue.take();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return batch;
            } catch (InterruptedException e) {
                interrupted = true; // the other thread ends by itself
            }
        }
    }
}
