package dev.isos.workloads.description;

import dev.isos.core.text.Nearest;
import dev.isos.workloads.description.Node.Mistake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The keys of a map, taken one by one; {@link #done()} refuses those that nobody took. */
final class Fields {
    private final int line;
    private final String what;
    private final Map<String, Node> left;
    private final TreeSet<String> known = new TreeSet<>();

    Fields(int line, String what, Map<String, Node> map) {
        this.line = line;
        this.what = what;
        this.left = new LinkedHashMap<>(map);
    }

    int line() {
        return line;
    }

    Optional<Node> take(String key) {
        known.add(key);
        return Optional.ofNullable(left.remove(key));
    }

    Node require(String key) {
        return take(key).orElseThrow(() -> new Mistake(line, what + " has no key '" + key + "'"));
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
        Optional<Node> node = take(key);
        if (node.isEmpty()) {
            return new int[] {otherwise, otherwise};
        }
        if (!node.get().isList()) {
            int both = node.get().integer(key, smallest, largest);
            return new int[] {both, both};
        }
        return integers(node.get(), key, 2, smallest, largest);
    }

    static int[] integers(Node node, String key, int count, int smallest, int largest) {
        List<Node> list = node.list(count + " numbers");
        if (list.size() != count) {
            throw new Mistake(node.line(), key + " has " + list.size() + " numbers, expected " + count);
        }
        return list.stream().mapToInt(n -> n.integer(key, smallest, largest)).toArray();
    }

    void done() {
        if (!left.isEmpty()) {
            Map.Entry<String, Node> first = left.entrySet().iterator().next();
            String key = first.getKey().replaceAll("\\p{Cntrl}", "?");
            throw new Mistake(
                    first.getValue().line(),
                    what + " has the unknown key '" + (key.length() > 60 ? key.substring(0, 60) : key) + "'"
                            + Nearest.hint(key.length() > 60 ? "" : key, known));
        }
    }
}
