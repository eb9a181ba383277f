package dev.isos.baselines.sparten;

/** How tensors are stored off chip, and what that costs in bytes for 8-bit values. */
public enum Format {
    /** A value and a coordinate for each non-zero. */
    PAIRS,
    /** A bit for each position and a value for each non-zero. */
    BITMASK;

    /** @param maskBytes bytes of the mask of the same positions */
    long bytes(long maskBytes, long nonZeros) {
        return this == PAIRS ? 2 * nonZeros : maskBytes + nonZeros;
    }
}
