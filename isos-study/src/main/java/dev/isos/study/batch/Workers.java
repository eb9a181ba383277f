package dev.isos.study.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Threads that share tasks. Results, and which failure is thrown, do not depend on their number. */
public final class Workers {
    private Workers() {}

    /** What is to be done. */
    public interface Task<T> {
        /** @param processors tells how many it may use, which grow as other tasks end; at least 1 */
        T run(IntSupplier processors);
    }

    /** Results in the order of the tasks; else the failure of the first task in that order. */
    public static <T> List<T> run(List<? extends Task<T>> tasks, int threads) {
        AtomicInteger left = new AtomicInteger(tasks.size());
        IntSupplier processors = () -> Math.max(1, threads / Math.max(1, left.get()));
        AtomicInteger firstFailure = new AtomicInteger(Integer.MAX_VALUE);
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.max(1, Math.min(threads, tasks.size())), Workers::worker);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                int index = i;
                futures.add(pool.submit(() -> {
                    // What comes after a failure is not needed; what comes before may fail first in order.
                    if (index > firstFailure.get()) {
                        return null;
                    }
                    try {
                        return tasks.get(index).run(processors);
                    } catch (Throwable e) {
                        firstFailure.accumulateAndGet(index, Math::min);
                        throw e;
                    } finally {
                        left.decrementAndGet();
                    }
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(result(future));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the simulations were interrupted", e);
        }
    }

    private static Thread worker(Runnable task) {
        Thread thread = new Thread(task, "simulation");
        thread.setDaemon(true);
        return thread;
    }
}
