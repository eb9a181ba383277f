package dev.isos.report.page;

import java.util.List;
import java.util.stream.Collectors;

/** Links from a number to the runs that gave it. Readers count runs from 1. */
final class RunLinks {
    private static final int MOST_ONE_BY_ONE = 3;

    private RunLinks() {}

    /** Anchor of a run by its position. */
    static String anchor(int position) {
        return "run-" + (position + 1);
    }

    /** Where a number of these runs leads: to the run, or to the table of runs, which then shows these alone. */
    static String target(List<Integer> runs) {
        return runs.size() == 1 ? "#" + anchor(runs.get(0)) : "#" + RunsHtml.ID;
    }

    /** What tells the page's script which runs to show. */
    static String numbers(List<Integer> runs) {
        return runs.stream().map(position -> String.valueOf(position + 1)).collect(Collectors.joining(" "));
    }

    /** Links with words of their own, for the end of a row. */
    static void write(StringBuilder out, List<Integer> runs) {
        if (runs.size() > MOST_ONE_BY_ONE) {
            out.append("<a href=\"#")
                    .append(RunsHtml.ID)
                    .append("\">")
                    .append(runs.size())
                    .append(" runs</a>");
            return;
        }
        for (int i = 0; i < runs.size(); i++) {
            int position = runs.get(i);
            out.append(i == 0 ? "" : " ").append("<a href=\"#").append(anchor(position));
            out.append("\" aria-label=\"run ").append(position + 1).append("\">#");
            out.append(position + 1).append("</a>");
        }
    }
}
