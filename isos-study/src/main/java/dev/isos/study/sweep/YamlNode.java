package dev.isos.study.sweep;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a YAML or JSON file that knows where it stands. Exactly one of text, items and fields is not null.
 *
 * @param place file and line, for messages
 * @param text a scalar as written
 * @param items a list
 * @param fields keys and values in the order of the file
 */
record YamlNode(String place, String text, List<YamlNode> items, Map<String, YamlNode> fields) {
    /** Reads a file whose top level is keys and values. */
    static YamlNode read(Path file) {
        String text = Bounds.text(file.toString(), file, Bounds.SETTINGS_BYTES);
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw IsosException.badInput(file + " line 1: expected 'key: value' lines");
            }
            YamlNode root = node(parser, file, 0);
            if (parser.nextToken() != null) {
                throw IsosException.badInput(
                        file + " line " + parser.currentTokenLocation().getLineNr() + ": expected the end of the file");
            }
            return root;
        } catch (IsosException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // the YAML parser lets exceptions of its own pass
            throw IsosException.badInput(file + " is neither YAML nor JSON: " + IoReason.ofParser(e));
        }
    }

    private static YamlNode node(JsonParser parser, Path file, int depth) throws IOException {
        String place = file + " line " + parser.currentTokenLocation().getLineNr();
        if (depth > Bounds.LEVELS) {
            throw IsosException.badInput(place + ": expected at most " + Bounds.LEVELS + " levels");
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser, file, depth + 1));
            }
            return new YamlNode(place, null, items, null);
        }
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                String keyPlace =
                        file + " line " + parser.currentTokenLocation().getLineNr();
                parser.nextToken();
                if (fields.put(key, node(parser, file, depth + 1)) != null) {
                    throw IsosException.badInput(keyPlace + ": key '" + key + "' is there twice");
                }
            }
            return new YamlNode(place, null, null, fields);
        }
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw IsosException.badInput(place + ": expected a value, got nothing");
        }
        return new YamlNode(place, parser.getText(), null, null);
    }

    /** One value. */
    String one(String key) {
        if (text == null) {
            throw IsosException.badInput(place + ": key '" + key + "': expected one value");
        }
        return text;
    }

    /** One value or a list of values, as texts. */
    List<String> texts(String key) {
        if (text != null) {
            return List.of(text);
        }
        if (items == null || items.isEmpty() || items.stream().anyMatch(item -> item.text() == null)) {
            throw IsosException.badInput(place + ": key '" + key + "': expected a value or a list of values");
        }
        return items.stream().map(YamlNode::text).toList();
    }

    /** Keys and values. */
    Map<String, YamlNode> fields(String key) {
        if (fields == null) {
            throw IsosException.badInput(place + ": key '" + key + "': expected keys and values");
        }
        return fields;
    }
}
