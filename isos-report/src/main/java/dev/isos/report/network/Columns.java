package dev.isos.report.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records as columns: an array per member, and equal arrays once. Runs of one network, and of one network at several sparsities, have
 * many in common, so that this is a third of what the same records take as objects.
 */
final class Columns {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<JsonNode, Integer> positions = new LinkedHashMap<>();

    /**
     * Takes records of one kind.
     *
     * @return position of each member's array, by its path: names with dots between them; members that are null of all have none
     */
    Map<String, Integer> add(List<? extends Record> rows) {
        Map<String, ArrayNode> columns = new LinkedHashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            flatten("", JSON.valueToTree(rows.get(row)), row, columns);
        }
        Map<String, Integer> table = new LinkedHashMap<>();
        columns.forEach((path, column) -> table.put(path, positions.computeIfAbsent(column, c -> positions.size())));
        return table;
    }

    private static void flatten(String prefix, JsonNode record, int row, Map<String, ArrayNode> columns) {
        for (Map.Entry<String, JsonNode> member : record.properties()) {
            String path = prefix + member.getKey();
            if (member.getValue().isObject()) {
                flatten(path + ".", member.getValue(), row, columns);
            } else if (!member.getValue().isNull()) {
                ArrayNode column = columns.computeIfAbsent(path, p -> JsonNodeFactory.instance.arrayNode());
                while (column.size() < row) {
                    column.addNull();
                }
                column.add(member.getValue());
            }
        }
    }

    /** All arrays, by position. */
    List<JsonNode> arrays() {
        return List.copyOf(positions.keySet());
    }
}
