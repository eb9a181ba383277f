package dev.isos.core.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.isos.api.error.IsosException;
import dev.isos.api.unit.Quantity;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a YAML or JSON text that knows where it stands. Exactly one of text, items and fields is not null. Scalars stay as
 * they are written: a layer called 010 is not 8. Every error is an {@link IsosException} that begins with the place.
 *
 * @param place name of the text and line, for messages
 * @param text a scalar as written
 * @param items a list
 * @param fields keys and values in the order of the text
 */
public record YamlNode(String place, String text, List<YamlNode> items, Map<String, YamlNode> fields) {
    private static final int LONGEST_SHOWN = 120;

    /**
     * Reads one document.
     *
     * @param name how messages call the text
     * @throws IsosException when it is no YAML, has a key twice, a key without a value, more than {@link Bounds#LEVELS} levels,
     *     an alias, or more than one document
     */
    public static YamlNode parse(String name, String text) {
        return parse(new Places(name, false), text);
    }

    /** The same for texts with several values a line: places have columns, too. */
    public static YamlNode parseWithColumns(String name, String text) {
        return parse(new Places(name, true), text);
    }

    /** How places are told. */
    private record Places(String name, boolean columns) {
        String of(JsonLocation location) {
            return name + " line " + Math.max(1, location.getLineNr())
                    + (columns ? " column " + Math.max(1, location.getColumnNr()) : "");
        }
    }

    private static YamlNode parse(Places places, String text) {
        String name = places.name();
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                throw IsosException.badInput(name + " line 1: expected a value, got nothing");
            }
            YamlNode root = node(parser, places, 0);
            if (parser.nextToken() != null) {
                throw IsosException.badInput(
                        places.of(parser.currentTokenLocation()) + ": expected the end of the file");
            }
            return root;
        } catch (IsosException e) {
            throw e;
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null ? name : places.of(e.getLocation());
            throw IsosException.badInput(place + ": expected YAML or JSON: " + IoReason.ofParser(e));
        } catch (IOException | RuntimeException e) {
            // the YAML parser lets exceptions of its own pass
            throw IsosException.badInput(name + ": expected YAML or JSON: " + IoReason.ofParser(e));
        }
    }

    private static YamlNode node(JsonParser parser, Places places, int depth) throws IOException {
        String place = places.of(parser.currentTokenLocation());
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw IsosException.badInput(place + ": expected a value, got the alias '*" + shown(parser.getText())
                    + "'; write the value itself");
        }
        if (depth > Bounds.LEVELS) {
            throw IsosException.badInput(place + ": expected at most " + Bounds.LEVELS + " levels");
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser, places, depth + 1));
            }
            return new YamlNode(place, null, items, null);
        }
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                String keyPlace = places.of(parser.currentTokenLocation());
                parser.nextToken();
                if (fields.put(key, node(parser, places, depth + 1)) != null) {
                    throw IsosException.badInput(keyPlace + ": key '" + shown(key) + "' is there twice");
                }
            }
            return new YamlNode(place, null, null, fields);
        }
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw IsosException.badInput(place + ": expected a value, got nothing");
        }
        return new YamlNode(place, parser.getText(), null, null);
    }

    /** A word of the text as messages show it: one line, not too long. */
    public static String shown(String text) {
        String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "..." : line;
    }

    /** What is wrong with this value, to be thrown. */
    public IsosException mistake(String message) {
        return IsosException.badInput(place + ": " + message);
    }

    /** The scalar. */
    public String one(String key) {
        if (text == null) {
            throw mistake(
                    "key '" + key + "': expected one value, got " + (items != null ? "a list" : "keys and values"));
        }
        return text;
    }

    /** A scalar as a list of one, or a list of scalars that is not empty. */
    public List<String> texts(String key) {
        if (text != null) {
            return List.of(text);
        }
        if (items == null || items.isEmpty() || items.stream().anyMatch(item -> item.text() == null)) {
            throw mistake("key '" + key + "': expected a value or a list of values");
        }
        return items.stream().map(YamlNode::text).toList();
    }

    /** The values of a list; any other value as a list of one. */
    public List<YamlNode> oneOrMore() {
        return items == null ? List.of(this) : items;
    }

    /** The list. */
    public List<YamlNode> items(String key) {
        if (items == null) {
            throw mistake("key '" + key + "': expected a list");
        }
        return items;
    }

    /** The keys and values. */
    public Map<String, YamlNode> fields(String key) {
        if (fields == null) {
            throw mistake("key '" + key + "': expected keys and values");
        }
        return fields;
    }

    /** A whole number within bounds, both included. */
    public int integer(String key, int smallest, int largest) {
        return (int) whole(key, smallest, largest);
    }

    /** A whole number within bounds, both included. */
    public long whole(String key, long smallest, long largest) {
        String written = one(key);
        try {
            return Quantity.whole(written, smallest, largest);
        } catch (IllegalArgumentException e) {
            throw mistake("key '" + key + "': " + e.getMessage());
        }
    }

    /** A number within bounds, both included. */
    public double real(String key, double smallest, double largest) {
        String written = one(key);
        double number;
        try {
            number = Quantity.REAL.parse(written);
        } catch (IllegalArgumentException e) {
            throw mistake("key '" + key + "': " + e.getMessage());
        }
        if (number >= smallest && number <= largest) {
            return number;
        }
        String bounds = largest == Double.POSITIVE_INFINITY
                ? smallest + " at least"
                : smallest == Double.NEGATIVE_INFINITY ? largest + " at most" : smallest + " to " + largest;
        throw mistake("key '" + key + "': expected a number of " + bounds + ", got '" + shown(written) + "'");
    }

    /** True or false. */
    public boolean flag(String key) {
        String written = one(key);
        if (written.equals("true") || written.equals("false")) {
            return written.equals("true");
        }
        throw mistake("key '" + key + "': expected true or false, got '" + shown(written) + "'");
    }
}
