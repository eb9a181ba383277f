package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.report.Report;
import dev.isos.report.Report.Commands;
import dev.isos.report.console.BrowserLauncher;
import dev.isos.report.console.Console;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.output.OutputDirectory;
import dev.isos.report.sweep.LivePage;
import dev.isos.report.text.SweepFigures;
import dev.isos.report.text.SweepFigures.KeptRun;
import dev.isos.report.text.SweepReport;
import dev.isos.study.batch.Progress;
import dev.isos.study.execute.ExecutorProvider;
import dev.isos.study.execute.Executors;
import dev.isos.study.execute.Outcome;
import dev.isos.study.execute.PointExecutor;
import dev.isos.study.explore.Exploration;
import dev.isos.study.explore.ExplorationListener;
import dev.isos.study.store.SweepStore;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code isos sweep}. */
@Command(
        name = "sweep",
        description = "Explores a design space: every combination of the parameters in a file, and the Pareto front.")
final class SweepCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "SPEC",
            arity = "0..1",
            description =
                    "YAML or JSON file with workloads, accelerators, parameters, constraints, objectives and a budget;"
                            + " 'isos schema sweep-spec' describes it.")
    private Path file;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Where every finished point is kept, so that the same command goes on where it was stopped"
                    + " (default: NAME.isos-sweep in the current folder for NAME.yaml).")
    private Path storeFolder;

    @Option(
            names = "--executor",
            paramLabel = "NAME",
            defaultValue = Executors.LOCAL,
            description =
                    "Who computes the points: local (threads of this process) or spark (a cluster of Apache Spark);"
                            + " results are the same (default: ${DEFAULT-VALUE}).")
    private String executorName;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "With --executor spark: spark://HOST:PORT, k8s://HOST:PORT or local-cluster[2,1,2048] (two workers"
                            + " of this computer with a core and 2048 MiB each).")
    private String master;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also writes results.json, results.csv, report.html and figures for 'plot' there.")
    private Path out;

    @Option(
            names = "--open",
            description = "Opens report.html in the store with a browser: the points so far, again and again while the"
                    + " sweep runs.")
    private boolean open;

    @Mixin
    private ImageOptions image;

    @Mixin
    private SourceOptions source;

    @Mixin
    private ThreadOptions threads;

    @Mixin
    private CommonOptions common;

    SweepCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (file == null) {
            // not for picocli to require, since 'sweep query' has none
            throw new MissingParameterException(
                    command.commandLine(), command.positionalParameters().get(0), "");
        }
        int threadCount = threads.threads();
        if (!executorName.equals(Executors.LOCAL)
                && command.commandLine().getParseResult().hasMatchedOption("--threads")) {
            throw IsosException.badInput("--threads does not apply to --executor " + executorName);
        }
        SweepSpec spec = SweepSpec.read(file);
        Path folder = storeFolder == null ? storeOf(file) : storeFolder;
        SweepStore.requireOther(folder, out, "--out");
        try (OutputDirectory directory =
                out == null ? null : OutputDirectory.open(out, OutputDirectory.RESULTS, List.of("figures"))) {
            WorkloadRequest request = image.request(source, common, session.console());
            Platform isos = common.platform(session);
            Exploration exploration = new Exploration(isos, spec, request.seed());
            Preflight.workloads(isos, spec.workloads(), request, source, spec.workloadPlaces());
            SweepResult result;
            List<Outcome> broken;
            try (SweepStore store = SweepStore.open(folder);
                    Progress progress = ThreadOptions.progress(
                            common,
                            session.console(),
                            exploration.points(),
                            "they are in " + folder + ", and the same command goes on from there");
                    PointExecutor executor = Executors.open(
                            executorName,
                            new ExecutorProvider.Setting(
                                    isos, request, common.plugins(session), Optional.ofNullable(master), progress),
                            threadCount);
                    LivePage page = open ? page(folder, exploration) : null) {
                if (store.damaged() > 0) {
                    common.warning(
                            session.console(),
                            "store " + folder + ": damaged rows are left out and their points done again: "
                                    + store.damaged());
                }
                Sweep sweep = new Sweep(isos, request, store, executor, progress);
                result = exploration.run(sweep, open ? page : ExplorationListener.NONE);
                broken = sweep.broken();
                if (open) {
                    page.finish(result);
                }
            }
            SweepReport report = new SweepReport(result);
            if (directory != null) {
                report.write(directory, Report.html(result, commands(result)));
                FigureReport.files(new SweepFigures(result).figures()).forEach(directory::write);
                directory.commit();
            }
            common.print(session, report);
            requireWhole(broken, result.points().size());
        }
        return 0;
    }

    /** The page that follows the sweep, opened. */
    private LivePage page(Path folder, Exploration exploration) {
        Path page = folder.resolve("report.html");
        LivePage live =
                LivePage.start(page, exploration, (result, state) -> Report.html(result, commands(result), state));
        Console console = session.console();
        BrowserLauncher.open(page, console.environment(), common.quiet() ? said -> {} : console::message);
        return live;
    }

    private static Path storeOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return Path.of((dot > 0 ? name.substring(0, dot) : name) + ".isos-sweep");
    }

    /** Ends the command as failed when simulations did; the others are written and kept all the same. */
    private static void requireWhole(List<Outcome> broken, int points) {
        if (!broken.isEmpty()) {
            Outcome first = broken.get(0);
            throw new IsosException(
                    first.failure(),
                    broken.size() + " of " + points + " points failed, such as "
                            + first.point().accelerator().name() + " on "
                            + first.point().workload() + ": " + first.reason());
        }
    }

    private Commands commands(SweepResult result) {
        List<KeptRun> runs = new SweepFigures(result).runs();
        List<String> given = GivenOptions.words(command, Set.of());
        String sweep = RunCommandLine.join(List.of("./isos", "sweep", file.toString()));
        String options = RunCommandLine.join(given);
        return Commands.of((sweep + " " + options).strip(), options, i -> {
            List<String> words = new ArrayList<>(
                    List.of("./isos", "run", "--workload", runs.get(i).workload(), "--accelerator"));
            words.add(runs.get(i).result().accelerator().name());
            words.addAll(given);
            return RunCommandLine.join(words);
        });
    }
}
