package dev.isos.workloads.description;

import dev.isos.api.error.IsosException;
import dev.isos.core.text.Nearest;
import dev.isos.core.text.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The keys of a map, taken one by one; {@link #done()} refuses those that nobody took. */
final class Fields {
    private final YamlNode node;
    private final String what;
    private final Map<String, YamlNode> left;
    private final TreeSet<String> known = new TreeSet<>();

    /** @param what how messages call the map */
    Fields(YamlNode node, String what) {
        this.node = node;
        this.what = what;
        if (node.fields() == null) {
            throw node.mistake("expected " + what + " with keys and values");
        }
        this.left = new LinkedHashMap<>(node.fields());
    }

    String place() {
        return node.place();
    }

    IsosException mistake(String message) {
        return node.mistake(message);
    }

    Optional<YamlNode> take(String key) {
        known.add(key);
        return Optional.ofNullable(left.remove(key));
    }

    YamlNode require(String key) {
        return take(key).orElseThrow(() -> mistake(what + " has no key '" + key + "'"));
    }

    int integer(String key, int smallest, int largest) {
        return require(key).integer(key, smallest, largest);
    }

    int integer(String key, int smallest, int largest, int otherwise) {
        return take(key).map(n -> n.integer(key, smallest, largest)).orElse(otherwise);
    }

    double real(String key, double smallest, double largest, double otherwise) {
        return take(key).map(n -> n.real(key, smallest, largest)).orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return take(key).map(n -> n.flag(key)).orElse(otherwise);
    }

    /** One number for both axes, or a list of two: rows, columns. */
    int[] pair(String key, int smallest, int largest, int otherwise) {
        Optional<YamlNode> value = take(key);
        if (value.isEmpty()) {
            return new int[] {otherwise, otherwise};
        }
        if (value.get().items() == null) {
            int both = value.get().integer(key, smallest, largest);
            return new int[] {both, both};
        }
        return integers(value.get(), key, 2, smallest, largest);
    }

    static int[] integers(YamlNode node, String key, int count, int smallest, int largest) {
        List<YamlNode> list = node.items(key);
        if (list.size() != count) {
            throw node.mistake("key '" + key + "' has " + list.size() + " numbers, expected " + count);
        }
        return list.stream().mapToInt(n -> n.integer(key, smallest, largest)).toArray();
    }

    void done() {
        if (!left.isEmpty()) {
            Map.Entry<String, YamlNode> first = left.entrySet().iterator().next();
            String key = YamlNode.shown(first.getKey());
            throw first.getValue().mistake(what + " has the unknown key '" + key + "'" + Nearest.hint(key, known));
        }
    }
}
