package dev.isos.report;

import dev.isos.api.result.RunResult;
import dev.isos.report.diff.DiffFigures;
import dev.isos.report.figure.ComparisonFigures;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.network.NetworkSection;
import dev.isos.report.page.PageWriter;
import dev.isos.report.page.Section;
import dev.isos.report.sweep.SweepSection;
import dev.isos.report.sweep.SweepState;
import dev.isos.report.text.SweepFigures;
import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.diff.ResultDiff;
import dev.isos.study.diff.RunDiff;
import dev.isos.study.diff.RunDiff.Side;
import dev.isos.study.sweep.SweepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Results as one HTML page with figures and tables, which needs nothing else: no network, no second file. The same result gives
 * the same page. Safe for use by many threads.
 */
public final class Report {
    private Report() {}

    /** Which command lines the page shows; a program that calls Isos has none. */
    public interface Commands {
        /** None. */
        Commands NONE = new Commands() {};

        /**
         * Some.
         *
         * @param run the command that repeats a run, by its number
         */
        static Commands of(String page, String options, IntFunction<String> run) {
            return new Commands() {
                @Override
                public String page() {
                    return page;
                }

                @Override
                public String options() {
                    return options;
                }

                @Override
                public String run(int number) {
                    return run.apply(number);
                }
            };
        }

        /** The command that makes the page. */
        default String page() {
            return "";
        }

        /** Options that the runs of a sweep need to be what they are, joined by spaces. */
        default String options() {
            return "";
        }

        /**
         * The command that repeats a run.
         *
         * @param number of the run in the result, from 0
         */
        default String run(int number) {
            return "";
        }
    }

    /** The page of one run: its network, layer by layer. */
    public static String html(RunResult run) {
        return html(run, Commands.NONE, List.of());
    }

    /**
     * The page of one run.
     *
     * @param sections further ones, after the network
     */
    public static String html(RunResult run, Commands commands, List<Section> sections) {
        String title = run.workload().id() + " on " + run.accelerator().name();
        return page(title, List.of(), List.of(run), commands, List.of(), sections);
    }

    /** The page of a comparison with its first reference. */
    public static String html(Comparison comparison) {
        String reference = comparison.rows().get(0).over().keySet().iterator().next();
        return html(comparison, reference, Commands.NONE);
    }

    /**
     * The page of a comparison.
     *
     * @param reference one of the accelerators with which the others were compared
     */
    public static String html(Comparison comparison, String reference, Commands commands) {
        return page(
                "Accelerators compared with " + reference,
                figures(comparison, reference),
                runs(comparison),
                commands,
                List.of(),
                List.of());
    }

    /** The figures of a comparison's page. */
    public static List<Figure> figures(Comparison comparison, String reference) {
        List<String> accelerators = comparison.accelerators();
        return ComparisonFigures.of(runs(comparison), accelerators.size(), accelerators.indexOf(reference));
    }

    private static List<RunResult> runs(Comparison comparison) {
        return comparison.rows().stream().map(ComparisonRow::run).toList();
    }

    /** The page of a sweep. */
    public static String html(SweepResult sweep) {
        return html(sweep, Commands.NONE);
    }

    /** The page of a sweep; its runs are those of {@link SweepFigures#runs()}. */
    public static String html(SweepResult sweep, Commands commands) {
        return html(sweep, commands, null);
    }

    /** The same, with how far the sweep is. */
    public static String html(SweepResult sweep, Commands commands, @Nullable SweepState state) {
        List<RunResult> runs = new SweepFigures(sweep)
                .runs().stream().map(SweepFigures.KeptRun::result).toList();
        String program = commands.page().split(" ", 2)[0];
        Section points = new SweepSection(sweep, program, commands.options(), state);
        return page(
                "Design space of " + sweep.spec().file().getFileName(),
                List.of(),
                runs,
                commands,
                List.of(points),
                List.of());
    }

    /**
     * The page of what differs between two results.
     *
     * @param a the runs of the first result
     * @param b the runs of the second one
     * @param command the command line that makes the page; empty of a program
     */
    public static String html(ResultDiff diff, List<RunResult> a, List<RunResult> b, String command) {
        List<RunResult> runs = new ArrayList<>();
        for (RunDiff pair : diff.runs()) {
            runs.add(run(a, pair.a()));
            runs.add(run(b, pair.b()));
        }
        Commands commands = Commands.of(command, "", number -> "");
        return page("What differs between two results", DiffFigures.of(diff), runs, commands, List.of(), List.of());
    }

    private static RunResult run(List<RunResult> runs, Side side) {
        return runs.stream()
                .filter(run -> run.workload().id().equals(side.workload())
                        && run.accelerator().name().equals(side.accelerator()))
                .findFirst()
                .orElseThrow();
    }

    /** With the network between two kinds of sections. */
    private static String page(
            String title,
            List<Figure> figures,
            List<RunResult> runs,
            Commands commands,
            List<Section> first,
            List<Section> further) {
        SourceRun[] sources = new SourceRun[runs.size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new SourceRun(runs.get(i), commands.run(i));
        }
        FigureReport report = new FigureReport(title, commands.page(), figures, List.of(sources));
        List<Section> sections = new ArrayList<>(first);
        NetworkSection.of(report.runs()).ifPresent(sections::add);
        sections.addAll(further);
        return PageWriter.write(report, Optional.empty(), sections);
    }
}
