package dev.isos.report.page;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.isos.report.figure.FigureColumn;
import java.util.ArrayList;
import java.util.List;

/**
 * A cell of a table.
 *
 * @param first whether it stands first in its row
 * @param type class of the element: numbers, or how much room words are given
 * @param exact all digits of a number, which is what sorting and saving use; null of words
 */
record Cell(boolean first, String type, String exact, String shown) {
    private static final int LONG_WORDS = 40;
    private static final int ESSAY = 160;

    /** Those of a row. */
    static List<Cell> of(List<FigureColumn> columns, List<Object> values) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            boolean number = columns.get(i).isNumber();
            String text = values.get(i) == null ? "" : values.get(i).toString();
            cells.add(
                    number && values.get(i) instanceof Number value
                            ? new Cell(i == 0, "n", exact(value), columns.get(i).text(value.doubleValue()))
                            : new Cell(i == 0, number ? "n" : width(text), null, text));
        }
        return cells;
    }

    private static String width(String text) {
        return text.length() > ESSAY ? "essay" : text.length() > LONG_WORDS ? "long" : "short";
    }

    /** The same on every JDK and as in JSON. */
    private static String exact(Number value) {
        return value instanceof Double number ? NumberOutput.toString(number, true) : value.toString();
    }
}
