package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.input.Labels;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.Report;
import dev.isos.report.Report.Commands;
import dev.isos.report.console.Console;
import dev.isos.report.output.OutputDirectory;
import dev.isos.report.text.RunReport;
import dev.isos.study.batch.Progress;
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

/** {@code isos run}. */
@Command(
        name = "run",
        description =
                "Simulates one workload on one accelerator: time, off-chip traffic, energy, and the real outputs.")
final class RunCommand implements Callable<Integer> {
    private static final int TOP_CLASSES = 5;

    /** Of the command line that is on the page: what does not change the result. */
    private static final Set<String> FILES =
            Set.of("--out", "--trace", "--trace-events", "--timeline", "--layers", "--format");

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-w", "--workload"},
            paramLabel = "WORKLOAD",
            required = true,
            description = "Built-in workload, or a file that an importer understands.")
    private String workload;

    @Mixin
    private AcceleratorOptions accelerator;

    @Option(
            names = "--verify",
            description = "Compares every layer's output with the reference, also of imported models"
                    + " (built-in workloads always are).")
    private boolean verify;

    @Option(names = "--layers", description = "Shows every layer (as -v does); in CSV, one row per layer.")
    private boolean layers;

    @Mixin
    private WatchOptions watching;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also writes results.json, results.csv and report.html there.")
    private Path out;

    @Mixin
    private ImageOptions image;

    @Option(names = "--labels", paramLabel = "FILE", description = "Class names, UTF-8, one per line.")
    private Path labelsFile;

    @Option(
            names = "--label-offset",
            paramLabel = "N",
            description = "Added to a class to get its line in --labels, both counted from 0 (default: 0).")
    private Integer labelOffset;

    @Mixin
    private SourceOptions source;

    @Mixin
    private ThreadOptions threads;

    @Mixin
    private CommonOptions common;

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Console console = session.console();
        Preflight.one("--workload", workload);
        int threadCount = threads.threads();
        if (labelsFile == null && labelOffset != null) {
            throw IsosException.badInput("--label-offset says nothing without --labels");
        }
        Labels labels = labelsFile == null ? null : Labels.read(labelsFile, labelOffset == null ? 0 : labelOffset);
        try (OutputDirectory directory = out == null ? null : OutputDirectory.open(out, OutputDirectory.RESULTS);
                RunRecording watch = watching.open(out != null)) {
            WorkloadRequest request = image.request(source, common, console);
            Platform isos = common.platform(session);
            source.requireUsed(isos, List.of(workload), request);
            ConfiguredAccelerator machine = isos.accelerator(accelerator.request());
            watch.require(machine);
            Preflight.verifiable(verify, List.of(machine));
            RunResult result = simulate(isos, request, machine, labels, watch, threadCount);
            if (verify) {
                Preflight.verified(List.of(result));
            }
            RunReport report = new RunReport(result, layers || common.verbose());
            if (directory != null) {
                Commands commands = Commands.of(command(Set.of()), "", run -> command(FILES));
                new RunReport(result, layers).write(directory, Report.html(result, commands, watch.section(result)));
                directory.commit();
            }
            watch.commit(result, common.quiet() ? sentence -> {} : console::message);
            common.print(session, report);
        }
        return 0;
    }

    private String command(Set<String> without) {
        List<String> words = new ArrayList<>(List.of("./isos", "run"));
        words.addAll(GivenOptions.words(spec, without));
        return RunCommandLine.join(words);
    }

    private RunResult simulate(
            Platform isos,
            WorkloadRequest request,
            ConfiguredAccelerator machine,
            Labels labels,
            RunRecording watch,
            int threadCount) {
        try (Progress progress = ThreadOptions.progress(common, session.console(), 1)) {
            progress.preparing(workload);
            Workload loaded = isos.workload(workload, request);
            try {
                boolean classes = classes(loaded, labels);
                RunResult result = isos.run(
                        loaded,
                        machine,
                        new RunOptions(verify, watch.listener(), threadCount, classes ? TOP_CLASSES : 0));
                progress.finished(result);
                watch.ran(loaded.network(), machine);
                return labels == null ? result : result.withPrediction(labels.name(result.prediction()));
            } finally {
                isos.release(loaded);
            }
        }
    }

    /** Whether classes are to be predicted: the output is one score per class, and the input is not a generated image. */
    private boolean classes(Workload loaded, Labels labels) {
        FeatureMapShape output = loaded.network().output().outputShape();
        boolean classifier = output.fibers() == 1 && output.channels() > 1;
        if (labels != null && !classifier) {
            throw IsosException.badInput("--labels names classes, but the output of "
                    + loaded.network().name() + " is of shape " + output + " (channels x rows x columns)");
        }
        if (labels != null) {
            labels.requireNamesOf(output.channels(), loaded.network().name());
        }
        return classifier && (image.hasImage() || labels != null);
    }
}
