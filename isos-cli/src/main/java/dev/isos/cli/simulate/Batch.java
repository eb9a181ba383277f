package dev.isos.cli.simulate;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Isos;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Simulates every workload on every accelerator. Workloads are spread over threads; one thread simulates all accelerators
 * of a workload one after another, since they share what it computes, and then frees it. The results, and which failure is
 * reported, do not depend on the number of threads.
 */
public final class Batch {
    private final Isos isos;
    private final Progress progress;
    private final RunOptions options;

    /** @param options the number of threads among them */
    public Batch(Isos isos, RunOptions options, Progress progress) {
        this.isos = isos;
        this.options = options;
        this.progress = progress;
    }

    /** Simulates a workload that is in memory. */
    public interface Simulation {
        RunResult run(ConfiguredAccelerator accelerator);
    }

    /** What is done with each workload. */
    public interface Task<T> {
        /**
         * @param id id or file that was asked for
         * @param simulation runs it on accelerators, which share what they compute
         */
        T of(String id, Workload workload, Simulation simulation);
    }

    /** Results workload by workload, both in the order given. */
    public List<RunResult> run(
            List<String> workloads, List<ConfiguredAccelerator> accelerators, WorkloadRequest request) {
        return each(
                        workloads,
                        request,
                        (id, workload, simulation) ->
                                accelerators.stream().map(simulation::run).toList())
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /** What a task gives for each workload, in the order given. */
    public <T> List<T> each(List<String> workloads, WorkloadRequest request, Task<T> task) {
        AtomicInteger firstFailure = new AtomicInteger(Integer.MAX_VALUE);
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.max(1, Math.min(options.threads(), workloads.size())), Batch::worker);
        try {
            List<Future<Optional<T>>> futures = new ArrayList<>();
            for (int i = 0; i < workloads.size(); i++) {
                int index = i;
                futures.add(pool.submit(() -> {
                    // What comes after a failure is not needed; what comes before may fail first in order.
                    if (index > firstFailure.get()) {
                        return Optional.empty();
                    }
                    try {
                        return Optional.of(runOne(workloads.get(index), request, task));
                    } catch (Throwable e) {
                        firstFailure.accumulateAndGet(index, Math::min);
                        throw e;
                    }
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<Optional<T>> future : futures) {
                result(future).ifPresent(results::add);
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private <T> T runOne(String id, WorkloadRequest request, Task<T> task) {
        progress.preparing(id);
        Workload workload = isos.workload(id, request);
        try {
            return task.of(id, workload, accelerator -> {
                RunResult result = isos.run(workload, accelerator, options);
                progress.finished(result);
                return result;
            });
        } finally {
            isos.release(workload);
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
