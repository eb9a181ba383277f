package dev.isos.api.hardware;

import java.util.Map;
import java.util.TreeMap;

/**
 * The resolved, validated parameters of one hardware configuration.
 *
 * @param id name of the configuration: a built-in one or the file's
 * @param model id of the {@link HardwareModelFactory} that builds it
 * @param numbers canonical values of all numeric parameters (bytes, hertz, bytes per second, seconds, counts)
 * @param texts values of all text parameters
 * @param parts what the parameters name that choose a {@link MachinePart}, by key
 */
public record HardwareSpec(
        String id,
        String model,
        Map<String, Double> numbers,
        Map<String, String> texts,
        Map<String, MachinePart<?>> parts) {
    /** A configuration without parts to choose. */
    public HardwareSpec(String id, String model, Map<String, Double> numbers, Map<String, String> texts) {
        this(id, model, numbers, texts, Map.of());
    }

    public HardwareSpec {
        parts = java.util.Collections.unmodifiableMap(new TreeMap<>(parts));
        numbers = java.util.Collections.unmodifiableMap(new TreeMap<>(numbers));
        texts = java.util.Collections.unmodifiableMap(new TreeMap<>(texts));
    }

    /** A count that fits an int. */
    public int count(String key) {
        return Math.toIntExact((long) real(key));
    }

    /** A size in bytes. */
    public long bytes(String key) {
        return (long) real(key);
    }

    /** Any numeric parameter in its canonical unit. */
    public double real(String key) {
        Double value = numbers.get(key);
        if (value == null) {
            throw new IllegalStateException("hardware " + id + " has no number '" + key + "'");
        }
        return value;
    }

    /** A text parameter. */
    public String text(String key) {
        String value = texts.get(key);
        if (value == null) {
            throw new IllegalStateException("hardware " + id + " has no text '" + key + "'");
        }
        return value;
    }

    /**
     * Makes the part that a parameter names.
     *
     * @param type as the parameter declares it
     */
    public <T> T part(String key, Class<T> type) {
        MachinePart<?> part = parts.get(key);
        if (part == null || part.type() != type) {
            throw new IllegalStateException("hardware " + id + " has no part '" + key + "' of type " + type.getName());
        }
        return type.cast(part.maker().apply(this));
    }
}
