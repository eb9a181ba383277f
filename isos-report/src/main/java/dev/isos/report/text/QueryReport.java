package dev.isos.report.text;

import dev.isos.api.error.IsosException;
import dev.isos.report.console.Console;
import dev.isos.study.store.QueryResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a query of a store gives; as JSON, a list with an object per row. */
public final class QueryReport implements Printable {
    private final QueryResult result;

    public QueryReport(QueryResult result) {
        this.result = result;
    }

    @Override
    public Object json() {
        Set<String> names = new HashSet<>();
        for (String name : result.columns()) {
            if (!names.add(name)) {
                throw IsosException.badInput(
                        "query: two columns are called '" + name + "'; expected a name for each (AS) in JSON");
            }
        }
        return result.rows().stream().map(this::object).toList();
    }

    private Map<String, Object> object(List<Object> row) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            object.put(result.columns().get(i), row.get(i));
        }
        return object;
    }

    @Override
    public String csv() {
        return Csv.write(columns(), result.rows());
    }

    @Override
    public String table(Console console) {
        return new Table<>(columns()).rows(result.rows()).render(console.columns(), console::heading);
    }

    private List<Column<List<Object>>> columns() {
        List<Column<List<Object>>> columns = new ArrayList<>();
        for (int i = 0; i < result.columns().size(); i++) {
            int place = i;
            String name = result.columns().get(i);
            boolean numbers = result.rows().stream()
                    .map(row -> row.get(place))
                    .allMatch(value -> value == null || value instanceof Number);
            columns.add(
                    numbers && !result.rows().isEmpty()
                            ? Column.number(name, name, i, row -> row.get(place), row -> text(row.get(place)))
                            : new Column<>(
                                    name,
                                    List.of(name),
                                    Column.Alignment.LEFT,
                                    i,
                                    row -> row.get(place),
                                    row -> text(row.get(place))));
        }
        return columns;
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }
}
