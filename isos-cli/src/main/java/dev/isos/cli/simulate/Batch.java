package dev.isos.cli.simulate;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Isos;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.util.ArrayList;
import java.util.List;
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

    /** Results workload by workload, both in the order given. */
    public List<RunResult> run(
            List<String> workloads, List<ConfiguredAccelerator> accelerators, WorkloadRequest request) {
        AtomicInteger firstFailure = new AtomicInteger(Integer.MAX_VALUE);
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.max(1, Math.min(options.threads(), workloads.size())), Batch::worker);
        try {
            List<Future<List<RunResult>>> futures = new ArrayList<>();
            for (int i = 0; i < workloads.size(); i++) {
                int index = i;
                futures.add(pool.submit(() -> {
                    // What comes after a failure is not needed; what comes before may fail first in order.
                    if (index > firstFailure.get()) {
                        return List.of();
                    }
                    try {
                        return runOne(workloads.get(index), accelerators, request);
                    } catch (Throwable e) {
                        firstFailure.accumulateAndGet(index, Math::min);
                        throw e;
                    }
                }));
            }
            List<RunResult> results = new ArrayList<>();
            for (Future<List<RunResult>> future : futures) {
                results.addAll(result(future));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private List<RunResult> runOne(String id, List<ConfiguredAccelerator> accelerators, WorkloadRequest request) {
        progress.preparing(id);
        Workload workload = isos.workload(id, request);
        try {
            List<RunResult> results = new ArrayList<>();
            for (ConfiguredAccelerator accelerator : accelerators) {
                RunResult result = isos.run(workload, accelerator, options);
                progress.finished(result);
                results.add(result);
            }
            return results;
        } finally {
            isos.release(workload);
        }
    }

    private static List<RunResult> result(Future<List<RunResult>> future) {
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
