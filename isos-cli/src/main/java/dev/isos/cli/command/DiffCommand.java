package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.report.Report;
import dev.isos.report.console.Console;
import dev.isos.report.output.OutputDirectory;
import dev.isos.report.text.DiffReport;
import dev.isos.report.text.Format;
import dev.isos.report.text.Units;
import dev.isos.study.diff.ResultDiff;
import dev.isos.study.diff.ResultDiff.Growth;
import dev.isos.study.diff.ResultFile;
import dev.isos.study.diff.RunDiff.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code isos diff}. */
@Command(
        name = "diff",
        description = "Compares two results of run, compare or reproduce: configuration, totals, segments and layers.")
final class DiffCommand implements Callable<Integer> {
    private static final int GROWN = 1;
    private final Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "A results.json, or the folder of --out with one in it.")
    private Path a;

    @Parameters(index = "1", paramLabel = "B", description = "The result that is compared with it.")
    private Path b;

    @Option(
            names = "--fail-above",
            paramLabel = "PERCENT",
            description =
                    "Ends with exit code 1 if a run of B takes more cycles, bytes off chip or energy than that of A by"
                            + " more than PERCENT, such as 1%%, or if B lacks a run of A.")
    private Percent failAbove;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also writes results.json, results.csv and report.html there.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "How results are written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(
            names = {"-v", "--verbose"},
            description = "Every layer that differs; stack traces with errors.")
    private boolean verbose;

    DiffCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Console console = session.console();
        requireApart();
        try (OutputDirectory directory = out == null ? null : OutputDirectory.open(out, OutputDirectory.RESULTS)) {
            List<RunResult> first = ResultFile.read(a);
            List<RunResult> second = ResultFile.read(b);
            ResultDiff diff = ResultDiff.of(first, second);
            DiffReport report = new DiffReport(diff, verbose);
            if (directory != null) {
                report.write(directory, Report.html(diff, first, second, command()));
                directory.commit();
            }
            CommonOptions.print(session, format, report);
            return failAbove == null ? 0 : check(diff, console);
        }
    }

    /** What is compared must not be replaced. */
    private void requireApart() {
        for (Path given : List.of(a, b)) {
            Path read = ResultFile.file(given);
            for (String written : out == null ? List.<String>of() : OutputDirectory.RESULTS) {
                if (same(read, out.resolve(written))) {
                    throw IsosException.badInput("--out " + out + " would replace " + read + ", which is compared");
                }
            }
        }
    }

    private static boolean same(Path one, Path other) {
        try {
            return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
        } catch (IOException e) {
            return false; // reading or writing says why
        }
    }

    private int check(ResultDiff diff, Console console) {
        List<Growth> grown = diff.above(failAbove.share());
        for (Growth each : grown) {
            console.message(each.of().workload() + " on " + each.of().accelerator() + ": " + each.cost() + " "
                    + (each.change() == null ? "grew from nothing" : "grew by " + Units.percent(each.change()))
                    + ", more than " + failAbove);
        }
        for (Side gone : diff.onlyA()) {
            console.message(gone.workload() + " on " + gone.accelerator() + " is not in " + b);
        }
        return grown.isEmpty() && diff.onlyA().isEmpty() ? 0 : GROWN;
    }

    private String command() {
        List<String> words = new ArrayList<>(List.of("./isos", "diff", a.toString(), b.toString()));
        words.addAll(GivenOptions.words(spec, Set.of("--format")));
        return RunCommandLine.join(words);
    }
}
