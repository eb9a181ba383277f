package dev.isos.api.tensor;

/** How the leaf rank of a fibertree is stored, and what that costs in bytes for 8-bit payloads. */
public enum FibertreeFormat {
    /** 8-bit coordinate delta and 8-bit payload per non-zero, 16-bit length per fiber; a gap over 255 costs a zero entry. */
    COORDINATE,
    /** One bit per position (each fiber padded to whole bytes) and 8 bits per non-zero. */
    BITMASK,
    /** 8 bits per position, zero or not. */
    DENSE;

    /** Largest coordinate delta that fits its 8 bits. */
    public static final int MAX_DELTA = 255;

    /** Bytes of the length field of a fiber in {@link #COORDINATE}. */
    public static final int LENGTH_BYTES = 2;

    /** Bytes of one entry (delta and payload) in {@link #COORDINATE}. */
    public static final int ENTRY_BYTES = 2;

    /**
     * Bytes of one fiber.
     *
     * @param positions number of coordinates that the fiber spans
     * @param entries non-zeros, plus, for {@link #COORDINATE}, the zero entries that bridge long gaps
     * @return bytes, with the length field where the format has one
     */
    public long fiberBytes(int positions, long entries) {
        return switch (this) {
            case COORDINATE -> LENGTH_BYTES + ENTRY_BYTES * entries;
            case BITMASK -> (positions + 7) / 8 + entries;
            case DENSE -> positions;
        };
    }

    /**
     * Entries that a fiber of 8-bit values needs in {@link #COORDINATE} format: its non-zeros and the zero entries that
     * bridge gaps of more than {@link #MAX_DELTA} positions. The first delta counts from position -1.
     *
     * @param values holds the fiber, zeros and all
     * @param from index of its first value
     * @param length positions of the fiber
     * @return entries, at least the number of non-zeros; 0 of a fiber of zeros
     */
    public static int coordinateEntries(byte[] values, int from, int length) {
        int entries = 0;
        int last = -1;
        for (int i = 0; i < length; i++) {
            if (values[from + i] != 0) {
                entries += 1 + (i - last - 1) / MAX_DELTA;
                last = i;
            }
        }
        return entries;
    }

    /**
     * The same for sorted coordinates {@code coordinates[from .. to)} that start counting at {@code base}.
     *
     * @param coordinates ascending within the range
     * @param from index of the first coordinate
     * @param to index after the last one
     * @param base coordinate of the fiber's first position, at most {@code coordinates[from]}
     * @return entries, at least {@code to - from}
     */
    public static int coordinateEntries(char[] coordinates, int from, int to, int base) {
        int entries = 0;
        int last = base - 1;
        for (int i = from; i < to; i++) {
            entries += 1 + (coordinates[i] - last - 1) / MAX_DELTA;
            last = coordinates[i];
        }
        return entries;
    }
}
