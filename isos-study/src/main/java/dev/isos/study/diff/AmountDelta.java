package dev.isos.study.diff;

import org.jspecify.annotations.Nullable;

/**
 * An amount in two results.
 *
 * @param a in the first; null where it has none
 * @param b in the second; null where it has none
 * @param difference b minus a; null where one of them has none
 * @param change difference divided by a; null where a is 0 or one of them has none
 */
public record AmountDelta(
        @Nullable Double a,
        @Nullable Double b,
        @Nullable Double difference,
        @Nullable Double change) {
    /** Of two amounts, of which one may be missing. */
    static AmountDelta of(@Nullable Double a, @Nullable Double b) {
        Double difference = a == null || b == null ? null : b - a;
        return new AmountDelta(a, b, difference, difference == null || a == 0 ? null : difference / a);
    }
}
