package dev.isos.report.page;

import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.html.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A published number beside ours, from a table with the columns {@code paper} and {@code ours}, whose first column says what
 * they are.
 *
 * @param column the format of both
 * @param table where it stands
 */
record KeyNumber(String what, double paper, double ours, FigureColumn column, List<Integer> runs, FigureTable table) {
    private static final String PAPER = "paper";
    private static final String OURS = "ours";
    private static final String PERCENT = ", %";
    private static final double HUNDRED = 100;

    /** Those of a report, in order. */
    static List<KeyNumber> of(FigureReport report) {
        List<KeyNumber> keys = new ArrayList<>();
        report.figures().forEach(figure -> figure.tables().forEach(table -> add(keys, table)));
        return keys;
    }

    private static void add(List<KeyNumber> keys, FigureTable table) {
        List<String> paths = table.columns().stream().map(FigureColumn::path).toList();
        int paper = paths.indexOf(PAPER);
        int ours = paths.indexOf(OURS);
        if (paper < 0 || ours < 0) {
            return;
        }
        for (FigureRow row : table.rows()) {
            if (row.cells().get(paper) instanceof Number published
                    && row.cells().get(ours) instanceof Number found) {
                keys.add(new KeyNumber(
                        String.valueOf(row.cells().get(0)),
                        published.doubleValue(),
                        found.doubleValue(),
                        table.columns().get(ours),
                        row.runs(),
                        table));
            }
        }
    }

    /** A number as people read it, with what stands behind it: percent, if that is what the metric ends in; else a ratio. */
    String text(double value) {
        return column.text(value) + (what.endsWith(PERCENT) ? " %" : "×");
    }

    /** How long the bar of a number is beside that of the larger one, in percent. */
    String length(double value) {
        return Html.fixed(Math.max(0, value / Math.max(ours, paper)) * HUNDRED, 1);
    }

    /** How far ours is from the published one, relative to it. */
    double difference() {
        return ours / paper - 1;
    }

    String differenceText() {
        return String.format(Locale.ROOT, "%+.0f %%", difference() * HUNDRED).replace('-', '−');
    }
}
