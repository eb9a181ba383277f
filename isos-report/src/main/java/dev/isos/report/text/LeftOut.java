package dev.isos.report.text;

import dev.isos.api.result.RunResult;
import java.util.List;

/** What the totals of runs leave out, to be said wherever such totals are shown. */
final class LeftOut {
    private static final int MOST_NAMES = 3;

    private LeftOut() {}

    /** Layers that totals of some runs leave out, as the object of a sentence. */
    static String what(List<RunResult> runs) {
        List<String> names =
                runs.stream().flatMap(r -> r.leftOut().stream()).distinct().toList();
        int more = names.size() - MOST_NAMES;
        return "time and bytes of " + String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                + (more > 0 ? " and " + more + " more" : "") + ", which run by themselves";
    }

    /** A sentence; empty when every total counts everything. */
    static String sentence(List<RunResult> runs) {
        List<String> machines = runs.stream()
                .filter(r -> !r.leftOut().isEmpty())
                .map(r -> r.accelerator().id())
                .distinct()
                .toList();
        if (machines.isEmpty()) {
            return "";
        }
        boolean all = runs.stream().noneMatch(r -> r.leftOut().isEmpty());
        return "Totals" + (all ? "" : " of " + String.join(", ", machines)) + " leave out the " + what(runs) + ".";
    }
}
