package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.report.console.PlainText;
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
    /** The key whose values are sentences. */
    private static final String DESCRIPTION = "description";
    /** Keys that a narrow terminal does without; JSON and CSV have them. */
    private static final Map<String, Integer> SECONDARY =
            Map.of("source", 2, "dataflow", 2, "hardware", 2, "mapping", 2);

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

    /** A column for each key that has a value in some entry, descriptions last, wrapped. */
    @Override
    public String table(Console console) {
        List<Column<List<Object>>> columns = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).equals(DESCRIPTION)) {
                order.add(i);
            }
        }
        if (keys.contains(DESCRIPTION)) {
            order.add(keys.indexOf(DESCRIPTION));
        }
        StringBuilder out = new StringBuilder();
        // Entries with the same keys are of a kind.
        Map<List<Integer>, List<List<Object>>> kinds = new LinkedHashMap<>();
        for (List<Object> entry : entries) {
            kinds.computeIfAbsent(
                            order.stream().filter(i -> entry.get(i) != null).toList(), k -> new ArrayList<>())
                    .add(entry);
        }
        kinds.forEach((kind, rows) -> {
            columns.clear();
            for (int i : kind) {
                columns.add(Column.text(
                        keys.get(i), keys.get(i), SECONDARY.getOrDefault(keys.get(i), 0), e -> text(e.get(i))));
            }
            out.append(out.length() == 0 ? "" : "\n")
                    .append(new Table<>(columns).rows(rows).render(console.columns(), console::heading));
        });
        return out.toString();
    }

    private static String text(Object value) {
        return value instanceof Double share ? Units.percent(share) : PlainText.line(String.valueOf(value));
    }
}
