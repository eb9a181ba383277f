package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.report.console.PlainText;
import dev.isos.report.console.TextWidth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of things with the same keys.
 *
 * @param keys in order; the first is the id
 * @param entries values in the order of the keys: texts, whole numbers or reals; null where one is not known
 */
public record ListReport(List<String> keys, List<List<Object>> entries) implements Printable {
    private static final int SCHEMA_VERSION = 1;
    /** The one key whose value speaks for itself. */
    private static final String DESCRIPTION = "description";

    /** The JSON document. */
    record Document(int schemaVersion, List<Map<String, Object>> entries) {}

    public ListReport {
        keys = List.copyOf(keys);
        entries = List.copyOf(entries);
    }

    @Override
    public Object json() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (List<Object> entry : entries) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                if (entry.get(i) != null) {
                    object.put(keys.get(i), entry.get(i));
                }
            }
            objects.add(object);
        }
        return new Document(SCHEMA_VERSION, objects);
    }

    @Override
    public String csv() {
        List<Column<List<Object>>> columns = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            int index = i;
            columns.add(Column.hidden(keys.get(i), entry -> entry.get(index)));
        }
        return Csv.write(columns, entries);
    }

    /** Ids in a column, what else there is beside or below them, wrapped; nothing is cut. */
    @Override
    public String table(Console console) {
        int idWidth = entries.stream()
                .mapToInt(e -> TextWidth.of(text(e.get(0))))
                .max()
                .orElse(0);
        StringBuilder out = new StringBuilder();
        for (List<Object> entry : entries) {
            String id = text(entry.get(0));
            List<String> facts = new ArrayList<>();
            for (int i = 1; i < keys.size(); i++) {
                if (entry.get(i) == null) {
                    continue;
                }
                String value = text(entry.get(i));
                facts.add(keys.get(i).equals(DESCRIPTION) ? value : keys.get(i) + " " + value);
            }
            String rest = String.join("; ", facts);
            String padded = id + " ".repeat(idWidth - TextWidth.of(id) + 2);
            out.append(rest.isEmpty() ? id + "\n" : Wrap.lines(padded, rest, console.columns()));
        }
        return out.toString();
    }

    private static String text(Object value) {
        return value instanceof Double share ? Units.percent(share) : PlainText.line(String.valueOf(value));
    }
}
