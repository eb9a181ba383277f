package dev.isos.study.compare;

import dev.isos.api.result.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of some workloads on some accelerators, each compared with the runs on the reference accelerators.
 *
 * @param accelerators names of their configurations, in the order asked for
 * @param groups one per workload, in the order asked for
 * @param means one per accelerator: geometric means over the workloads
 */
public record Comparison(List<String> accelerators, List<Group> groups, List<ComparisonRow> means) {
    /** The runs of one workload, one per accelerator. Two files may have the same id. */
    public record Group(String workload, List<ComparisonRow> rows) {}

    /** Compares runs that come workload by workload, each on the same accelerators in the same order. */
    public static Comparison of(List<RunResult> runs, List<String> references) {
        List<String> accelerators =
                runs.stream().map(r -> r.accelerator().name()).distinct().toList();
        List<Group> groups = new ArrayList<>();
        for (int first = 0; first < runs.size(); first += accelerators.size()) {
            groups.add(group(runs.subList(first, first + accelerators.size()), accelerators, references));
        }
        List<ComparisonRow> means = new ArrayList<>();
        for (int i = 0; i < accelerators.size(); i++) {
            int index = i;
            Map<String, Ratios> over = new LinkedHashMap<>();
            for (String reference : references) {
                over.put(
                        reference,
                        Ratios.geometricMean(groups.stream()
                                .map(g -> g.rows().get(index).over().get(reference))
                                .toList()));
            }
            means.add(new ComparisonRow(ComparisonRow.MEAN, accelerators.get(i), null, over));
        }
        return new Comparison(accelerators, groups, means);
    }

    private static Group group(List<RunResult> runs, List<String> accelerators, List<String> references) {
        List<ComparisonRow> rows = new ArrayList<>();
        for (RunResult run : runs) {
            Map<String, Ratios> over = new LinkedHashMap<>();
            for (String reference : references) {
                over.put(reference, Ratios.of(run, runs.get(accelerators.indexOf(reference))));
            }
            rows.add(new ComparisonRow(run.workload().id(), run.accelerator().name(), run, over));
        }
        return new Group(runs.get(0).workload().id(), rows);
    }

    /** All rows of runs. */
    public List<ComparisonRow> rows() {
        return groups.stream().flatMap(g -> g.rows().stream()).toList();
    }

    /** Rows of one accelerator. */
    public List<ComparisonRow> rowsOn(String accelerator) {
        return rows().stream().filter(r -> r.accelerator().equals(accelerator)).toList();
    }
}
