package dev.isos.cli.report;

import dev.isos.api.result.RunResult;
import java.util.List;

/** What the totals of runs leave out, to be said wherever such totals are shown. */
final class LeftOut {
    private static final int MOST_NAMES = 3;

    private LeftOut() {}

    /** A sentence; empty when every total counts everything. */
    static String sentence(List<RunResult> runs) {
        List<String> names =
                runs.stream().flatMap(r -> r.leftOut().stream()).distinct().toList();
        if (names.isEmpty()) {
            return "";
        }
        String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
        int more = names.size() - MOST_NAMES;
        List<String> accelerators = runs.stream()
                .filter(r -> !r.leftOut().isEmpty())
                .map(r -> r.accelerator().name())
                .distinct()
                .toList();
        return "Totals" + (runs.size() == 1 ? "" : " of " + String.join(", ", accelerators))
                + " leave out the time and bytes of " + shown + (more > 0 ? " and " + more + " more" : "")
                + ", which run by themselves.";
    }
}
