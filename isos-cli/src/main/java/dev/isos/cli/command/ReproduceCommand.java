package dev.isos.cli.command;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.evaluation.EvaluationOpening;
import dev.isos.report.evaluation.Figures;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.SvgRenderer;
import dev.isos.report.output.OutputDirectory;
import dev.isos.report.page.Opening;
import dev.isos.report.page.PageWriter;
import dev.isos.report.page.Section;
import dev.isos.report.text.EvaluationReport;
import dev.isos.report.timeline.Drawings;
import dev.isos.report.timeline.Illustrations;
import dev.isos.study.batch.Batch;
import dev.isos.study.batch.Progress;
import dev.isos.study.evaluation.Evaluation;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.EvaluationRun;
import dev.isos.study.evaluation.Evaluator;
import dev.isos.study.evaluation.FigureId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    /** Values of {@code --figure}. */
    enum Selection {
        ALL,
        PAPER,
        SPEEDUP,
        TRAFFIC,
        UTILIZATION,
        PIPELINES,
        ENERGY,
        AREA,
        AGREEMENT,
        BEYOND,
        REUSE,
        DATAFLOW,
        SENSITIVITY;

        Set<FigureId> figures() {
            return this == ALL ? EnumSet.allOf(FigureId.class) : EnumSet.of(FigureId.valueOf(name()));
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
                    "What to show: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}; dataflow compares loop nests and"
                            + " simulates nothing).")
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
            description =
                    "Also writes results.json, results.csv, report.html and the folder figures there: a CSV file for every"
                            + " table, an SVG file for every chart, and a JSON file for 'isos plot'.")
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
        List<String> ids = workloads == null
                ? defaults(evaluation)
                : workloads.stream().map(String::strip).distinct().toList();
        int threadCount = threads.threads();
        Set<FigureId> figures = figure.figures();
        try (OutputDirectory directory =
                out == null ? null : OutputDirectory.open(out, OutputDirectory.RESULTS, List.of("figures"))) {
            Platform isos = common.platform(session);
            Evaluator evaluator = new Evaluator(isos, evaluation, figures, ids);
            WorkloadRequest request = source.request(common, session.console());
            Preflight.workloads(isos, ids, request, source);
            RunOptions options = new RunOptions(true, SimulationListener.NONE, threadCount, 0);
            EvaluationData data;
            try (Progress progress = ThreadOptions.progress(common, session.console(), evaluator.runs())) {
                data = evaluator.run(new Batch(isos, options, progress), request);
            }
            Preflight.verified(data.runs().stream().map(EvaluationRun::result).toList());
            FigureReport report =
                    Figures.report(data, figures, command(request), new RunCommandLine(commonOptions())::of);
            EvaluationReport text = new EvaluationReport(data, figures, report, common.verbose());
            if (directory != null) {
                Drawings drawings = figure == Selection.ALL
                        ? Illustrations.builtIn().draw(isos, ids, request, evaluation::title)
                        : Drawings.NONE;
                Optional<Opening> opening =
                        figure == Selection.ALL ? EvaluationOpening.of(data, drawings.pipelining()) : Optional.empty();
                List<Section> sections = new ArrayList<>(drawings.sections());
                Figures.networks(data, report).ifPresent(sections::add);
                write(directory, report, opening, text, drawings, sections);
            }
            common.print(session, text);
        }
        return 0;
    }

    private List<String> defaults(Evaluation evaluation) {
        return figure == Selection.DATAFLOW ? evaluation.dataflows().workloads() : evaluation.workloads();
    }

    private static void write(
            OutputDirectory directory,
            FigureReport report,
            Optional<Opening> opening,
            EvaluationReport text,
            Drawings drawings,
            List<Section> sections) {
        text.write(directory, PageWriter.write(report, opening, sections));
        FigureReport.files(report.figures()).forEach(directory::write);
        SvgRenderer.each(report.figures(), (id, svg) -> directory.write("figures/" + id + ".svg", svg));
        drawings.files().forEach((name, svg) -> directory.write("figures/" + name, svg));
        directory.commit();
    }

    /** The command line that gives the same report again. */
    private String command(WorkloadRequest request) {
        List<String> words = new ArrayList<>(List.of("./isos", "reproduce", "--figure", figure.toString()));
        if (workloads != null) {
            words.addAll(List.of("--workloads", String.join(",", workloads)));
        }
        words.addAll(List.of("--seed", Long.toString(request.seed())));
        words.addAll(commonOptions());
        return RunCommandLine.join(words);
    }

    private List<String> commonOptions() {
        return common.plugins(session)
                .map(folder -> List.of("--plugins", folder.toString()))
                .orElse(List.of());
    }
}
