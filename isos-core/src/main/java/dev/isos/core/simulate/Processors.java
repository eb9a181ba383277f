package dev.isos.core.simulate;

import dev.isos.api.dataflow.TaskRunner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;

/**
 * The processors that one run may use. Whoever works for the run holds one; no more threads of it work at a time, in the order in which
 * they asked. What comes out does not depend on how many there are.
 */
final class Processors {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulation part");
        thread.setDaemon(true);
        return thread;
    });

    private final int count;
    private final StageTimes stages;
    private final Semaphore free;

    /**
     * @param count at least 1; the thread that begins the run holds the first
     * @param stages gets what the others take to execute
     */
    Processors(int count, StageTimes stages) {
        this.count = count;
        this.stages = stages;
        this.free = new Semaphore(count - 1, true);
    }

    int count() {
        return count;
    }

    /** Runs a task on a thread of its own, which takes a processor when it has something to do. */
    void begin(Runnable task) {
        THREADS.execute(task);
    }

    void take() {
        free.acquireUninterruptibly();
    }

    void giveBack() {
        free.release();
    }

    /**
     * Does tasks 0 to {@code tasks - 1}, each once; returns when all are done. What the first of those that fail throws, in their order, is
     * thrown on.
     */
    void parallel(int tasks, IntConsumer task) {
        int helpers = Math.min(count, tasks) - 1;
        if (helpers < 1) {
            TaskRunner.IN_TURN.run(tasks, task);
            return;
        }
        AtomicInteger next = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(tasks);
        AtomicReferenceArray<Throwable> failures = new AtomicReferenceArray<>(tasks);
        Runnable work = () -> {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                try {
                    task.accept(i);
                } catch (RuntimeException | Error e) {
                    failures.set(i, e);
                } finally {
                    left.countDown();
                }
            }
        };
        for (int i = 0; i < helpers; i++) {
            begin(() -> {
                take();
                long since = stages.now();
                try {
                    work.run();
                } finally {
                    stages.add(StageTimes.Stage.EXECUTE, since);
                    giveBack();
                }
            });
        }
        work.run();
        await(left);
        for (int i = 0; i < tasks; i++) {
            rethrow(failures.get(i));
        }
    }

    private static void await(CountDownLatch left) {
        boolean interrupted = false;
        while (true) {
            try {
                left.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the tasks are short
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what another thread has caught, if it has caught something. */
    static void rethrow(Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }
}
