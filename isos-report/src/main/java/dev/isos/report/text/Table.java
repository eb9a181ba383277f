package dev.isos.report.text;

import dev.isos.report.console.PlainText;
import dev.isos.report.console.TextWidth;
import dev.isos.report.text.Column.Alignment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An aligned table that fits a width: columns of low priority are left out when it does not, then the first column, if it is
 * text, goes on lines of its own. Rows may stand in groups, each under a heading.
 */
public final class Table<T> {
    private static final String GAP = "  ";
    private static final String INDENT = "  ";
    private static final int OWN_LINE_INDENT = 2;
    /** Columns of this priority and below are worth a line of its own for a long name. */
    private static final int MATTERS = 1;
    /** A name that takes less than one n-th of the width is not worth a line of its own. */
    private static final int LARGEST_SHARE_OF_NAME = 3;

    private static final int SHORT_NAME = 20;

    /** A last column of words that has less than this is cut instead of broken into lines. */
    private static final int LEAST_WRAPPED = 20;

    private record Group<T>(String heading, List<T> rows) {}

    private final List<Column<T>> columns;
    private final List<Group<T>> groups = new ArrayList<>();

    public Table(List<Column<T>> columns) {
        this.columns = columns.stream().filter(c -> !c.header().isEmpty()).toList();
    }

    /** Adds rows without a heading. */
    public Table<T> rows(List<T> rows) {
        groups.add(new Group<>("", List.copyOf(rows)));
        return this;
    }

    /** Adds rows under a heading. */
    public Table<T> group(String heading, List<T> rows) {
        groups.add(new Group<>(heading, List.copyOf(rows)));
        return this;
    }

    /**
     * The table as lines, each with its line feed.
     *
     * @param width columns of the terminal; a last table column of text is broken into lines or, where there is little space, cut, columns of priority 0 stay
     * @param emphasis applied to header lines and headings
     */
    public String render(int width, UnaryOperator<String> emphasis) {
        List<Column<T>> shown = new ArrayList<>(columns);
        drop(shown, width, MATTERS, 0);
        if (width(shown) > width && widthOfName(shown) > Math.max(SHORT_NAME, width / LARGEST_SHARE_OF_NAME)) {
            shown = new ArrayList<>(columns);
            int saved = widthOfName(shown) - OWN_LINE_INDENT;
            drop(shown, width, 0, saved);
            int[] widths = widths(shown);
            widths[0] = OWN_LINE_INDENT;
            return text(shown, widths, emphasis, width);
        }
        drop(shown, width, 0, 0);
        int[] widths = widths(shown);
        int tooWide = width(shown) - width;
        int last = shown.size() - 1;
        if (tooWide > 0 && shown.get(last).alignment() == Alignment.LEFT) {
            widths[last] = Math.max(1, widths[last] - tooWide);
        }
        return text(shown, widths, emphasis, 0);
    }

    /** Takes columns of a priority above {@code keep} out until the table fits; the rightmost of equals goes first. */
    private void drop(List<Column<T>> shown, int width, int keep, int saved) {
        while (width(shown) - saved > width) {
            Column<T> least = shown.stream()
                    .reduce((left, right) -> right.priority() >= left.priority() ? right : left)
                    .orElseThrow();
            if (least.priority() <= keep) {
                return;
            }
            shown.remove(shown.lastIndexOf(least));
        }
    }

    /** Width of the first column, if it can stand alone. */
    private int widthOfName(List<Column<T>> shown) {
        return shown.size() > 1 && shown.get(0).alignment() == Alignment.LEFT ? width(shown.get(0)) : 0;
    }

    /** @param ownLine width of the lines on which the first column stands alone; 0: it stands beside the others */
    private String text(List<Column<T>> shown, int[] widths, UnaryOperator<String> emphasis, int ownLine) {
        StringBuilder out = new StringBuilder();
        boolean headed = !shown.get(0).header().equals(List.of(""));
        if (ownLine > 0 && headed) {
            String header = PlainText.line(String.join(" ", shown.get(0).header()));
            out.append(emphasis.apply(indent() + header)).append('\n');
        }
        int headerLines = shown.stream().mapToInt(c -> c.header().size()).max().orElse(0);
        for (int line = 0; line < headerLines; line++) {
            List<String> cells = new ArrayList<>();
            for (Column<T> column : shown) {
                int missing = headerLines - column.header().size();
                boolean alone = ownLine > 0 && column == shown.get(0);
                cells.add(
                        alone || line < missing
                                ? ""
                                : PlainText.line(column.header().get(line - missing)));
            }
            out.append(emphasis.apply(line(indent(), cells, shown, widths))).append('\n');
        }
        for (Group<T> group : groups) {
            if (!group.heading().isEmpty()) {
                out.append(emphasis.apply(PlainText.line(group.heading()))).append('\n');
            }
            for (T row : group.rows()) {
                List<String> cells =
                        new ArrayList<>(shown.stream().map(c -> cell(c, row)).toList());
                if (ownLine > 0) {
                    out.append(broken(cells.set(0, ""), ownLine));
                }
                int last = cells.size() - 1;
                List<String> rest = List.of();
                if (widths[last] >= LEAST_WRAPPED && TextWidth.of(cells.get(last)) > widths[last]) {
                    List<String> lines = Wrap.lines("", cells.get(last), widths[last])
                            .lines()
                            .toList();
                    cells.set(last, lines.get(0));
                    rest = lines.subList(1, lines.size());
                }
                out.append(line(indent(), cells, shown, widths)).append('\n');
                for (String more : rest) {
                    cells.replaceAll(cell -> "");
                    cells.set(last, more);
                    out.append(line(indent(), cells, shown, widths)).append('\n');
                }
            }
        }
        return out.toString();
    }

    /** A cell as lines, broken where a setting begins. */
    private String broken(String cell, int width) {
        return Wrap.lines(indent(), cell.replace(":", " :"), width).replace(" :", ":");
    }

    /** Text of a cell, which may come from a file: it keeps to its line. */
    private static <T> String cell(Column<T> column, T row) {
        return PlainText.line(column.text().apply(row));
    }

    private String indent() {
        return groups.stream().anyMatch(g -> !g.heading().isEmpty()) ? INDENT : "";
    }

    private String line(String indent, List<String> cells, List<Column<T>> shown, int[] widths) {
        StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < cells.size(); i++) {
            String cell = TextWidth.cut(cells.get(i), widths[i]);
            String pad = " ".repeat(widths[i] - TextWidth.of(cell));
            line.append(i == 0 ? "" : GAP).append(shown.get(i).alignment() == Alignment.LEFT ? cell + pad : pad + cell);
        }
        return line.toString().stripTrailing();
    }

    private int width(List<Column<T>> shown) {
        int sum = indent().length() + GAP.length() * Math.max(0, shown.size() - 1);
        for (int each : widths(shown)) {
            sum += each;
        }
        return sum;
    }

    private int[] widths(List<Column<T>> shown) {
        return shown.stream().mapToInt(this::width).toArray();
    }

    private int width(Column<T> column) {
        int widest = column.header().stream().mapToInt(TextWidth::of).max().orElse(0);
        for (Group<T> group : groups) {
            for (T row : group.rows()) {
                widest = Math.max(widest, TextWidth.of(cell(column, row)));
            }
        }
        return widest;
    }
}
