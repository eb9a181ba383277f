package dev.isos.cli.report;

import dev.isos.api.result.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of some workloads on some accelerators, each compared with the runs on the reference accelerators.
 *
 * @param workloads ids, in the order asked for
 * @param accelerators ids, in the order asked for
 * @param references ids, a subset of the accelerators
 * @param rows one per run, all accelerators of a workload together
 * @param means one per accelerator: geometric means over the workloads
 */
public record Comparison(
        List<String> workloads,
        List<String> accelerators,
        List<String> references,
        List<ComparisonRow> rows,
        List<ComparisonRow> means) {

    /** Compares runs that come workload by workload, each on the same accelerators in the same order. */
    public static Comparison of(List<RunResult> runs, List<String> references) {
        Map<String, Map<String, RunResult>> byWorkload = new LinkedHashMap<>();
        for (RunResult run : runs) {
            byWorkload
                    .computeIfAbsent(run.workload().id(), id -> new LinkedHashMap<>())
                    .put(run.accelerator().id(), run);
        }
        List<ComparisonRow> rows = new ArrayList<>();
        Map<String, List<ComparisonRow>> byAccelerator = new LinkedHashMap<>();
        byWorkload.forEach((workload, machines) -> machines.forEach((accelerator, run) -> {
            Map<String, Ratios> over = new LinkedHashMap<>();
            references.forEach(reference -> over.put(reference, Ratios.of(run, machines.get(reference))));
            ComparisonRow row = new ComparisonRow(workload, accelerator, run, over);
            rows.add(row);
            byAccelerator.computeIfAbsent(accelerator, id -> new ArrayList<>()).add(row);
        }));
        List<ComparisonRow> means = new ArrayList<>();
        byAccelerator.forEach((accelerator, its) -> {
            Map<String, Ratios> over = new LinkedHashMap<>();
            for (String reference : references) {
                over.put(
                        reference,
                        Ratios.geometricMean(
                                its.stream().map(r -> r.over().get(reference)).toList()));
            }
            means.add(new ComparisonRow(ComparisonRow.MEAN, accelerator, null, over));
        });
        return new Comparison(
                List.copyOf(byWorkload.keySet()), List.copyOf(byAccelerator.keySet()), references, rows, means);
    }

    /** Rows of one workload. */
    List<ComparisonRow> rowsOf(String workload) {
        return rows.stream().filter(r -> r.workload().equals(workload)).toList();
    }

    /** Rows of one accelerator. */
    List<ComparisonRow> rowsOn(String accelerator) {
        return rows.stream().filter(r -> r.accelerator().equals(accelerator)).toList();
    }

    /** A table with a group per workload and, if there are several, one of their means. */
    Table<ComparisonRow> table(List<Column<ComparisonRow>> columns) {
        Table<ComparisonRow> table = new Table<>(columns);
        workloads.forEach(workload -> table.group(workload, rowsOf(workload)));
        return workloads.size() > 1 ? table.group("geometric mean", means) : table;
    }

    /** One row per run and per mean: the columns of a run, then the given ones. */
    String csv(List<Column<ComparisonRow>> ratios) {
        List<Column<ComparisonRow>> columns = new ArrayList<>();
        for (Column<ComparisonRow> column : RunColumns.all(ComparisonRow::run)) {
            columns.add(
                    switch (column.path()) {
                        case "workload.id" -> Column.hidden(column.path(), ComparisonRow::workload);
                        case "accelerator.id" -> Column.hidden(column.path(), ComparisonRow::accelerator);
                        default -> column;
                    });
        }
        columns.addAll(ratios);
        List<ComparisonRow> all = new ArrayList<>(rows);
        all.addAll(means);
        return Csv.write(columns, all);
    }
}
