package dev.isos.workloads.description;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.isos.api.unit.Quantity;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a YAML or JSON text with the line where it stands.
 *
 * @param value a String, a list of nodes, or a map of them
 */
record Node(int line, Object value) {
    private static final int MAX_DEPTH = 16;

    /** A mistake in the text. */
    static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;

        Mistake(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    static Node parse(String text) {
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new Mistake(1, "expected a network, found nothing");
            }
            Node root = value(parser, 0);
            if (parser.nextToken() != null) {
                throw new Mistake(line(parser), "expected the end of the file after the network");
            }
            return root;
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw new Mistake(line, "expected YAML or JSON: " + IoReason.ofParser(e));
        } catch (Mistake e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // the YAML parser lets exceptions of its own pass
            throw new Mistake(1, "expected YAML or JSON: " + IoReason.ofParser(e));
        }
    }

    private static String oneLine(String text) {
        String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() > 120 ? line.substring(0, 120) + "..." : line;
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    private static Node value(JsonParser parser, int depth) throws IOException {
        int line = line(parser);
        if (depth > MAX_DEPTH) {
            throw new Mistake(line, "values are nested more than " + MAX_DEPTH + " deep");
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Node> map = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                int keyLine = line(parser);
                parser.nextToken();
                if (map.put(key, value(parser, depth + 1)) != null) {
                    throw new Mistake(keyLine, "key '" + oneLine(key) + "' stands twice");
                }
            }
            return new Node(line, map);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Node> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == null) {
                    throw new Mistake(line, "expected the end of the list");
                }
                list.add(value(parser, depth + 1));
            }
            return new Node(line, list);
        }
        if (token == null || !token.isScalarValue()) {
            throw new Mistake(line, "expected a value");
        }
        return new Node(line, String.valueOf(parser.getText()));
    }

    String text(String what) {
        if (value instanceof String text) {
            return text;
        }
        throw new Mistake(line, "expected " + what + ", found a " + (value instanceof List ? "list" : "map"));
    }

    @SuppressWarnings("unchecked") // parse() makes no other lists
    List<Node> list(String what) {
        if (value instanceof List) {
            return (List<Node>) value;
        }
        throw new Mistake(line, "expected a list of " + what);
    }

    boolean isList() {
        return value instanceof List;
    }

    @SuppressWarnings("unchecked") // parse() makes no other maps
    Fields fields(String what) {
        if (value instanceof Map) {
            return new Fields(line, what, (Map<String, Node>) value);
        }
        throw new Mistake(line, "expected " + what + " with keys and values");
    }

    int integer(String what, int smallest, int largest) {
        String text = text(what);
        try {
            return (int) Quantity.whole(text, smallest, largest);
        } catch (IllegalArgumentException e) {
            throw new Mistake(line, what + ": " + e.getMessage());
        }
    }

    double real(String what, double smallest, double largest) {
        String text = text(what);
        double number;
        try {
            number = Quantity.REAL.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Mistake(line, what + ": " + e.getMessage());
        }
        if (number >= smallest && number <= largest) {
            return number;
        }
        throw new Mistake(
                line, what + " is '" + oneLine(text) + "', expected a number of " + smallest + " to " + largest);
    }

    boolean flag(String what) {
        String text = text(what);
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new Mistake(line, what + " is '" + oneLine(text) + "', expected true or false");
    }
}
