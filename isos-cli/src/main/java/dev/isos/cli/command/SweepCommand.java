package dev.isos.cli.command;

import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.report.Report;
import dev.isos.report.Report.Commands;
import dev.isos.report.output.OutputDirectory;
import dev.isos.report.text.Json;
import dev.isos.report.text.SweepFigures;
import dev.isos.report.text.SweepFigures.KeptRun;
import dev.isos.report.text.SweepReport;
import dev.isos.study.batch.Progress;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.sweep.Journal;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepPoint;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            description = "YAML or JSON file with workloads, accelerators, parameters, objectives and limits;"
                    + " 'isos schema sweep-spec' describes it.")
    private Path file;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "Keeps finished runs there and does not repeat them, so a stopped sweep can resume.")
    private Path journalFile;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also writes results.json, results.csv and report.html there.")
    private Path out;

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
        int threadCount = threads.threads();
        SweepSpec spec = SweepSpec.read(file);
        try (OutputDirectory directory =
                out == null ? null : OutputDirectory.open(out, List.of("results.json", "results.csv", "report.html"))) {
            WorkloadRequest request = image.request(source, common, session.console());
            Platform isos = common.platform(session);
            List<AcceleratorRequest> configurations = new Configurations(isos)
                    .expand(spec.accelerators(), spec.file() + ": accelerators", spec.parameters());
            spec.require(configurations.size());
            Preflight.workloads(isos, spec.workloads(), request, source);
            SweepResult result;
            try (Journal journal = journalFile == null ? Journal.NONE : Journal.open(journalFile);
                    Progress progress = ThreadOptions.progress(
                            common,
                            session.console(),
                            configurations.size() * spec.workloads().size(),
                            journalFile == null
                                    ? "with --journal FILE they would have been kept"
                                    : "they are in " + journalFile + ", and the same command goes on from there")) {
                List<SweepPoint> points =
                        new Sweep(isos, request, threadCount, journal, progress).run(spec.workloads(), configurations);
                result = new SweepResult(spec, points);
            }
            SweepReport report = new SweepReport(result);
            if (directory != null) {
                directory.write("results.json", Json.write(report.json()));
                directory.write("results.csv", report.csv());
                directory.write("report.html", Report.html(result, commands(result)));
                directory.commit();
            }
            common.print(session, report);
        }
        return 0;
    }

    private Commands commands(SweepResult result) {
        List<KeptRun> runs = new SweepFigures(result).runs();
        List<String> given = GivenOptions.words(command, Set.of());
        return new Commands() {
            @Override
            public String page() {
                List<String> words = new ArrayList<>(List.of("./isos", "sweep", file.toString()));
                words.addAll(given);
                return RunCommandLine.join(words);
            }

            @Override
            public String run(int i) {
                List<String> words = new ArrayList<>(
                        List.of("./isos", "run", "--workload", runs.get(i).workload(), "--accelerator"));
                words.add(runs.get(i).result().accelerator().name());
                words.addAll(given);
                return RunCommandLine.join(words);
            }
        };
    }
}
