package dev.isos.core.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.unit.Quantity;
import java.util.Collection;
import java.util.Map;

/** The JSON Schema (2020-12) of a hardware model's files, made from its declared parameters, so that editors can complete. */
public final class HardwareSchema {
    private static final Map<Quantity, String> PATTERNS = Map.of(
            Quantity.BYTES, pattern("(B|KiB|MiB|GiB|kB|MB|GB)"),
            Quantity.BYTES_PER_SECOND, pattern("(B|KiB|MiB|GiB|kB|MB|GB)/s"),
            Quantity.HERTZ, pattern("(Hz|kHz|MHz|GHz)"),
            Quantity.SECONDS, pattern("(ps|ns|us|ms|s)"));

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private HardwareSchema() {}

    /** Texts that {@link Quantity} reads: no comma, no underscore, no leading zero. */
    private static String pattern(String units) {
        return "^\\s*[+]?((0|[1-9][0-9]*)(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?[0-9]{1,2})?\\s*" + units + "\\s*$";
    }

    /** The schema of files that extend any of the given models: the key {@code extends} decides which keys there are. */
    public static ObjectNode of(Collection<HardwareModelFactory> models) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("$schema", DIALECT);
        root.put("title", "Hardware file");
        root.put("type", "object");
        ArrayNode ids = root.putObject("properties")
                .putObject(HardwareSpecReader.EXTENDS)
                .put("description", "a hardware, or the path of another hardware file")
                .putArray("anyOf");
        ArrayNode names = ids.addObject().putArray("enum");
        ids.addObject().put("type", "string").put("pattern", "[./]");
        root.putArray("required").add(HardwareSpecReader.EXTENDS);
        ArrayNode cases = root.putArray("allOf");
        ObjectNode definitions = root.putObject("$defs");
        for (HardwareModelFactory model : models) {
            names.add(model.id());
            ObjectNode one = cases.addObject();
            one.putObject("if")
                    .putObject("properties")
                    .putObject(HardwareSpecReader.EXTENDS)
                    .put("const", model.id());
            one.putObject("then").put("$ref", "#/$defs/" + model.id());
            definitions.set(model.id(), keys(model));
        }
        return root;
    }

    /** The schema of files that extend the given model. */
    public static ObjectNode of(HardwareModelFactory model) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("$schema", DIALECT);
        root.put("title", "Hardware file of " + model.id());
        root.setAll(keys(model));
        return root;
    }

    private static ObjectNode keys(HardwareModelFactory model) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("description", model.description());
        object(root);
        ObjectNode properties = (ObjectNode) root.get("properties");
        properties
                .putObject(HardwareSpecReader.EXTENDS)
                .put("type", "string")
                .put("description", "'" + model.id() + "' or the path of another hardware file");
        properties
                .putObject(HardwareSpecReader.NAME)
                .put("type", "string")
                .put("description", "name of the configuration; by default the file's");
        root.putArray("required").add(HardwareSpecReader.EXTENDS);
        for (HardwareParameter parameter : model.parameters()) {
            ObjectNode parent = root;
            String[] path = parameter.key().split("\\.");
            for (int i = 0; i < path.length - 1; i++) {
                ObjectNode siblings = (ObjectNode) parent.get("properties");
                parent = siblings.has(path[i])
                        ? (ObjectNode) siblings.get(path[i])
                        : object(siblings.putObject(path[i]));
            }
            describe(((ObjectNode) parent.get("properties")).putObject(path[path.length - 1]), parameter);
        }
        return root;
    }

    private static ObjectNode object(ObjectNode node) {
        node.put("type", "object");
        node.put("additionalProperties", false);
        node.putObject("properties");
        return node;
    }

    private static void describe(ObjectNode node, HardwareParameter parameter) {
        node.put("description", parameter.description() + " (default's source: " + parameter.source() + ")");
        switch (parameter.quantity()) {
            case COUNT -> number(node, "integer", parameter);
            case REAL -> number(node, "number", parameter);
            case TEXT -> {
                if (parameter.choices().isEmpty()) {
                    node.put("type", "string");
                } else {
                    parameter.choices().forEach(node.withArray("enum")::add);
                }
                node.put("default", parameter.defaultText());
            }
            default ->
                node.put("type", "string")
                        .put("pattern", PATTERNS.get(parameter.quantity()))
                        .put("default", parameter.defaultText());
        }
    }

    private static void number(ObjectNode node, String type, HardwareParameter parameter) {
        double value = parameter.quantity().parse(parameter.defaultText());
        node.put("type", type).put("minimum", parameter.minimum()).put("maximum", parameter.maximum());
        if (type.equals("integer")) {
            node.put("default", (long) value);
        } else {
            node.put("default", value);
        }
    }
}
