package dev.isos.cli.command;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.evaluation.DataflowFigure;
import dev.isos.cli.evaluation.Evaluation;
import dev.isos.cli.evaluation.Evaluation.Figure;
import dev.isos.cli.output.OutputDirectory;
import dev.isos.cli.report.DataflowReport;
import dev.isos.cli.report.EvaluationReport;
import dev.isos.cli.report.HtmlReport;
import dev.isos.cli.report.Json;
import dev.isos.cli.simulate.Batch;
import dev.isos.cli.simulate.Progress;
import dev.isos.core.Isos;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos reproduce}. */
@Command(
        name = "reproduce",
        description = "Runs the evaluation of ISOSceles and its baselines, every output verified, and shows the"
                + " published figures beside ours.")
final class ReproduceCommand implements Callable<Integer> {
    private static final List<String> FILES = List.of("results.json", "results.csv", "report.html");

    /** Values of {@code --figure}. */
    enum Selection {
        ALL,
        SPEEDUP,
        TRAFFIC,
        DATAFLOW;

        Set<Figure> figures() {
            return switch (this) {
                case ALL -> EnumSet.allOf(Figure.class);
                case SPEEDUP -> EnumSet.of(Figure.SPEEDUP);
                case TRAFFIC -> EnumSet.of(Figure.TRAFFIC);
                case DATAFLOW -> EnumSet.noneOf(Figure.class);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Session session;

    @Option(
            names = "--figure",
            paramLabel = "FIGURE",
            defaultValue = "all",
            description =
                    "What to show: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, which is speedup and traffic; dataflow"
                            + " compares loop nests and simulates nothing).")
    private Selection figure;

    @Option(
            names = "--workloads",
            paramLabel = "ID",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Only these workloads (default: the evaluation's).")
    private List<String> workloads;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also writes results.json, results.csv and report.html there.")
    private Path out;

    @Mixin
    private SourceOptions source;

    @Mixin
    private ThreadOptions threads;

    @Mixin
    private CommonOptions common;

    ReproduceCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Evaluation evaluation = Evaluation.builtIn();
        if (figure == Selection.DATAFLOW) {
            return dataflow(evaluation);
        }
        List<String> ids = workloads == null
                ? evaluation.workloads()
                : workloads.stream().map(String::strip).distinct().toList();
        int threadCount = threads.threads();
        try (OutputDirectory directory = out == null ? null : OutputDirectory.open(out, FILES)) {
            Isos isos = common.platform(session);
            List<ConfiguredAccelerator> machines = evaluation.accelerators().stream()
                    .map(id -> isos.accelerator(AcceleratorRequest.of(id)))
                    .toList();
            WorkloadRequest request = source.request(common, session.console());
            Preflight.workloads(isos, ids, request);
            RunOptions options = new RunOptions(true, SimulationListener.NONE, threadCount, 0);
            List<RunResult> runs;
            try (Progress progress = ThreadOptions.progress(common, session.console(), ids.size() * machines.size())) {
                runs = new Batch(isos, options, progress).run(ids, machines, request);
            }
            Preflight.verified(runs);
            EvaluationReport report = new EvaluationReport(evaluation, figure.figures(), runs);
            if (directory != null) {
                directory.write("results.json", Json.write(report.json()));
                directory.write("results.csv", report.csv());
                directory.write("report.html", HtmlReport.write(report));
                directory.commit();
            }
            common.print(session, report);
        }
        return 0;
    }

    private int dataflow(Evaluation evaluation) {
        List<String> ids = workloads == null
                ? evaluation.dataflows().workloads()
                : workloads.stream().map(String::strip).distinct().toList();
        try (OutputDirectory directory = out == null ? null : OutputDirectory.open(out, FILES.subList(0, 2))) {
            Isos isos = common.platform(session);
            WorkloadRequest request = source.request(common, session.console());
            Preflight.workloads(isos, ids, request);
            DataflowReport report = new DataflowReport(
                    DataflowFigure.compute(isos, evaluation.dataflows().plan(), ids, request), common.verbose());
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
