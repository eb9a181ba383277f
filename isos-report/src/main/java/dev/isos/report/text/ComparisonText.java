package dev.isos.report.text;

import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import java.util.ArrayList;
import java.util.List;

/** A comparison as a table, its footnotes, and CSV. */
record ComparisonText(Comparison comparison) {
    /** A table with a group per workload and, if there are several, one of their means. */
    Table<ComparisonRow> table(List<Column<ComparisonRow>> columns) {
        Table<ComparisonRow> table = new Table<>(columns);
        comparison.groups().forEach(group -> table.group(group.workload(), group.rows()));
        return comparison.groups().size() > 1 ? table.group("geometric mean", comparison.means()) : table;
    }

    private String id(String name) {
        return comparison.rowsOn(name).get(0).run().accelerator().id();
    }

    /** Lines that say what totals leave out and which outputs were verified. */
    String footnotes(int width) {
        String leftOut = LeftOut.sentence(
                comparison.rows().stream().map(ComparisonRow::run).toList());
        return (leftOut.isEmpty() ? "" : Wrap.lines("", leftOut, width)) + verification();
    }

    private String verification() {
        List<ComparisonRow> rows = comparison.rows();
        long unverified = rows.stream().filter(row -> !row.run().verified()).count();
        return unverified == 0
                ? "Verified: all outputs equal the reference's, bit for bit.\n"
                : "Not verified (see --verify): " + unverified + " of " + rows.size() + " runs.\n";
    }

    /** One row per run and per mean: the columns of a run, then the given ones. */
    String csv(List<Column<ComparisonRow>> ratios) {
        List<Column<ComparisonRow>> columns = new ArrayList<>();
        for (Column<ComparisonRow> column : RunColumns.all(ComparisonRow::run)) {
            columns.add(
                    switch (column.path()) {
                        case "workload.id" -> Column.hidden(column.path(), ComparisonRow::workload);
                        case "accelerator.id" -> Column.hidden(column.path(), row -> id(row.accelerator()));
                        case "accelerator.name" -> Column.hidden(column.path(), ComparisonRow::accelerator);
                        default -> column;
                    });
        }
        columns.addAll(ratios);
        List<ComparisonRow> all = new ArrayList<>(comparison.rows());
        all.addAll(comparison.means());
        return Csv.write(columns, all);
    }
}
