package dev.isos.api.workload;

/**
 * An activation function on 8-bit values, as a table: LeakyRelu, Sigmoid, Tanh, HardSwish and the like. It comes last in
 * {@link Requantisation}. A table that does not map 0 to 0 makes the zeros of a tensor non-zero; every machine then has to
 * process them.
 *
 * @param values 256 results; the one for an 8-bit value v, int8 or uint8, is at index {@code v & 0xFF}
 * @param signed whether results are int8 rather than uint8
 */
public record LookupTable(byte[] values, boolean signed) {
    /** Number of 8-bit values. */
    public static final int ENTRIES = 256;

    /**
     * Keeps the array, which must not be modified.
     *
     * @param values {@link #ENTRIES} results
     * @param signed whether results are int8
     * @throws IllegalArgumentException when there are more or fewer
     */
    public LookupTable {
        if (values.length != ENTRIES) {
            throw new IllegalArgumentException("a lookup table has " + values.length + " entries, expected " + ENTRIES);
        }
    }

    /**
     * The result for an 8-bit value, -128..255.
     *
     * @param value int8 or uint8
     * @return -128..127 or 0..255
     */
    public int apply(int value) {
        byte result = values[value & 0xFF];
        return signed ? result : result & 0xFF;
    }

    /** {@return whether zeros stay zeros} */
    public boolean keepsZero() {
        return values[0] == 0;
    }
}
