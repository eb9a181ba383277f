package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A figure for a terminal: its tables, as many columns from the left as fit. Rows of a table whose first column repeats stand
 * in groups under that column's value.
 */
final class FigureText {
    private static final int HEADER_WIDTH = 16;
    private static final int MOST_ROWS = 150;
    /** Of tables after a figure's first, when other figures are shown too. */
    private static final int MOST_FURTHER_ROWS = 60;

    private final Console console;
    private final boolean everything;
    private final boolean alone;

    /**
     * @param everything whether long tables are shown too
     * @param alone whether no other figures are shown
     */
    FigureText(Console console, boolean everything, boolean alone) {
        this.console = console;
        this.everything = everything;
        this.alone = alone;
    }

    String of(Figure figure) {
        StringBuilder out = new StringBuilder();
        out.append(console.heading(figure.title())).append('\n');
        out.append(Wrap.lines("", figure.summary(), console.columns()));
        for (FigureTable table : figure.tables()) {
            out.append('\n');
            if (figure.tables().size() > 1) {
                out.append(console.heading(table.title())).append('\n');
            }
            int most = alone || table == figure.tables().get(0) ? MOST_ROWS : MOST_FURTHER_ROWS;
            if (everything || table.rows().size() <= most) {
                table(out, table);
            } else {
                out.append(Wrap.lines(
                        "",
                        Units.count(table.rows().size()) + " rows, shown with -v; --out writes them as " + table.id()
                                + ".csv.",
                        console.columns()));
            }
        }
        if (!figure.remarks().isEmpty()) {
            out.append('\n');
            figure.remarks().forEach(remark -> out.append(Wrap.lines("- ", remark, console.columns())));
        }
        return out.append('\n').toString();
    }

    private void table(StringBuilder out, FigureTable table) {
        boolean grouped = grouped(table);
        List<Column<FigureRow>> columns = new ArrayList<>();
        for (int i = grouped ? 1 : 0; i < table.columns().size(); i++) {
            int cell = i;
            FigureColumn column = table.columns().get(i);
            if (column.path().equals(FigureColumn.REASON)) {
                continue;
            }
            // What stands first says what the row is about.
            int priority = columns.isEmpty() ? 0 : i;
            columns.add(
                    column.isNumber()
                            ? Column.number(
                                    column.path(),
                                    header(column.header()),
                                    priority,
                                    row -> row.cells().get(cell),
                                    row -> cell(column, row.cells().get(cell)))
                            : Column.text(
                                    column.path(),
                                    header(column.header()),
                                    priority,
                                    row -> cell(column, row.cells().get(cell))));
        }
        Table<FigureRow> text = new Table<>(columns);
        if (grouped) {
            groups(table)
                    .forEach(group -> text.group(
                            cell(table.columns().get(0), group.get(0).cells().get(0)), group));
        } else {
            text.rows(table.rows());
        }
        out.append(text.render(console.columns(), console::heading));
        reasons(out, table);
    }

    /** Sentences of a table, each led by what its row is about. */
    private void reasons(StringBuilder out, FigureTable table) {
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).path().equals(FigureColumn.REASON)) {
                for (FigureRow row : table.rows()) {
                    if (!row.cells().get(i).toString().isEmpty()) {
                        out.append(Wrap.lines(
                                "- ", row.cells().get(0) + ": " + row.cells().get(i), console.columns()));
                    }
                }
            }
        }
    }

    private static boolean grouped(FigureTable table) {
        return !table.columns().get(0).isNumber()
                && groups(table).size() < table.rows().size();
    }

    /** Runs of rows with the same first cell. */
    private static List<List<FigureRow>> groups(FigureTable table) {
        List<List<FigureRow>> groups = new ArrayList<>();
        Object last = null;
        for (FigureRow row : table.rows()) {
            Object first = row.cells().get(0);
            if (groups.isEmpty() || !first.equals(last)) {
                groups.add(new ArrayList<>());
                last = first;
            }
            groups.get(groups.size() - 1).add(row);
        }
        return groups;
    }

    /** A cell as people read it. */
    static String cell(FigureColumn column, Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Double number) {
            return column.text(number);
        }
        return value instanceof Long number ? Units.count(number) : value.toString();
    }

    /** Words of a header on lines of their own where they do not fit beside each other. */
    private static String header(String words) {
        StringBuilder out = new StringBuilder();
        int width = 0;
        for (String word : words.split(" ")) {
            int gap = out.length() == 0 ? 0 : 1;
            if (width > 0 && width + gap + word.length() > HEADER_WIDTH) {
                out.append('\n');
                width = 0;
                gap = 0;
            }
            out.append(" ".repeat(gap)).append(word);
            width += gap + word.length();
        }
        return out.toString();
    }
}
