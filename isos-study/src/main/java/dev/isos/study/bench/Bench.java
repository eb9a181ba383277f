package dev.isos.study.bench;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.file.IoReason;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.StageTimes;
import dev.isos.core.simulate.StageTimes.Stage;
import dev.isos.study.batch.Progress;
import dev.isos.study.bench.SimulationTimes.Memory;
import dev.isos.study.bench.SimulationTimes.Pairs;
import dev.isos.study.bench.SimulationTimes.StageSeconds;
import dev.isos.support.reference.ReferenceExecutor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times simulations beside the dense network on the host, by wall-clock time and in pairs: dense, simulation, dense, simulation, in one
 * process, warm, on the same number of threads. What slows the machine down for a while then slows both sides of a pair.
 */
public final class Bench {
    /** Pairs before those that count: so many, since the JVM compiles what is hot beside the first of them. */
    public static final int WARM_UPS = 5;

    private static final double NANOS_PER_SECOND = 1e9;

    /** Of these, function and time are on threads of their own. */
    private static final int PROCESSORS_OF_STAGES = 2;

    private static final int MOST_STAGE_RUNS = 3;
    private static final String FLOAT_EXPORTER = "onnx-float32";

    /** Sizes of the input beside the workload's own: these parts of it. */
    private static final double[] SIZES = {0.25, 0.5, 1, 2};

    private final Platform isos;
    private final WorkloadRequest request;
    private final Options options;
    private final Progress progress;

    /**
     * What to measure.
     *
     * @param repeats pairs that count, at least 1
     * @param threads of either side, at least 1
     * @param onnxRuntime whether ONNX Runtime takes turns with the others
     * @param growth whether to measure how times grow
     */
    public record Options(int repeats, int threads, boolean onnxRuntime, boolean growth) {}

