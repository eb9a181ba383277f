package dev.isos.study.diff;

import org.jspecify.annotations.Nullable;

/**
 * A whole number in two results.
 *
 * @param a in the first; null where it has none
 * @param b in the second; null where it has none
 * @param difference b minus a; what one of them lacks counts as 0
 * @param change difference divided by a; null where a is 0 or missing
 */
public record CountDelta(
        @Nullable Long a,
        @Nullable Long b,
        long difference,
        @Nullable Double change) {
    /** Of two numbers, of which one may be missing. */
    static CountDelta of(@Nullable Long a, @Nullable Long b) {
        long difference = (b == null ? 0 : b) - (a == null ? 0 : a);
        return new CountDelta(a, b, difference, a == null || b == null || a == 0 ? null : difference / (double) a);
    }
}
