package dev.isos.report.page;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.FigureColumn;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the page tells about a run. */
final class RunFacts {
    private static final double MS_PER_SECOND = 1e3;
    private static final double BYTES_PER_MB = 1e6;
    private static final double PJ_PER_UJ = 1e6;
    private static final double PERCENT = 100;

    /** Columns of the table of all runs. */
    static final List<FigureColumn> COLUMNS = List.of(
            FigureColumn.words("workload", "workload"),
            FigureColumn.words("accelerator", "accelerator"),
            FigureColumn.number("cycles", "cycles", 0),
            FigureColumn.number("milliseconds", "ms", 3),
            FigureColumn.number("traffic", "off chip, MB", 2),
            FigureColumn.number("energy", "energy, µJ", 1),
            FigureColumn.number("utilization", "MACs used, %", 1),
            FigureColumn.words("bound", "bound by"));

    private RunFacts() {}

    static List<Object> cells(RunResult run) {
        return List.of(
                run.workload().id(),
                run.accelerator().name(),
                run.cycles(),
                run.seconds() * MS_PER_SECOND,
                run.traffic().total() / BYTES_PER_MB,
                run.energyPj().total() / PJ_PER_UJ,
                run.macUtilization() * PERCENT,
                bound(run));
    }

    static String pairs(Map<String, String> values, String between) {
        return values.entrySet().stream()
                .map(pair -> pair.getKey() + between + pair.getValue())
                .collect(Collectors.joining(", "));
    }

    /** What took the largest share of the cycles. */
    static String bound(RunResult run) {
        double most = Math.max(
                run.bound().compute(),
                Math.max(run.bound().memory(), run.bound().other()));
        String what =
                most == run.bound().compute() ? "compute" : most == run.bound().memory() ? "memory" : "other";
        return what + " " + Math.round(most * PERCENT) + "%";
    }
}
