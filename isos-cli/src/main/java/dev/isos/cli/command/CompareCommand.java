package dev.isos.cli.command;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.Report;
import dev.isos.report.Report.Commands;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.output.OutputDirectory;
import dev.isos.report.text.ComparisonReport;
import dev.isos.study.batch.Batch;
import dev.isos.study.batch.Progress;
import dev.isos.study.compare.Comparison;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.Configurations.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isos compare}. */
@Command(
        name = "compare",
        description = "Simulates workloads on accelerators and compares the accelerators with one of them.")
final class CompareCommand implements Callable<Integer> {
    /** What the command line of one run says in its own way. */
    private static final Set<String> BY_RUN = Set.of(
            "--workloads",
            "--accelerators",
            "--vary",
            "--hardware",
            "--set",
            "--mapping",
            "--fidelity",
            "--baseline",
            "--energy");

    private final Session session;

    @Spec
    private CommandSpec spec;

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
            paramLabel = "ID[:KEY=VALUE]",
            split = ",",
            splitSynopsisLabel = ",",
            required = true,
            description = "Accelerators, see 'isos list accelerators'; each may be configured, for example"
                    + " isosceles:lanes=32:mapping=optimal.")
    private List<String> accelerators;

    @Option(
            names = "--vary",
            paramLabel = "KEY=VALUES",
            description = "Every accelerator that has the parameter takes each of the values: a list with commas, or"
                    + " FROM..TO (doubling) or FROM..TO..STEP. If repeated: all combinations.")
    private List<String> variations = List.of();

    @Option(
            names = "--hardware",
            paramLabel = "FILE",
            description = "Hardware file (YAML or JSON) of every accelerator without one of its own.")
    private Path hardware;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Changes one parameter of every accelerator that has it; can be repeated.")
    private List<String> overrides = List.of();

    @Option(
            names = "--mapping",
            paramLabel = "ID",
            description = "Mapping policy of all accelerators (default: each accelerator's own).")
    private String mapping;

    @Option(
            names = "--fidelity",
            paramLabel = "event|stepped|analytical",
            description = "How closely all accelerators are simulated (default: event).")
    private String fidelity;

    @Option(
            names = "--baseline",
            paramLabel = "NAME",
            description = "What the others are compared with: an accelerator as in -a, or as in the table"
                    + " (default: the first).")
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

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Also writes results.json, results.csv, report.html and the folder figures there, for 'isos plot'.")
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
        int threadCount = threads.threads();
        try (OutputDirectory directory =
                out == null ? null : OutputDirectory.open(out, OutputDirectory.RESULTS, List.of("figures"))) {
            WorkloadRequest request = image.request(source, common, session.console());
            Platform isos = common.platform(session);
            List<AcceleratorRequest> configurations =
                    new Configurations(isos).expand(accelerators, "--accelerators", settings());
            String reference = baseline == null
                    ? configurations.get(0).name()
                    : Configurations.named(baseline, "--baseline", configurations);
            List<ConfiguredAccelerator> machines =
                    configurations.stream().map(isos::accelerator).toList();
            Preflight.verifiable(verify, machines);
            Preflight.workloads(isos, workloadIds, request, source);
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
                Comparison comparison = Comparison.of(runs, List.of(reference));
                report.write(directory, Report.html(comparison, reference, commands(workloadIds, configurations)));
                FigureReport.files(Report.figures(comparison, reference)).forEach(directory::write);
                directory.commit();
            }
            common.print(session, report);
        }
        return 0;
    }

    private Commands commands(List<String> workloadIds, List<AcceleratorRequest> configurations) {
        List<String> common = GivenOptions.words(spec, BY_RUN);
        List<String> all = new ArrayList<>(List.of("./isos", "compare"));
        all.addAll(GivenOptions.words(spec, Set.of()));
        return Commands.of(RunCommandLine.join(all), "", i -> {
            AcceleratorRequest configuration = configurations.get(i % configurations.size());
            List<String> words = new ArrayList<>(List.of("./isos", "run"));
            words.addAll(List.of("--workload", workloadIds.get(i / configurations.size())));
            words.addAll(List.of("--accelerator", configuration.name()));
            words.addAll(common);
            return RunCommandLine.join(words);
        });
    }

    private List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        if (hardware != null) {
            settings.add(new Setting("hardware", List.of(hardware.toString()), "--hardware " + hardware));
        }
        if (mapping != null) {
            settings.add(new Setting("mapping", List.of(mapping), "--mapping " + mapping));
        }
        if (fidelity != null) {
            settings.add(new Setting("fidelity", List.of(fidelity), "--fidelity " + fidelity));
        }
        if (energy != null) {
            settings.add(new Setting("energy", List.of(energy), "--energy " + energy));
        }
        overrides.forEach(text -> settings.add(Setting.parse("--set", text, false)));
        variations.forEach(text -> settings.add(Setting.parse("--vary", text, true)));
        return settings;
    }
}
