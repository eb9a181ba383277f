package dev.isos.study.batch;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Simulates every workload on every accelerator. Workloads are spread over processors; one after another all accelerators of a
 * workload are simulated, since they share what it computes, and then it is freed. Processors that no workload is left for help
 * the others. The results, and which failure is
 * reported, do not depend on the number of threads.
 */
public final class Batch {
    private final Platform isos;
    private final Progress progress;
    private final RunOptions options;

    /** @param options the number of threads among them */
    public Batch(Platform isos, RunOptions options, Progress progress) {
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
        List<Workers.Task<T>> tasks = new ArrayList<>();
        workloads.forEach(id -> tasks.add(processors -> runOne(id, request, task, processors)));
        return Workers.run(tasks, options.threads());
    }

    private <T> T runOne(String id, WorkloadRequest request, Task<T> task, IntSupplier processors) {
        progress.preparing(id);
        Workload workload = isos.workload(id, request);
        try {
            return task.of(id, workload, accelerator -> {
                RunResult result = isos.run(workload, accelerator, options.on(processors.getAsInt()));
                progress.finished(result);
                if (Heap.isTight()) {
                    isos.release(workload);
                }
                return result;
            });
        } finally {
            isos.release(workload);
        }
    }
}
