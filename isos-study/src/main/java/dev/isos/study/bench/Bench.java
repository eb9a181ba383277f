package dev.isos.study.bench;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.batch.Progress;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * Times simulations, and the dense network on the host, each on one thread, by the processor time of that thread, which other
 * processes do not lengthen as they do the time of day. A time is the least of several repeats.
 */
public final class Bench {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int WARM_UPS = 1;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Platform isos;
    private final WorkloadRequest request;
    private final int repeats;
    private final Progress progress;

    /** @param repeats how often each thing is timed, at least 1 */
    public Bench(Platform isos, WorkloadRequest request, int repeats, Progress progress) {
        this.isos = isos;
        this.request = request;
        this.repeats = repeats;
        this.progress = progress;
    }

    /**
     * Times of one workload.
     *
     * @param hostSeconds of the dense network on the host
     */
    public record WorkloadTimes(String workload, long denseMacs, double hostSeconds, List<SimulationTime> simulations) {
        public WorkloadTimes {
            simulations = List.copyOf(simulations);
        }
    }

    /**
     * Time of one simulation.
     *
     * @param seconds to plan, to compute the outputs and to time the machine; the workload is in memory
     */
    public record SimulationTime(RunResult run, double seconds) {}

    /** What is timed. */
    private interface Work<T> {
        T run();
    }

    private record Timed<T>(T value, double seconds) {}

    /** Times every accelerator on every workload. */
    public List<WorkloadTimes> run(List<String> workloads, List<ConfiguredAccelerator> accelerators) {
        List<WorkloadTimes> times = new ArrayList<>();
        for (String id : workloads) {
            progress.preparing(id);
            Workload workload = isos.workload(id, request);
            try {
                DenseNetwork dense = new DenseNetwork(workload.network());
                double host = fastest(dense::run).seconds();
                List<SimulationTime> simulations = new ArrayList<>();
                for (ConfiguredAccelerator accelerator : accelerators) {
                    Timed<RunResult> timed = fastest(() -> {
                        // What an earlier run left would be free.
                        isos.release(workload);
                        return isos.run(workload, accelerator, new RunOptions(false, SimulationListener.NONE, 1, 0));
                    });
                    progress.finished(timed.value());
                    simulations.add(new SimulationTime(timed.value(), timed.seconds()));
                }
                times.add(new WorkloadTimes(id, workload.network().denseMacs(), host, simulations));
            } finally {
                isos.release(workload);
            }
        }
        return times;
    }

    /** Processor time of this thread; the time of day on a JVM that does not know it. */
    private static long nanos() {
        return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    private <T> Timed<T> fastest(Work<T> work) {
        Timed<T> best = null;
        for (int i = 0; i < WARM_UPS + repeats; i++) {
            long start = nanos();
            T value = work.run();
            double seconds = (nanos() - start) / NANOS_PER_SECOND;
            if (i >= WARM_UPS && (best == null || seconds < best.seconds())) {
                best = new Timed<>(value, seconds);
            }
        }
        return best;
    }
}
