package dev.isos.baselines.sparten;

import java.util.Locale;

/** How tensors are stored off chip, and what that costs in bytes for 8-bit values. */
public enum Format {
    /** A value and a coordinate for each non-zero. */
    PAIRS,
    /** A bit for each position and a value for each non-zero. */
    BITMASK;

    /** Name in hardware files. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param maskBytes bytes of the mask of the same positions */
    long bytes(long maskBytes, long nonZeros) {
        return this == PAIRS ? 2 * nonZeros : maskBytes + nonZeros;
    }
}
