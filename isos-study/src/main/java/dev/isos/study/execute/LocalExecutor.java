package dev.isos.study.execute;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.batch.Heap;
import dev.isos.study.batch.Progress;
import dev.isos.study.batch.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Threads of this process. Workloads come one after another, since their points share what is computed once per workload; the
 * points of one are spread over the threads.
 */
public final class LocalExecutor implements PointExecutor {
    private final Platform isos;
    private final WorkloadRequest request;
    private final int threads;
    private final Progress progress;

    /**
     * Makes an executor.
     *
     * @param request what workloads are made of, except for the seed
     * @param threads processors to use, at least 1
     */
    public LocalExecutor(Platform isos, WorkloadRequest request, int threads, Progress progress) {
        this.isos = isos;
        this.request = request;
        this.threads = threads;
        this.progress = progress;
    }

    /** A workload as points ask for it. */
    private record Source(String workload, long seed) {}

    /** Those of the last points: whoever asks again and again asks for the same. */
    private final Map<Source, Workload> kept = new LinkedHashMap<>();

    private Workload workload(Source source) {
        if (Heap.isTight()) {
            close();
        }
        return kept.computeIfAbsent(source, it -> {
            progress.preparing(it.workload());
            return isos.workload(it.workload(), seeded(request, it.seed()));
        });
    }

    @Override
    public void close() {
        kept.values().forEach(isos::release);
        kept.clear();
    }

    @Override
    public void execute(List<Point> points, Consumer<Outcome> outcomes) {
        Map<Source, List<Point>> bySource = new LinkedHashMap<>();
        points.forEach(point -> bySource.computeIfAbsent(
                        new Source(point.workload(), point.seed()), source -> new ArrayList<>())
                .add(point));
        bySource.forEach((source, its) -> {
            Workload workload = workload(source);
            List<Workers.Task<Void>> tasks = new ArrayList<>();
            for (Point point : its) {
                tasks.add(processors -> {
                    outcomes.accept(outcome(point, workload, processors));
                    return null;
                });
            }
            try {
                Workers.run(tasks, threads);
            } finally {
                // what simulations share is large, and the next workload needs the room; estimates share little
                if (its.stream().anyMatch(point -> point.accelerator().fidelity() != Fidelity.ANALYTICAL)) {
                    isos.release(workload);
                }
            }
        });
    }

    /** The same request with another seed. */
    public static WorkloadRequest seeded(WorkloadRequest request, long seed) {
        return new WorkloadRequest(
                seed,
                request.images(),
                request.preprocessing(),
                request.prune(),
                request.cacheDirectory(),
                request.calibration());
    }

    private Outcome outcome(Point point, Workload workload, IntSupplier processors) {
        RunOptions options = new RunOptions(false, SimulationListener.NONE, threads, 0).on(processors.getAsInt());
        Outcome outcome = outcome(isos, point, workload, options);
        if (Heap.isTight()) {
            isos.release(workload);
        }
        return outcome;
    }

    /** Computes one point on a workload that is in memory. */
    public static Outcome outcome(Platform isos, Point point, Workload workload, RunOptions options) {
        try {
            return Outcome.of(point, isos.run(workload, isos.accelerator(point.accelerator()), options));
        } catch (IsosException e) {
            return Outcome.of(point, e);
        }
    }
}
