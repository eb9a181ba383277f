package dev.isos.api.dataflow;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a hardware model declares about itself that work counts depend on: numbers of lanes or units, chunk widths,
 * buffer capacities. Named integers, in the units that their names state. Two hardware configurations with equal
 * geometry share one functional execution.
 *
 * @param values by key; copied, and immutable from then on
 */
public record Geometry(Map<String, Long> values) {
    /**
     * Copies the values.
     *
     * @param values by key
     */
    public Geometry {
        values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /**
     * Whether the hardware declares a key.
     *
     * @param key such as {@code lanes}
     * @return false where {@link #get} would throw
     */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /**
     * Value of a key that the dataflow has declared as required.
     *
     * @param key such as {@code lanes}
     * @return the number, in the unit that the key's name states
     * @throws IsosException where the hardware does not declare it
     */
    public long get(String key) {
        Long value = values.get(key);
        if (value == null) {
            throw new IsosException(ErrorCode.INFEASIBLE, "the hardware does not declare the geometry '" + key + "'");
        }
        return value;
    }

    /**
     * The same as an int.
     *
     * @param key such as {@code lanes}
     * @return the number, in the unit that the key's name states
     * @throws ArithmeticException where it does not fit
     * @throws IsosException where the hardware does not declare it
     */
    public int getInt(String key) {
        return Math.toIntExact(get(key));
    }
}
