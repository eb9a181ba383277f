package dev.isos.cli.benchmark;

import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.Configurations.Setting;
import dev.isos.study.execute.LocalExecutor;
import dev.isos.study.execute.Outcome;
import dev.isos.study.execute.Point;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One estimated point of a sweep over ResNet-50, of 960 that differ in geometry, units and bandwidth. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EstimateBenchmark {
    private static final String WORKLOAD = "resnet50-96";

    private Platform isos;
    private Workload workload;
    private List<AcceleratorRequest> configurations;
    private int next;

    @Setup
    public void prepare() {
        isos = IsosPlatform.load(Optional.empty());
        workload = isos.workload(WORKLOAD, WorkloadRequest.defaults());
        configurations = new Configurations(isos)
                .expand(
                        List.of("isosceles:fidelity=analytical"),
                        "benchmark",
                        List.of(
                                setting("lanes", "32", "48", "64", "96", "128"),
                                setting("filterBuffer", "512 KiB", "1 MiB", "2 MiB"),
                                setting("contextArray", "4 KiB", "8 KiB"),
                                setting("contexts", "8", "16"),
                                setting("processingElements", "4", "8", "12", "16"),
                                setting("dram.bandwidth", "64 GB/s", "96 GB/s", "128 GB/s", "256 GB/s")));
    }

    private static Setting setting(String key, String... values) {
        return new Setting(key, List.of(values), "benchmark");
    }

    @Benchmark
    public Outcome estimate() {
        AcceleratorRequest accelerator = configurations.get(next++ % configurations.size());
        return LocalExecutor.outcome(isos, new Point(WORKLOAD, 0, accelerator), workload, RunOptions.defaults());
    }
}
