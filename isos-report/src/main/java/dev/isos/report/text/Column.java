package dev.isos.report.text;

import java.util.List;
import java.util.function.Function;

/**
 * One column of a table and of a CSV file, so that both show the same number.
 *
 * @param path name in the CSV file, which is the path of the value in the JSON result
 * @param header lines of the header of the table, top down; empty when tables don't show the column
 * @param alignment of header and cells
 * @param priority 0 for a column that is always shown; of the others, the largest goes first when space is short
 * @param value the exact value, or null
 * @param text the value as tables show it
 */
public record Column<T>(
        String path,
        List<String> header,
        Alignment alignment,
        int priority,
        Function<T, Object> value,
        Function<T, String> text) {
    /** Where a cell's text stands. */
    public enum Alignment {
        LEFT,
        RIGHT
    }

    public Column {
        header = List.copyOf(header);
    }

    /** A column of words. */
    public static <T> Column<T> text(String path, String header, int priority, Function<T, String> text) {
        return new Column<>(path, lines(header), Alignment.LEFT, priority, text::apply, text);
    }

    /** A column of numbers. */
    public static <T> Column<T> number(
            String path, String header, int priority, Function<T, Object> value, Function<T, String> text) {
        return new Column<>(path, lines(header), Alignment.RIGHT, priority, value, text);
    }

    /** A column that only CSV files have. */
    public static <T> Column<T> hidden(String path, Function<T, Object> value) {
        return new Column<>(path, List.of(), Alignment.LEFT, Integer.MAX_VALUE, value, t -> "");
    }

    /** The same column under another header and priority. */
    public Column<T> shown(String newHeader, int newPriority) {
        return new Column<>(path, lines(newHeader), alignment, newPriority, value, text);
    }

    private static List<String> lines(String header) {
        return List.of(header.split("\n"));
    }
}
