package dev.isos.study.store;

import java.util.List;

/**
 * What a query gives.
 *
 * @param columns names, in order
 * @param rows values in the order of the columns: numbers, booleans, texts, lists of such, or null
 */
public record QueryResult(List<String> columns, List<List<Object>> rows) {
    public QueryResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
