package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.report.text.BenchReport;
import dev.isos.study.batch.Progress;
import dev.isos.study.bench.Bench;
import dev.isos.study.bench.Bench.WorkloadTimes;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.evaluation.Evaluation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos bench}. */
@Command(
        name = "bench",
        description = "Measures the simulator's speed: the time of a simulation divided by that of the dense network on"
                + " this processor, one thread each.")
final class BenchCommand implements Callable<Integer> {
    private static final int MOST_REPEATS = 1000;

    private final Session session;

    @Option(
            names = {"-w", "--workloads"},
            paramLabel = "ID",
            split = ",",
            splitSynopsisLabel = ",",
            defaultValue = "resnet50-96,mobilenetv1-89",
            description = "Built-in workloads, or files that an importer understands (default: ${DEFAULT-VALUE}).")
    private List<String> workloads;

    @Option(
            names = {"-a", "--accelerators"},
            paramLabel = "ID[:KEY=VALUE]",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Accelerators (default: those of 'isos reproduce').")
    private List<String> accelerators = Evaluation.builtIn().accelerators();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each is timed; the fastest counts (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Mixin
    private SourceOptions source;

    @Mixin
    private CommonOptions common;

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (repeats < 1 || repeats > MOST_REPEATS) {
            throw IsosException.badInput("--repeat expects 1 to " + MOST_REPEATS + ", got " + repeats);
        }
        WorkloadRequest request = source.request(common, session.console());
        Platform isos = common.platform(session);
        List<String> ids = workloads.stream().map(String::strip).distinct().toList();
        List<ConfiguredAccelerator> machines = new Configurations(isos)
                .expand(accelerators, "--accelerators", List.of()).stream()
                        .map(isos::accelerator)
                        .toList();
        Preflight.workloads(isos, ids, request, source);
        List<WorkloadTimes> times;
        try (Progress progress = ThreadOptions.progress(common, session.console(), ids.size() * machines.size())) {
            times = new Bench(isos, request, repeats, progress).run(ids, machines);
        }
        common.print(session, new BenchReport(times, repeats));
        return 0;
    }
}
