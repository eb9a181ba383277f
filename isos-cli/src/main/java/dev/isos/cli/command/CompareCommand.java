package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.output.OutputDirectory;
import dev.isos.cli.report.ComparisonReport;
import dev.isos.cli.report.Json;
import dev.isos.cli.simulate.Batch;
import dev.isos.cli.simulate.Progress;
import dev.isos.core.Isos;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.text.Nearest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos compare}. */
@Command(
        name = "compare",
        description = "Simulates workloads on accelerators and compares the accelerators with one of them.")
final class CompareCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-w", "--workloads"},
            paramLabel = "ID",
            split = ",",
            splitSynopsisLabel = ",",
            required = true,
            description = "Built-in workloads, or files that an importer understands.")
    private List<String> workloads;

    @Option(
            names = {"-a", "--accelerators"},
            paramLabel = "ID",
            split = ",",
            splitSynopsisLabel = ",",
            required = true,
            description = "Accelerators; 'isos list accelerators' names them.")
    private List<String> accelerators;

    @Option(
            names = "--baseline",
            paramLabel = "ID",
            description = "Accelerator that the others are compared with (default: the first).")
    private String baseline;

    @Option(
            names = "--energy",
            paramLabel = "ID",
            description = "Energy model of all accelerators (default: each hardware's own).")
    private String energy;

    @Option(
            names = "--verify",
            description = "Compares every layer's output with the reference, also of imported models"
                    + " (built-in workloads always are).")
    private boolean verify;

    @Option(names = "--out", paramLabel = "DIR", description = "Also writes results.json and results.csv there.")
    private Path out;

    @Mixin
    private ImageOptions image;

    @Mixin
    private SourceOptions source;

    @Mixin
    private ThreadOptions threads;

    @Mixin
    private CommonOptions common;

    CompareCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<String> workloadIds =
                workloads.stream().map(String::strip).distinct().toList();
        List<String> acceleratorIds =
                accelerators.stream().map(String::strip).distinct().toList();
        String reference = baseline == null ? acceleratorIds.get(0) : baseline;
        if (!acceleratorIds.contains(reference)) {
            throw IsosException.badInput("--baseline '" + reference + "' is not among the accelerators of -a"
                    + Nearest.hint(reference, acceleratorIds));
        }
        int threadCount = threads.threads();
        try (OutputDirectory directory =
                out == null ? null : OutputDirectory.open(out, List.of("results.json", "results.csv"))) {
            WorkloadRequest request = image.request(source, common, session.console());
            Isos isos = common.platform(session);
            List<ConfiguredAccelerator> machines = acceleratorIds.stream()
                    .map(id -> isos.accelerator(new AcceleratorRequest(
                            id, Optional.empty(), List.of(), Optional.empty(), Optional.ofNullable(energy))))
                    .toList();
            Preflight.workloads(isos, workloadIds, request);
            RunOptions options = new RunOptions(verify, SimulationListener.NONE, threadCount, 0);
            List<RunResult> runs;
            try (Progress progress =
                    ThreadOptions.progress(common, session.console(), workloadIds.size() * machines.size())) {
                runs = new Batch(isos, options, progress).run(workloadIds, machines, request);
            }
            if (verify) {
                Preflight.verified(runs);
            }
            ComparisonReport report = new ComparisonReport(runs, reference);
            if (directory != null) {
                directory.write("results.json", Json.write(report.json()));
                directory.write("results.csv", report.csv());
                directory.commit();
            }
            common.print(session, report);
        }
        return 0;
    }
}
