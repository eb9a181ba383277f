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
    /** Key of the images that a run has, which every kind of hardware gets beside its own parameters. */
    public static final String BATCH = "batch";

    /**
     * A configuration without parts to choose.
     *
     * @param id name of the configuration
     * @param model id of the {@link HardwareModelFactory}
     * @param numbers canonical values by key
     * @param texts values of text parameters by key
     */
    public HardwareSpec(String id, String model, Map<String, Double> numbers, Map<String, String> texts) {
        this(id, model, numbers, texts, Map.of());
    }

    /**
     * Copies the maps and sorts them by key.
     *
     * @param id name of the configuration
     * @param model id of the {@link HardwareModelFactory}
     * @param numbers canonical values by key
     * @param texts values of text parameters by key
     * @param parts chosen parts by key; empty where the machine has none to choose
     */
    public HardwareSpec {
        parts = java.util.Collections.unmodifiableMap(new TreeMap<>(parts));
        numbers = java.util.Collections.unmodifiableMap(new TreeMap<>(numbers));
        texts = java.util.Collections.unmodifiableMap(new TreeMap<>(texts));
    }

    /**
     * A count that fits an int.
     *
     * @param key of a parameter that is a {@link dev.isos.api.unit.Quantity#COUNT}
     * @return the count
     * @throws ArithmeticException where it does not fit an int
     * @throws IllegalStateException where the kind of hardware declares no such number
     */
    public int count(String key) {
        return Math.toIntExact((long) real(key));
    }

    /** {@return images that a run has, one after another in each segment; 1 where nothing is said} */
    public int batch() {
        return numbers.getOrDefault(BATCH, 1.0).intValue();
    }

    /**
     * A size in bytes.
     *
     * @param key of a parameter in {@link dev.isos.api.unit.Quantity#BYTES}
     * @return bytes, whole
     * @throws IllegalStateException where the kind of hardware declares no such number
     */
    public long bytes(String key) {
        return (long) real(key);
    }

    /**
     * Any numeric parameter in its canonical unit.
     *
     * @param key of a parameter with a number
     * @return in the unit that its {@link dev.isos.api.unit.Quantity} documents
     * @throws IllegalStateException where the kind of hardware declares no such number
     */
    public double real(String key) {
        Double value = numbers.get(key);
        if (value == null) {
            throw new IllegalStateException("hardware " + id + " has no number '" + key + "'");
        }
        return value;
    }

    /**
     * A text parameter.
     *
     * @param key of a {@link dev.isos.api.unit.Quantity#TEXT} parameter that names no part
     * @return one of its choices, where it declares any
     * @throws IllegalStateException where the kind of hardware declares no such text
     */
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
     * @param <T> what the machine makes use of
     * @param key of the parameter that names the part
     * @param type as the parameter declares it
     * @return the part, made anew by each call
     * @throws IllegalStateException where no part is chosen by the key, or one of another type
     * @throws dev.isos.api.error.IsosException when values of the part contradict each other
     */
    public <T> T part(String key, Class<T> type) {
        MachinePart<?> part = parts.get(key);
        if (part == null || part.type() != type) {
            throw new IllegalStateException("hardware " + id + " has no part '" + key + "' of type " + type.getName());
        }
        return type.cast(part.maker().apply(this));
    }
}
