package dev.isos.api.hardware;

import dev.isos.api.unit.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a hardware file, declared as data: the reader, {@code --set}, the JSON Schema and the documentation all come
 * from it.
 *
 * @param key dotted path in the file, for example {@code dram.bandwidth}
 * @param quantity what kind of value it has; decides the unit of the canonical value
 * @param defaultText default in the same notation as in a file
 * @param minimum smallest canonical value; ignored for {@link Quantity#TEXT}
 * @param maximum largest canonical value; ignored for {@link Quantity#TEXT}
 * @param choices allowed texts; only of {@link Quantity#TEXT}, empty: any
 * @param description what it governs, with its unit
 * @param source where the default comes from, or "ours: why"
 * @param part type of the {@link dev.isos.api.hardware.MachinePart} that the text names; null of all other parameters
 */
public record HardwareParameter(
        String key,
        Quantity quantity,
        String defaultText,
        double minimum,
        double maximum,
        List<String> choices,
        String description,
        String source,
        @Nullable Class<?> part) {
    /**
     * Copies the choices; checks nothing.
     *
     * @param key dotted path
     * @param quantity kind of value
     * @param defaultText in the notation of {@link Quantity#parse}
     * @param minimum in the canonical unit
     * @param maximum in the canonical unit, not below {@code minimum}
     * @param choices allowed texts; empty: any
     * @param description with the unit
     * @param source of the default
     * @param part type of a part, or null
     */
    public HardwareParameter {
        choices = List.copyOf(choices);
    }

    /**
     * A parameter that names no part.
     *
     * @param key dotted path in the file
     * @param quantity what kind of value it has
     * @param defaultText default in the same notation as in a file
     * @param minimum smallest canonical value
     * @param maximum largest canonical value
     * @param choices allowed texts; empty: any
     * @param description what it governs, with its unit
     * @param source where the default comes from, or "ours: why"
     */
    public HardwareParameter(
            String key,
            Quantity quantity,
            String defaultText,
            double minimum,
            double maximum,
            List<String> choices,
            String description,
            String source) {
        this(key, quantity, defaultText, minimum, maximum, choices, description, source, null);
    }

    /**
     * A parameter with a numeric value.
     *
     * @param key dotted path in the file
     * @param quantity any but {@link Quantity#TEXT}
     * @param defaultText default in the same notation as in a file
     * @param min smallest value, in that notation
     * @param max largest value, in that notation
     * @param description what it governs, with its unit
     * @param source where the default comes from, or "ours: why"
     * @return the declaration
     * @throws IllegalArgumentException when a limit is not of the quantity
     */
    public static HardwareParameter number(
            String key,
            Quantity quantity,
            String defaultText,
            String min,
            String max,
            String description,
            String source) {
        return new HardwareParameter(
                key, quantity, defaultText, quantity.parse(min), quantity.parse(max), List.of(), description, source);
    }

    /**
     * A parameter that names one of several things.
     *
     * @param key dotted path in the file
     * @param defaultText one of the choices, where there are any
     * @param choices allowed texts; empty: any
     * @param description what it governs
     * @param source where the default comes from, or "ours: why"
     * @return the declaration
     */
    public static HardwareParameter text(
            String key, String defaultText, List<String> choices, String description, String source) {
        return new HardwareParameter(key, Quantity.TEXT, defaultText, 0, 0, choices, description, source);
    }

    /**
     * A parameter that names a part of the machine; its choices are the parts of that type that plug-ins contribute.
     *
     * @param key dotted path in the file
     * @param part type of the parts to choose from, see {@link MachinePart#type()}
     * @param defaultText id of one of them
     * @param description what the part does in the machine
     * @param source where the default comes from, or "ours: why"
     * @return the declaration
     */
    public static HardwareParameter part(
            String key, Class<?> part, String defaultText, String description, String source) {
        return new HardwareParameter(key, Quantity.TEXT, defaultText, 0, 0, List.of(), description, source, part);
    }

    /**
     * The same with other choices.
     *
     * @param others allowed texts; empty: any
     * @return a copy
     */
    public HardwareParameter withChoices(List<String> others) {
        return new HardwareParameter(key, quantity, defaultText, minimum, maximum, others, description, source, part);
    }
}
