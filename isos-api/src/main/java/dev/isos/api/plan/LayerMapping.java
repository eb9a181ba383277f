package dev.isos.api.plan;

import java.util.Map;
import java.util.TreeMap;

/**
 * How one layer is mapped: named mapping factors that the dataflow defines, for example {@code kSplit} or
 * {@code tileRows}.
 *
 * @param layer index of the layer
 * @param factors by name; empty where the dataflow has nothing to choose
 */
public record LayerMapping(int layer, Map<String, Integer> factors) {
    /**
     * Copies the factors and sorts them by name.
     *
     * @param layer index of the layer
     * @param factors by name
     */
    public LayerMapping {
        factors = java.util.Collections.unmodifiableMap(new TreeMap<>(factors));
    }

    /**
     * Value of a factor that the dataflow has set.
     *
     * @param name as the dataflow has set it
     * @return the factor, in the unit that the dataflow documents
     * @throws IllegalStateException when it has not been set
     */
    public int factor(String name) {
        Integer value = factors.get(name);
        if (value == null) {
            throw new IllegalStateException("layer " + layer + " has no mapping factor " + name);
        }
        return value;
    }
}
