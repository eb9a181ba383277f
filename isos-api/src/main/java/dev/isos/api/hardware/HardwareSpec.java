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
 */
public record HardwareSpec(String id, String model, Map<String, Double> numbers, Map<String, String> texts) {
    public HardwareSpec {
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
}
