package dev.isos.core.spec;

import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.core.bound.Bounds;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of hardware parameters as users write them. */
public final class ParameterValue {
    private ParameterValue() {}

    /**
     * The canonical value of a numeric parameter.
     *
     * @throws IllegalArgumentException with what was expected, when the text is no value of the parameter
     */
    public static double number(HardwareParameter parameter, String text) {
        if (text.length() > Bounds.NUMBER_CHARACTERS) {
            throw new IllegalArgumentException(
                    "expected " + parameter.quantity().expectation() + ", got a text of " + text.length()
                            + " characters, at most " + Bounds.NUMBER_CHARACTERS + " are read");
        }
        double number = parameter.quantity().parse(text);
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
            throw new IllegalArgumentException(
                    "expected one of " + String.join(", ", parameter.choices()) + ", got '" + text + "'");
        }
        return text;
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