    public Bench(Platform isos, WorkloadRequest request, Options options, Progress progress) {
        this.isos = isos;
        this.request = request;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Times every accelerator on every workload; growth, if asked for, of the first of each.
     *
     * @throws IsosException also where ONNX Runtime is asked for and not there
     */
    public BenchResult run(List<String> workloads, List<ConfiguredAccelerator> accelerators) {
        String version = options.onnxRuntime() ? OnnxRuntime.version() : null;
        List<WorkloadTimes> times = new ArrayList<>();
        for (String id : workloads) {
            progress.preparing(id);
            isos.release(isos.workload(id, request)); // from now on, where there is one, it is in the cache
            long start = System.nanoTime();
            Workload workload = isos.workload(id, request);
            double readSeconds = seconds(start);
            try {
                times.add(new WorkloadTimes(
                        id, workload.network().denseMacs(), readSeconds, simulations(workload, accelerators)));
            } finally {
                isos.release(workload);
            }
        }
        Growth growth = options.growth() ? growth(workloads.get(0), accelerators.get(0)) : null;
        return new BenchResult(times, version, growth);
    }

    private List<SimulationTimes> simulations(Workload workload, List<ConfiguredAccelerator> accelerators) {
        List<SimulationTimes> simulations = new ArrayList<>();
        try (DenseNetwork dense = new DenseNetwork(workload.network(), options.threads());
                OnnxRuntime onnxRuntime = options.onnxRuntime() ? onnxRuntime(workload) : null) {
            for (ConfiguredAccelerator accelerator : accelerators) {
                simulations.add(times(workload, accelerator, dense, onnxRuntime));
            }
        }
        return simulations;
    }

    private SimulationTimes times(
            Workload workload,
            ConfiguredAccelerator accelerator,
            DenseNetwork dense,
            @Nullable OnnxRuntime onnxRuntime) {
        int repeats = options.repeats();
        double[] host = new double[repeats];
        double[] engine = new double[repeats];
        double[] simulation = new double[repeats];
        RunResult run = null;
        for (int i = -WARM_UPS; i < repeats; i++) {
            int at = Math.max(0, i); // what a warm-up writes there is overwritten
            long start = System.nanoTime();
            dense.run();
            host[at] = seconds(start);
            if (onnxRuntime != null) {
                start = System.nanoTime();
                onnxRuntime.run();
                engine[at] = seconds(start);
            }
            isos.release(workload); // what an earlier run left would be free
            start = System.nanoTime();
            run = run(workload, accelerator, options.threads(), StageTimes.NONE);
            simulation[at] = seconds(start);
        }
        progress.finished(run);
        Pairs pairs = new Pairs(
                Spread.of(simulation),
                Spread.of(host),
                Spread.ofRatios(simulation, host),
                onnxRuntime == null ? null : Spread.of(engine),
                onnxRuntime == null ? null : Spread.ofRatios(simulation, engine));
        int stageRuns = Math.min(MOST_STAGE_RUNS, repeats);
        StageTimes stages = new StageTimes();
        for (int i = 0; i < stageRuns; i++) {
            isos.release(workload);
            run(workload, accelerator, PROCESSORS_OF_STAGES, stages);
        }
        return new SimulationTimes(
                accelerator.name(),
                accelerator.fidelity().id(),
                run.cycles(),
                effectual(run),
                stages.workItems() / stageRuns,
                pairs,
                new StageSeconds(
                        stages.seconds(Stage.PLAN) / stageRuns,
                        stages.seconds(Stage.EXECUTE) / stageRuns,
                        stages.seconds(Stage.TIME) / stageRuns,
                        stages.seconds(Stage.VERIFY) / stageRuns),
                memory(workload, accelerator, stages.outputBytes() / stageRuns));
    }

    private RunResult run(Workload workload, ConfiguredAccelerator accelerator, int threads, StageTimes stages) {
        return isos.run(workload, accelerator, new RunOptions(false, SimulationListener.NONE, threads, 0).with(stages));
    }

    private Memory memory(Workload workload, ConfiguredAccelerator accelerator, long outputBytes) {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        isos.release(workload);
        System.gc();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        long before = allocatedBytes();
        run(workload, accelerator, 1, StageTimes.NONE);
        long allocated = allocatedBytes() - before;
        long peak =
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        return new Memory(before < 0 ? null : allocated, outputBytes, peak);
    }

    /** Bytes that this thread has allocated; -1 where the JVM does not count them. */
    private static long allocatedBytes() {
        return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
                        && threads.isThreadAllocatedMemorySupported()
                ? threads.getThreadAllocatedBytes(Thread.currentThread().getId())
                : -1;
    }

    private static @Nullable Long effectual(RunResult run) {
        return run.macs().effectual() < 0 ? null : run.macs().effectual();
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    }

    private OnnxRuntime onnxRuntime(Workload workload) {
        WorkloadExporter exporter = isos.exporters().get(FLOAT_EXPORTER);
        if (exporter == null) {
            throw IsosException.badInput("the comparison with ONNX Runtime needs the exporter " + FLOAT_EXPORTER
                    + ", which no plug-in contributes");
        }
        try {
            Path model = Files.createTempFile("isos-bench", exporter.fileExtension());
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(model))) {
                    exporter.write(workload, out);
                }
                return new OnnxRuntime(model, workload.network(), options.threads());
            } finally {
                Files.deleteIfExists(model);
            }
        } catch (IOException e) {
            throw IsosException.badInput(
                    "the model for ONNX Runtime cannot be written to the folder for temporary files: "
                            + IoReason.of(e));
        }
    }

    private Growth growth(String id, ConfiguredAccelerator accelerator) {
        List<Growth.Point> bySize = new ArrayList<>();
        Workload workload = isos.workload(id, request);
        String network;
        try {
            network = workload.network().name();
            for (double size : SIZES) {
                int height = (int) (workload.network().input().height() * size);
                int width = (int) (workload.network().input().width() * size);
                if (height > 0 && width > 0) {
                    ResizedWorkload.of(workload, height, width)
                            // runs are verified, and effectual MACs counted, as those of built-in workloads
                            .map(resized -> resized.withReference(ReferenceExecutor.execute(resized)))
                            .ifPresent(resized -> bySize.add(point(resized, accelerator, last(bySize))));
                }
            }
        } finally {
            isos.release(workload);
        }
        List<Growth.Point> byDensity = new ArrayList<>();
        isos.workloads().stream()
                .filter(other -> other.network().equals(network))
                .sorted(Comparator.comparingDouble(WorkloadDescriptor::weightSparsity)
                        .reversed())
                .forEach(other -> {
                    progress.preparing(other.id());
                    byDensity.add(point(isos.workload(other.id(), request), accelerator, last(byDensity)));
                });
        return new Growth(accelerator.name(), bySize, byDensity);
    }

    private static Growth.@Nullable Point last(List<Growth.Point> points) {
        return points.isEmpty() ? null : points.get(points.size() - 1);
    }

    /** Measures a workload and releases it. */
    private Growth.Point point(Workload workload, ConfiguredAccelerator accelerator, Growth.@Nullable Point before) {
        double[] seconds = new double[options.repeats()];
        RunResult run = null;
        try {
            for (int i = -1; i < seconds.length; i++) {
                isos.release(workload);
                long start = System.nanoTime();
                run = run(workload, accelerator, options.threads(), StageTimes.NONE);
                seconds[Math.max(0, i)] = seconds(start);
            }
        } finally {
            isos.release(workload);
        }
        Spread spread = Spread.of(seconds);
        return new Growth.Point(
                workload.info().id(),
                workload.network().input().height(),
                workload.network().input().width(),
                workload.weightDensity(),
                workload.network().denseMacs(),
                effectual(run),
                spread,
                Growth.relative(before, effectual(run), spread.median()));
    }
}
