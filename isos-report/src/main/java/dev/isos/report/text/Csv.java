package dev.isos.report.text;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.util.List;
import java.util.stream.Collectors;

/** Rows as RFC 4180 comma-separated values with a header line. */
public final class Csv {
    private static final String LINE_END = "\r\n";

    private Csv() {}

    /** All columns of all rows, whether tables show them or not. */
    public static <T> String write(List<Column<T>> columns, List<T> rows) {
        StringBuilder out = new StringBuilder();
        out.append(columns.stream().map(c -> field(c.path())).collect(Collectors.joining(",")))
                .append(LINE_END);
        for (T row : rows) {
            out.append(columns.stream().map(c -> field(c.value().apply(row))).collect(Collectors.joining(",")))
                    .append(LINE_END);
        }
        return out.toString();
    }

    private static String field(Object value) {
        if (value == null) {
            return "";
        }
        // The same digits as in JSON.
        String text = value instanceof Double number ? NumberOutput.toString(number, true) : value.toString();
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
