package dev.isos.workloads.prune;

import java.util.List;

/**
 * Zeroes the smallest of many numbers by magnitude, exactly as many as asked. Of equal magnitudes the later ones go first,
 * in the order of the list and of each array, so that the result is the same on any machine. Linear in time: the bits of
 * non-negative floats are ordered like the floats, so a threshold is found with two histograms.
 */
final class MagnitudeSelection {
    private static final int HALF = 16;
    private static final int BINS = 1 << HALF;

    private MagnitudeSelection() {}

    /**
     * Keeps the {@code kept} largest magnitudes over all arrays and zeroes the others in place.
     *
     * @param arrays finite or not, but no NaN
     */
    static void keepLargest(List<float[]> arrays, long kept) {
        long[] high = new long[BINS];
        for (float[] values : arrays) {
            for (float value : values) {
                high[magnitude(value) >>> HALF]++;
            }
        }
        long left = kept;
        int bin = BINS - 1;
        while (bin > 0 && high[bin] <= left) {
            left -= high[bin--];
        }
        long[] low = new long[BINS];
        for (float[] values : arrays) {
            for (float value : values) {
                int m = magnitude(value);
                if (m >>> HALF == bin) {
                    low[m & BINS - 1]++;
                }
            }
        }
        int lowBin = BINS - 1;
        while (lowBin > 0 && low[lowBin] <= left) {
            left -= low[lowBin--];
        }
        int threshold = bin << HALF | lowBin;
        // Everything above the threshold stays, and the first of those that equal it.
        for (float[] values : arrays) {
            for (int i = 0; i < values.length; i++) {
                int m = magnitude(values[i]);
                if (m < threshold) {
                    values[i] = 0f;
                } else if (m == threshold) {
                    if (left > 0) {
                        left--;
                    } else {
                        values[i] = 0f;
                    }
                }
            }
        }
    }

    static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & 0x7FFF_FFFF;
    }
}
