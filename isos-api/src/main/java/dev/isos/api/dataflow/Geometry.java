package dev.isos.api.dataflow;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a hardware model declares about itself that work counts depend on: numbers of lanes or units, chunk widths,
 * buffer capacities. Named integers, in the units that their names state. Two hardware configurations with equal
 * geometry share one functional execution.
 */
public record Geometry(Map<String, Long> values) {
    public Geometry {
        values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Value of a key that the dataflow has declared as required. */
    public long get(String key) {
        Long value = values.get(key);
        if (value == null) {
            throw new IsosException(ErrorCode.INFEASIBLE, "the hardware does not declare the geometry '" + key + "'");
        }
        return value;
    }

    /** The same as an int. */
    public int getInt(String key) {
        return Math.toIntExact(get(key));
    }
}
