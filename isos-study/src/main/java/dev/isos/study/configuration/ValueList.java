package dev.isos.study.configuration;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.unit.Quantity;
import dev.isos.core.spec.ParameterValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Values of one key as users list them: single values and ranges. {@code FROM..TO} doubles from FROM until it reaches TO,
 * which is the last value; {@code FROM..TO..STEP} adds STEP as long as TO is not passed.
 */
final class ValueList {
    private static final String RANGE = "..";
    private static final int LONGEST = 1000;

    private ValueList() {}

    /**
     * The values in order, each as a hardware file would have it.
     *
     * @param texts values and ranges
     * @param parameter what they are values of; null of a key that takes names and no ranges
     * @param place where they stand, for messages
     */
    static List<String> expand(List<String> texts, HardwareParameter parameter, String place) {
        List<String> values = new ArrayList<>();
        Set<String> written = new HashSet<>();
        for (String text : texts) {
            if (!written.add(text.strip())) {
                throw IsosException.badInput(place + ": '" + text.strip() + "' is there twice");
            }
            if (text.isBlank()) {
                throw IsosException.badInput(place + ": expected a value, got nothing");
            }
            try {
                if (parameter == null || parameter.quantity() == Quantity.TEXT) {
                    values.add(parameter == null ? text.strip() : ParameterValue.choice(parameter, text.strip()));
                } else if (text.contains(RANGE)) {
                    values.addAll(range(text, parameter));
                } else {
                    ParameterValue.number(parameter, text);
                    values.add(text.strip());
                }
            } catch (IllegalArgumentException e) {
                throw IsosException.badInput(place + ": " + e.getMessage());
            }
        }
        return values.stream().distinct().toList();
    }

    private static List<String> range(String text, HardwareParameter parameter) {
        String[] parts = text.split("\\.\\.", -1);
        if (parts.length > 3) {
            throw new IllegalArgumentException("expected FROM..TO or FROM..TO..STEP, got '" + text + "'");
        }
        Quantity quantity = parameter.quantity();
        double from = ParameterValue.number(parameter, parts[0]);
        double to = ParameterValue.number(parameter, parts[1]);
        double step = parts.length == 3 ? quantity.parse(parts[2]) : 0;
        boolean doubling = parts.length == 2;
        if (from > to || doubling && from <= 0 || !doubling && step <= 0) {
            throw new IllegalArgumentException("expected a range that grows from a value above 0, got '" + text + "'");
        }
        List<String> values = new ArrayList<>();
        // each value is computed from the first one, so that fractions do not add up
        for (int i = 0; i <= LONGEST; i++) {
            double value = doubling ? from * Math.scalb(1.0, i) : from + i * step;
            if (value >= to) {
                if (doubling || value == to) {
                    values.add(quantity.format(to));
                }
                return values;
            }
            values.add(quantity.format(value));
        }
        throw new IllegalArgumentException("expected a range of at most " + LONGEST + " values, got '" + text + "'");
    }
}
