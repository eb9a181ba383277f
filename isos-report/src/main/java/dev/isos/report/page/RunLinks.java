package dev.isos.report.page;

import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import java.util.List;
import java.util.stream.Collectors;

/** Links from a number to the runs that gave it. Readers count runs from 1. */
final class RunLinks {
    /** More are not linked to one by one. */
    static final int MOST_ONE_BY_ONE = 3;

    private RunLinks() {}

    /** Anchor of a run by its position. */
    static String anchor(int position) {
        return "run-" + (position + 1);
    }

    /** Where a number of these runs leads: to the run, or to the table of runs, which then shows these alone. */
    static String target(List<Integer> runs) {
        return runs.size() == 1 ? "#" + anchor(runs.get(0)) : "#runs";
    }

    /** What tells the page's script which runs to show. */
    static String numbers(List<Integer> runs) {
        return runs.stream().map(position -> String.valueOf(position + 1)).collect(Collectors.joining(" "));
    }

    /** Rows of a table that sum up others. */
    static List<FigureRow> means(FigureTable table) {
        return rows(table, true);
    }

    /** The other rows. */
    static List<FigureRow> single(FigureTable table) {
        return rows(table, false);
    }

    private static List<FigureRow> rows(FigureTable table, boolean mean) {
        return table.rows().stream().filter(row -> isMean(row) == mean).toList();
    }

    private static boolean isMean(FigureRow row) {
        return row.cells().get(0) instanceof String name
                && List.of("mean", "geometric mean").contains(name);
    }
}
