package dev.isos.api.plan;

import java.util.Map;
import java.util.TreeMap;

/**
 * How one layer is mapped: named mapping factors that the dataflow defines, for example {@code kSplit} or
 * {@code tileRows}.
 */
public record LayerMapping(int layer, Map<String, Integer> factors) {
    public LayerMapping {
        factors = java.util.Collections.unmodifiableMap(new TreeMap<>(factors));
    }

    /** Value of a factor that the dataflow has set. */
    public int factor(String name) {
        Integer value = factors.get(name);
        if (value == null) {
            throw new IllegalStateException("layer " + layer + " has no mapping factor " + name);
        }
        return value;
    }
}
