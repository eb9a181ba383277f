package dev.isos.core.simulate;

import dev.isos.api.dataflow.TaskRunner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * The processors that one run may use: that of the thread which begins it, and one helper for each further one. Helpers take part in
 * {@linkplain #parallel tasks}, and do {@linkplain #beside what is queued} while there are none. What comes out does not depend on how
 * many there are.
 */
final class Processors implements AutoCloseable {
    /** So long a thread looks for work before it sleeps: to wake one on an idle processor can take longer than a task. */
    private static final long WATCHFUL_NANOS = 100_000;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulation part");
        thread.setDaemon(true);
        return thread;
    });

    private final StageTimes stages;
    private final Helper[] helpers;
    private final AtomicReference<Tasks> open = new AtomicReference<>();
    private volatile BooleanSupplier queued = () -> false;
    private volatile BooleanSupplier pressing = () -> false;
    private volatile boolean closed;

    /**
     * @param count at least 1
     * @param stages gets what the helpers take to execute
     */
    Processors(int count, StageTimes stages) {
        this.stages = stages;
        helpers = new Helper[count - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper();
            THREADS.execute(helpers[i]);
        }
    }

    int count() {
        return 1 + helpers.length;
    }

    /**
     * @param work does a part of what is queued, and says whether there was any; helpers ask it at the same time, and after {@link #wake}
     * @param before says whether that comes before tasks now
     */
    void beside(BooleanSupplier work, BooleanSupplier before) {
        queued = work;
        pressing = before;
    }

    /** There is more to do. */
    void wake() {
        for (Helper helper : helpers) {
            LockSupport.unpark(helper.asleep); // does nothing where it is awake
        }
    }

    /**
     * Does tasks 0 to {@code tasks - 1}, each once; returns when all are done. What the first of those that fail throws, in their order, is
     * thrown on. A task's own tasks are done by its thread.
     */
    void parallel(int tasks, IntConsumer task) {
        Tasks all = new Tasks(tasks, task);
        if (helpers.length == 0 || tasks < 2 || !open.compareAndSet(null, all)) {
            TaskRunner.IN_TURN.run(tasks, task);
            return;
        }
        wake();
        all.work();
        all.await();
        open.set(null);
        for (int i = 0; i < tasks; i++) {
            rethrow(all.failures.get(i));
        }
    }

    /** The helpers end. */
    @Override
    public void close() {
        closed = true;
        wake();
    }

    /** Throws what another thread has caught, if it has caught something; checked or not, as one processor would. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> void rethrow(Throwable failure) throws E {
        if (failure != null) {
            throw (E) failure;
        }
    }

    private final class Helper implements Runnable {
        /** Its thread while it sleeps. */
        private volatile Thread asleep;

        @Override
        public void run() {
            long idleSince = System.nanoTime();
            while (!closed) {
                if (work()) {
                    idleSince = System.nanoTime();
                } else if (System.nanoTime() - idleSince < WATCHFUL_NANOS) {
                    Thread.onSpinWait();
                } else {
                    asleep = Thread.currentThread();
                    if (!closed && !work()) { // what came before others could see that it sleeps
                        LockSupport.park(this);
                    }
                    asleep = null;
                    idleSince = System.nanoTime();
                }
            }
        }

        private boolean work() {
            if (pressing.getAsBoolean() && queued.getAsBoolean()) {
                return true;
            }
            Tasks tasks = open.get();
            if (tasks == null || !tasks.left()) {
                return queued.getAsBoolean();
            }
            long since = stages.now();
            tasks.work();
            stages.add(StageTimes.Stage.EXECUTE, since);
            return true;
        }
    }

    private static final class Tasks {
        private final int count;
        private final IntConsumer task;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReferenceArray<Throwable> failures;
        private volatile Thread waiting;

        Tasks(int count, IntConsumer task) {
            this.count = count;
            this.task = task;
            this.failures = new AtomicReferenceArray<>(count);
        }

        boolean left() {
            return next.get() < count;
        }

        void work() {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                try {
                    task.accept(i);
                } catch (Throwable e) { // checked, too: not every language of the JVM declares them
                    failures.set(i, e);
                } finally {
                    if (done.incrementAndGet() == count) {
                        LockSupport.unpark(waiting);
                    }
                }
            }
        }

        /** Until those that others do are done. */
        void await() {
            long since = System.nanoTime();
            while (done.get() < count) {
                if (System.nanoTime() - since < WATCHFUL_NANOS) {
                    Thread.onSpinWait();
                } else {
                    waiting = Thread.currentThread();
                    if (done.get() < count) {
                        LockSupport.park(this);
                    }
                }
            }
        }
    }
}
