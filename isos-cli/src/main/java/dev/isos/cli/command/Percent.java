package dev.isos.cli.command;

import java.math.BigDecimal;

/**
 * A share as a command line has it: {@code 1%}, {@code 0.5%}, or the number alone.
 *
 * @param text as it was given
 * @param share 0.01 of 1 %
 */
record Percent(String text, double share) {
    private static final int HUNDREDTHS = -2;
    private static final int MOST_DIGITS = 20;

    /** @throws IllegalArgumentException saying what was expected */
    static Percent parse(String text) {
        String digits = text.strip().replaceFirst("\\s*%$", "");
        if (digits.length() > MOST_DIGITS || !digits.matches("[0-9]+(\\.[0-9]+)?")) {
            throw new IllegalArgumentException("expected a percentage of at least 0, such as 1%, got '" + text + "'");
        }
        return new Percent(
                text, new BigDecimal(digits).scaleByPowerOfTen(HUNDREDTHS).doubleValue());
    }

    @Override
    public String toString() {
        return text.strip().endsWith("%") ? text.strip() : text.strip() + "%";
    }
}
