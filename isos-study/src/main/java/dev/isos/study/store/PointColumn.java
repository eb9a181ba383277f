package dev.isos.study.store;

import dev.isos.study.result.ResultField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A column of the table of points. Its name is the path of the value in a JSON result, with underscores for dots.
 *
 * @param type in SQL
 * @param value Long, Double, Boolean, String or null
 */
record PointColumn(String name, String type, Function<Row, Object> value) {
    private static final String TEXT = "VARCHAR";
    private static final String INTEGER = "BIGINT";
    private static final String REAL = "DOUBLE";
    private static final Map<Class<?>, String> TYPES = Map.of(
            int.class, INTEGER, long.class, INTEGER, double.class, REAL, boolean.class, "BOOLEAN", String.class, TEXT);

    /** The columns of all stores: what was asked for, then what was found. */
    private static final List<PointColumn> ASKED = List.of(
            new PointColumn("id", TEXT, Row::id),
            new PointColumn("basis", TEXT, Row::basis),
            new PointColumn("workload", TEXT, Row::workload),
            new PointColumn("seed", INTEGER, Row::seed),
            new PointColumn("accelerator", TEXT, Row::accelerator),
            new PointColumn("fidelity", TEXT, Row::fidelity));

    private static final List<PointColumn> FOUND = found();

    private static List<PointColumn> found() {
        List<PointColumn> columns = new ArrayList<>();
        columns.add(new PointColumn(
                "failure",
                TEXT,
                row -> row.failure() == null ? null : row.failure().name()));
        columns.add(new PointColumn("reason", TEXT, Row::reason));
        ResultField.all()
                .forEach(field -> columns.add(new PointColumn(
                        field.path().replace('.', '_'), TYPES.get(field.type()), row -> found(field, row))));
        return columns;
    }

    private static Object found(ResultField field, Row row) {
        Object value = row.run() == null ? null : field.value().apply(row.run());
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    /**
     * The columns of a store: those of all stores, and between what was asked for and what was found one for each parameter that any
     * point sets, in the order of the keys.
     */
    static List<PointColumn> of(SweepStore.Snapshot store) {
        Map<String, String> parameters = new TreeMap<>();
        store.parameters(one -> one.forEach((key, value) -> parameters.merge(key, type(value), PointColumn::wider)));
        Set<String> taken = new HashSet<>();
        ASKED.forEach(column -> taken.add(lower(column.name())));
        FOUND.forEach(column -> taken.add(lower(column.name())));
        List<PointColumn> columns = new ArrayList<>(ASKED);
        parameters.forEach((key, type) -> {
            String name = key.replace('.', '_');
            columns.add(new PointColumn(
                    taken.contains(lower(name)) ? "parameter_" + name : name,
                    type,
                    row -> as(type, row.parameters().get(key))));
        });
        columns.addAll(FOUND);
        return columns;
    }

    /** SQL does not tell upper from lower case in names. */
    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String type(Object value) {
        return value instanceof Long || value instanceof Integer ? INTEGER : value instanceof Double ? REAL : TEXT;
    }

    private static String wider(String one, String other) {
        return one.equals(other) ? one : one.equals(TEXT) || other.equals(TEXT) ? TEXT : REAL;
    }

    private static Object as(String type, Object value) {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case INTEGER -> ((Number) value).longValue();
            case REAL -> ((Number) value).doubleValue();
            default -> value.toString();
        };
    }

    /** The columns as a CREATE TABLE statement has them. */
    static String declarations(List<PointColumn> columns) {
        return columns.stream()
                .map(column -> '"' + column.name().replace("\"", "\"\"") + "\" " + column.type())
                .collect(Collectors.joining(", "));
    }
}
