package dev.isos.api.unit;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kinds of values that users write, and the one rule by which they are read, in files and on command lines: a number and a
 * unit, for example {@code 1 MiB} or {@code 128 GB/s}.
 *
 * <p>A number is decimal: digits 0 to 9, a point before decimals ({@code 1.5}, {@code .5}), if wanted a sign and an exponent
 * of one or two digits ({@code 1e3}); at most {@value #LONGEST} characters. What people read in different ways is refused and not
 * guessed: commas, underscores and spaces inside, leading zeros ({@code 012}), hexadecimal, other scripts' digits,
 * {@code NaN} and {@code Infinity}. Units are case-sensitive; KiB, MiB and GiB are binary; kB, MB and GB are decimal; a bare
 * {@code KB} is refused as ambiguous. Spaces around number and unit do not matter.
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

    /** Longest text that is read, characters: longer than any number that means something, short enough to be read at once. */
    private static final int LONGEST = 64;

    private static final Pattern NUMBER_AND_UNIT =
            Pattern.compile("([-+]?(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?)\\s*(\\S*)");

    /** What a text may begin with that was meant as a number, and what to say about it. */
    private static final Map<Pattern, String> MISTAKES = mistakes();

    private final String expectation;
    private final Map<String, BigDecimal> units;

    Quantity(String expectation, Map<String, BigDecimal> units) {
        this.expectation = expectation;
        this.units = units;
    }

    /** {@return what a value should look like, for error messages: "a size such as '32 KiB'"} */
    public String expectation() {
        return expectation;
    }

    /**
     * Reads a text as the canonical value of this quantity.
     *
     * @param text number and unit; spaces around them do not matter
     * @return in the canonical unit, finite
     * @throws IllegalArgumentException with what was expected, and what to write instead where that is plain, when the text is
     *     not such a quantity
     */
    public double parse(String text) {
        double value = exact(text).doubleValue();
        if (!Double.isFinite(value)) {
            throw refused(text, "");
        }
        return value;
    }

    /**
     * Reads a text as a whole number.
     *
     * @param text a number without unit
     * @param least smallest number that is taken
     * @param most largest number that is taken
     * @return from {@code least} to {@code most}
     * @throws IllegalArgumentException with what was expected, when the text is not a whole number from least to most
     */
    public static long whole(String text, long least, long most) {
        BigDecimal value = COUNT.exact(text);
        if (value.compareTo(BigDecimal.valueOf(least)) < 0 || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new IllegalArgumentException(
                    "expected a whole number of " + least + " to " + most + ", got '" + shown(text) + "'");
        }
        return value.longValueExact();
    }

    private BigDecimal exact(String text) {
        if (text.length() > LONGEST) {
            throw refused(text, "a number has at most " + LONGEST + " characters");
        }
        String written = text.strip();
        Matcher m = NUMBER_AND_UNIT.matcher(written);
        if (this == TEXT || !m.matches()) {
            throw refused(text, mistake(written));
        }
        BigDecimal unit = units.get(m.group(2));
        if (unit == null) {
            throw refused(text, unitMistake(written, m.group(2)));
        }
        BigDecimal value = new BigDecimal(m.group(1)).multiply(unit);
        if ((this == COUNT || this == BYTES) && value.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException("expected " + expectation + ", got the fraction '" + shown(text) + "'");
        }
        return value;
    }

    private String unitMistake(String written, String unit) {
        String number = mistake(written);
        if (!number.isEmpty()) {
            return number;
        }
        if (units.containsKey("")) {
            return "'" + unit + "' is too much";
        }
        return (unit.isEmpty() ? "it has no unit, one of " : "its unit is none of ")
                + String.join(", ", new TreeSet<>(units.keySet()));
    }

    private static String mistake(String written) {
        return MISTAKES.entrySet().stream()
                .filter(each -> each.getKey().matcher(written).find())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static Map<Pattern, String> mistakes() {
        Map<Pattern, String> all = new LinkedHashMap<>();
        all.put(
                Pattern.compile("^[-+]?[0-9.]*,"),
                "a number has no comma; its decimals stand behind a point, and its thousands are not set apart");
        all.put(Pattern.compile("^[-+]?[0-9.,]+_"), "a number has no underscore");
        all.put(Pattern.compile("^[-+]?0[xXbBoO]"), "a number is decimal");
        all.put(Pattern.compile("^[-+]?0[0-9]"), "a number has no leading zero, which would make it octal to some");
        all.put(Pattern.compile("^[-+]?[0-9.]+[eE][-+]?[0-9]{3}"), "an exponent has one or two digits");
        all.put(Pattern.compile("^[-+]?[0-9.]+\\s+[0-9]"), "thousands are not set apart");
        all.put(Pattern.compile("^[-+]?[0-9]+\\.(?![0-9])"), "decimals follow a point");
        all.put(Pattern.compile("[\\p{Nd}&&[^0-9]]"), "digits are 0 to 9");
        return all;
    }

    private IllegalArgumentException refused(String text, String mistake) {
        return new IllegalArgumentException(
                "expected " + expectation + ", got '" + shown(text) + "'" + (mistake.isEmpty() ? "" : ": " + mistake));
    }

    /** A text as messages show it. */
    private static String shown(String text) {
        String plain = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return plain.replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * Writes a canonical value with the largest unit that shows it as a short number.
     *
     * @param value in the canonical unit; of {@link #COUNT} and {@link #BYTES} a whole number
     * @return number and unit; what {@link #parse} reads, where the quantity is not {@link #TEXT}
     */
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
        Map<String, BigDecimal> units = new HashMap<>();
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
