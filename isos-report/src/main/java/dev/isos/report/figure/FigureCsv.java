package dev.isos.report.figure;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.util.ArrayList;
import java.util.List;

/** A figure's table as RFC 4180 comma-separated values with a header line: every cell exactly. */
public final class FigureCsv {
    private static final String LINE_END = "\r\n";

    private FigureCsv() {}

    /** The text of the file; the last column holds the positions of the runs behind a row, with spaces between. */
    public static String write(FigureTable table) {
        StringBuilder out = new StringBuilder();
        List<Object> header = new ArrayList<>();
        table.columns().forEach(column -> header.add(column.path()));
        header.add("runs");
        line(out, header);
        for (FigureRow row : table.rows()) {
            List<Object> cells = new ArrayList<>(row.cells());
            cells.add(String.join(" ", row.runs().stream().map(String::valueOf).toList()));
            line(out, cells);
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<Object> cells) {
        for (int i = 0; i < cells.size(); i++) {
            out.append(i == 0 ? "" : ",").append(field(cells.get(i)));
        }
        out.append(LINE_END);
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
