package dev.isos.api.unit;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kinds of values in hardware files and how their text is read: a number and a unit, for example {@code 1 MiB} or
 * {@code 128 GB/s}. KiB, MiB and GiB are binary; kB, MB and GB are decimal; a bare {@code KB} is refused as ambiguous.
 */
public enum Quantity {
    /** A plain integer. Canonical value: the number. */
    COUNT("a whole number", Map.of("", BigDecimal.ONE)),
    /** A plain real number. Canonical value: the number. */
    REAL("a number", Map.of("", BigDecimal.ONE)),
    /** Storage. Canonical value: bytes. */
    BYTES("a size such as '32 KiB' or '1 MiB'", byteUnits("")),
    /** Rate. Canonical value: bytes per second. */
    BYTES_PER_SECOND("a bandwidth such as '128 GB/s'", byteUnits("/s")),
    /** Frequency. Canonical value: hertz. */
    HERTZ("a frequency such as '1 GHz'", Map.of("Hz", ten(0), "kHz", ten(3), "MHz", ten(6), "GHz", ten(9))),
    /** Time. Canonical value: seconds. */
    SECONDS(
            "a time such as '100 ns'",
            Map.of("ps", ten(-12), "ns", ten(-9), "us", ten(-6), "ms", ten(-3), "s", ten(0))),
    /** Any of the texts that the parameter allows. */
    TEXT("a word", Map.of());

    private static final Pattern NUMBER_AND_UNIT =
            Pattern.compile("\\s*([-+]?[0-9][0-9_,]*(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?)\\s*(\\S*)\\s*");

    private final String expectation;
    private final Map<String, BigDecimal> units;

    Quantity(String expectation, Map<String, BigDecimal> units) {
        this.expectation = expectation;
        this.units = units;
    }

    /** What a value should look like, for error messages: "a size such as '32 KiB'". */
    public String expectation() {
        return expectation;
    }

    /**
     * Reads a text as the canonical value of this quantity.
     *
     * @throws IllegalArgumentException with what was expected, when the text is not such a quantity
     */
    public double parse(String text) {
        Matcher m = NUMBER_AND_UNIT.matcher(text);
        if (this == TEXT || !m.matches() || !units.containsKey(m.group(2))) {
            throw new IllegalArgumentException("expected " + expectation + ", got '" + text + "'");
        }
        BigDecimal number = new BigDecimal(m.group(1).replaceAll("[_,]", ""));
        BigDecimal value = number.multiply(units.get(m.group(2)));
        if ((this == COUNT || this == BYTES) && value.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException("expected " + expectation + ", got the fraction '" + text + "'");
        }
        return value.doubleValue();
    }

    /** Writes a canonical value with the largest unit that shows it as a short number. */
    public String format(double value) {
        return switch (this) {
            case COUNT -> String.format(Locale.ROOT, "%d", (long) value);
            case BYTES -> binary((long) value);
            case BYTES_PER_SECOND -> number(value / 1e9) + " GB/s";
            case HERTZ -> value >= 1e9 ? number(value / 1e9) + " GHz" : number(value / 1e6) + " MHz";
            case SECONDS -> number(value * 1e9) + " ns";
            case REAL, TEXT -> number(value);
        };
    }

    private static String binary(long bytes) {
        if (bytes != 0 && bytes % (1 << 20) == 0) {
            return bytes / (1 << 20) + " MiB";
        }
        return bytes != 0 && bytes % (1 << 10) == 0 ? bytes / (1 << 10) + " KiB" : bytes + " B";
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static BigDecimal ten(int exponent) {
        return BigDecimal.ONE.scaleByPowerOfTen(exponent);
    }

    private static Map<String, BigDecimal> byteUnits(String suffix) {
        Map<String, BigDecimal> units = new TreeMap<>();
        units.put("B" + suffix, BigDecimal.ONE);
        String[] binary = {"KiB", "MiB", "GiB"};
        String[] decimal = {"kB", "MB", "GB"};
        for (int i = 0; i < 3; i++) {
            units.put(binary[i] + suffix, BigDecimal.valueOf(1L << (10 * (i + 1))));
            units.put(decimal[i] + suffix, ten(3 * (i + 1)));
        }
        return units;
    }
}
