package dev.isos.core.spec;

import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Values of hardware parameters as users write them. */
public final class ParameterValue {
    private static final int LONGEST_LIST = 200;

    private ParameterValue() {}

    /**
     * The canonical value of a numeric parameter.
     *
     * @throws IllegalArgumentException with what was expected, when the text is no value of the parameter
     */
    public static double number(HardwareParameter parameter, String text) {
        double number;
        try {
            number = parameter.quantity().parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + several(parameter.key(), text, part -> isValue(parameter, part)), e);
        }
        if (!(number >= parameter.minimum() && number <= parameter.maximum())) {
            throw new IllegalArgumentException("expected " + range(parameter) + ", got '" + text + "'");
        }
        return number;
    }

    /**
     * The value of a text parameter.
     *
     * @throws IllegalArgumentException with what was expected, when the text is no value of the parameter
     */
    public static String choice(HardwareParameter parameter, String text) {
        if (!parameter.choices().isEmpty() && !parameter.choices().contains(text)) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", parameter.choices()) + ", got '"
                    + text + "'" + several(parameter.key(), text, parameter.choices()::contains));
        }
        return text;
    }

    private static boolean isValue(HardwareParameter parameter, String text) {
        try {
            parameter.quantity().parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * What to say behind a refusal where the text is a list or a range of values and one belongs: how several are given; else
     * nothing.
     *
     * @param isValue whether a part of the text is a value
     */
    public static String several(String key, String text, Predicate<String> isValue) {
        if (text.length() > LONGEST_LIST) {
            return "";
        }
        String plain = text.strip().replaceAll("^\\[(.*)]$", "$1");
        String[] parts = plain.split(",|\\.\\.", -1);
        if (parts.length < 2 || !Arrays.stream(parts).map(String::strip).allMatch(isValue)) {
            return "";
        }
        return "; one value belongs here, several are given by 'isos compare --vary " + key + "=" + plain
                + "' or in a sweep file";
    }

    /** What a parameter may be, in words: "1 to 64", or the words that it may be. */
    public static String range(HardwareParameter parameter) {
        Quantity quantity = parameter.quantity();
        if (quantity == Quantity.TEXT) {
            return parameter.choices().isEmpty() ? "any word" : String.join(", ", parameter.choices());
        }
        return quantity.format(parameter.minimum()) + " to " + quantity.format(parameter.maximum());
    }

    /** Every parameter whose value is not the default, by key, as a hardware file would have it. */
    public static Map<String, String> changes(HardwareModelFactory model, HardwareSpec spec) {
        Map<String, String> changes = new LinkedHashMap<>();
        for (HardwareParameter parameter : model.parameters()) {
            String key = parameter.key();
            if (parameter.quantity() == Quantity.TEXT) {
                if (!spec.text(key).equals(parameter.defaultText())) {
                    changes.put(key, spec.text(key));
                }
            } else if (spec.real(key) != parameter.quantity().parse(parameter.defaultText())) {
                changes.put(key, parameter.quantity().format(spec.real(key)));
            }
        }
        return changes;
    }
}
