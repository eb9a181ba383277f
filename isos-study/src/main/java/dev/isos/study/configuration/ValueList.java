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
 * which is the last value; {@code FROM..TO..xFACTOR} multiplies by FACTOR instead of 2; {@code FROM..TO..STEP} adds STEP as long as
 * TO is not passed.
 */
public final class ValueList {
    private static final String RANGE = "..";
    private static final int LONGEST = 1000;

    private static final HardwareParameter SEED =
            HardwareParameter.number("seeds", Quantity.COUNT, "1", "-9007199254740992", "9007199254740992", "", "");

    private ValueList() {}

    /**
     * The seeds in order.
     *
     * @param texts whole numbers and ranges
     * @param place where they stand, for messages
     */
    public static List<Long> seeds(List<String> texts, String place) {
        List<Long> seeds = new ArrayList<>();
        for (String text : texts) {
            List<String> values = text.contains(RANGE) ? expand(List.of(text), SEED, place) : List.of(text);
            try {
                values.forEach(value -> seeds.add(Quantity.whole(value, Long.MIN_VALUE, Long.MAX_VALUE)));
            } catch (IllegalArgumentException e) {
                throw IsosException.badInput(place + ": " + e.getMessage());
            }
        }
        return seeds;
    }

    /**
     * The values in order, each as a hardware file would have it.
     *
     * @param texts values and ranges
     * @param parameter what they are values of; null of a key that takes names and no ranges
     * @param place where they stand, for messages
     */
    static List<String> expand(List<String> texts, HardwareParameter parameter, String place) {
        return expand(texts, parameter, place, true).stream().distinct().toList();
    }

    /** @param once whether a value that is there twice is a mistake */
    static List<String> expand(List<String> texts, HardwareParameter parameter, String place, boolean once) {
        List<String> values = new ArrayList<>();
        Set<String> written = new HashSet<>();
        for (String text : texts) {
            if (!written.add(text.strip()) && once) {
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
        return values;
    }

    private static List<String> range(String text, HardwareParameter parameter) {
        String[] parts = text.split("\\.\\.", -1);
        if (parts.length > 3) {
            throw new IllegalArgumentException(
                    "expected FROM..TO, FROM..TO..STEP or FROM..TO..xFACTOR, got '" + text + "'");
        }
        Quantity quantity = parameter.quantity();
        double from = ParameterValue.number(parameter, parts[0]);
        double to = ParameterValue.number(parameter, parts[1]);
        String last = parts.length == 3 ? parts[2].strip() : "x2";
        boolean multiplying = last.startsWith("x");
        double step = multiplying ? Quantity.REAL.parse(last.substring(1)) : quantity.parse(last);
        if (from > to || multiplying && (from <= 0 || step <= 1) || !multiplying && step <= 0) {
            throw new IllegalArgumentException("expected a range that grows"
                    + (multiplying ? " from a value above 0" : "") + ", got '" + text + "'");
        }
        List<String> values = new ArrayList<>();
        // each value is computed from the first one, so that fractions do not add up
        for (int i = 0; i <= LONGEST; i++) {
            double value = multiplying ? from * StrictMath.pow(step, i) : from + i * step;
            if (quantity == Quantity.COUNT || quantity == Quantity.BYTES) {
                value = Math.rint(value);
            }
            if (value >= to) {
                if (multiplying || value == to) {
                    values.add(quantity.format(to));
                }
                return values;
            }
            values.add(quantity.format(value));
        }
        throw new IllegalArgumentException("expected a range of at most " + LONGEST + " values, got '" + text + "'");
    }
}
