package dev.isos.report.figure;

import java.util.List;

/**
 * A table of a figure.
 *
 * @param id unique in a report; name of the CSV file
 * @param title a few words
 * @param columns in order
 * @param rows one value per column
 */
public record FigureTable(String id, String title, List<FigureColumn> columns, List<FigureRow> rows) {
    public FigureTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (FigureRow row : rows) {
            if (row.cells().size() != columns.size()) {
                throw new IllegalArgumentException(
                        "table " + id + ": a row of " + row.cells().size() + " cells");
            }
        }
    }
}
