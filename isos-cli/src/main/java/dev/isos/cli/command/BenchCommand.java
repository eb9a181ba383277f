package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.report.text.BenchReport;
import dev.isos.study.batch.Progress;
import dev.isos.study.bench.Bench;
import dev.isos.study.bench.BenchResult;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.Configurations.Setting;
import dev.isos.study.evaluation.Evaluation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos bench}. */
@Command(
        name = "bench",
        description =
                "Measures the simulator's speed: simulations and the dense network on this processor take turns, on the"
                        + " same number of threads.")
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
            defaultValue = "10",
            description =
                    "Pairs of a run of the dense network and a simulation; medians count (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of a simulation, and of the dense network (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--fidelity",
            paramLabel = "event|stepped|analytical",
            split = ",",
            splitSynopsisLabel = ",",
            description = "How closely accelerators are simulated; of several, each accelerator takes those that it has"
                    + " (default: event).")
    private List<String> fidelities = List.of();

    @Option(
            names = "--onnxruntime",
            description = "Compares with ONNX Runtime too, on the same network, dense, in 32-bit floats.")
    private boolean onnxRuntime;

    @Option(
            names = "--growth",
            description =
                    "Also times the first accelerator on the first workload at other sizes of its input, and on the"
                            + " built-in workloads of the same network.")
    private boolean growth;

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
        ThreadOptions.check(threads);
        WorkloadRequest request = source.request(common, session.console());
        Platform isos = common.platform(session);
        List<String> ids = workloads.stream().map(String::strip).distinct().toList();
        List<ConfiguredAccelerator> machines = machines(isos);
        Preflight.workloads(isos, ids, request, source);
        Bench.Options options = new Bench.Options(repeats, threads, onnxRuntime, growth);
        BenchResult result;
        try (Progress progress = ThreadOptions.progress(common, session.console(), ids.size() * machines.size())) {
            result = new Bench(isos, request, options, progress).run(ids, machines);
        }
        common.print(session, new BenchReport(result, options, ModuleVersions.isos()));
        return 0;
    }

    private List<ConfiguredAccelerator> machines(Platform isos) {
        fidelities.forEach(each -> Configurations.fidelity(each, "--fidelity"));
        String place = "--fidelity " + String.join(",", fidelities);
        List<Setting> settings = fidelities.isEmpty() ? List.of() : List.of(new Setting("fidelity", fidelities, place));
        List<ConfiguredAccelerator> machines = new Configurations(isos)
                .expand(accelerators, "--accelerators", settings).stream()
                        .map(isos::accelerator)
                        .filter(machine -> fidelities.size() < 2 || has(machine))
                        .toList();
        if (machines.isEmpty()) {
            throw IsosException.badInput(place + ": none of the accelerators has it");
        }
        return machines;
    }

    private static boolean has(ConfiguredAccelerator machine) {
        return switch (machine.fidelity()) {
            case EVENT -> true;
            case STEPPED -> machine.hardware().stepped().isPresent();
            case ANALYTICAL ->
                machine.hardware().analytical(machine.dataflow().id()).isPresent();
        };
    }
}
