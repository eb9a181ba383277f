package dev.isos.workloads.quantise;

import java.util.Arrays;

/**
 * Counts magnitudes on a logarithmic scale, {@value #BINS_PER_OCTAVE} bins per power of two: the leading bits of a float32
 * are the number of its bin. What is asked about a limit counts the bin of the limit in full.
 */
final class MagnitudeHistogram {
    private static final int BINS_PER_OCTAVE = 64;
    /** Leaves sign, exponent and 6 bits of the fraction. */
    private static final int SHIFT = 17;

    private static final int ALL_BINS = 1 << 31 - SHIFT;
    private static final int OCTAVES = 16;

    /** Up to so many values a list of their bins is smaller than the counts: many channels have few. */
    private static final int MAX_LISTED = 1024;

    private final int firstBin;
    private final int bins;
    private char[] listed = new char[16];
    private int listedCount;
    private long[] counts;
    private long elements;
    private long nonZeros;
    private float largest;

    private MagnitudeHistogram(int firstBin, int bins) {
        this.firstBin = firstBin;
        this.bins = bins;
    }

    /** For magnitudes of any size. */
    static MagnitudeHistogram whole() {
        return new MagnitudeHistogram(0, ALL_BINS);
    }

    /** For magnitudes up to a largest one, with all that are more than 2^{@value #OCTAVES} times smaller in one bin. */
    static MagnitudeHistogram upTo(float largest) {
        int bins = OCTAVES * BINS_PER_OCTAVE;
        return new MagnitudeHistogram(Math.max(0, bin(largest) - bins + 1), bins);
    }

    private static int bin(float value) {
        return (Float.floatToRawIntBits(value) & Integer.MAX_VALUE) >>> SHIFT;
    }

    /** Counts finite values. */
    void add(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            float value = values[i];
            if (value != 0f) {
                add(Math.max(0, Math.min(bins - 1, bin(value) - firstBin)));
                nonZeros++;
                largest = Math.max(largest, Math.abs(value));
            }
        }
        elements += to - from;
    }

    private void add(int bin) {
        if (counts == null && listedCount == MAX_LISTED) {
            counts = new long[bins];
            for (char each : listed) {
                counts[each]++;
            }
            listed = null;
        }
        if (counts != null) {
            counts[bin]++;
        } else {
            if (listedCount == listed.length) {
                listed = Arrays.copyOf(listed, 2 * listed.length);
            }
            listed[listedCount++] = (char) bin;
        }
    }

    /** Values in bins of a range, both ends included. */
    private long between(int first, int last) {
        long count = 0;
        if (counts != null) {
            for (int bin = first; bin <= last; bin++) {
                count += counts[bin];
            }
        } else {
            for (int i = 0; i < listedCount; i++) {
                count += listed[i] >= first && listed[i] <= last ? 1 : 0;
            }
        }
        return count;
    }

    /** All values counted, zeros among them. */
    long elements() {
        return elements;
    }

    long nonZeros() {
        return nonZeros;
    }

    float largest() {
        return largest;
    }

    /** Non-zero values of at most this magnitude. */
    long upToLimit(double limit) {
        return between(0, Math.min(bins - 1, bin((float) limit) - firstBin));
    }

    /**
     * Sum of the squared differences that rounding to multiples of a unit, up to a largest one, leaves: the square where a value
     * rounds to zero, a twelfth of the squared unit within the range, what is cut off beyond it. Each bin counts as its lower end.
     */
    double squaredError(double unit, int largestUnits) {
        double error = 0;
        if (counts != null) {
            for (int bin = 0; bin < bins; bin++) {
                if (counts[bin] != 0) {
                    error += counts[bin] * squaredErrorOf(bin, unit, largestUnits);
                }
            }
        } else {
            for (int i = 0; i < listedCount; i++) {
                error += squaredErrorOf(listed[i], unit, largestUnits);
            }
        }
        return error;
    }

    private double squaredErrorOf(int bin, double unit, int largestUnits) {
        double value = Float.intBitsToFloat((bin + firstBin) << SHIFT);
        if (value > unit * largestUnits) {
            return (value - unit * largestUnits) * (value - unit * largestUnits);
        }
        return value < unit / 2 ? value * value : unit * unit / 12;
    }

    /** Values of more than this magnitude. */
    long above(double limit) {
        if (limit >= largest) {
            return 0;
        }
        return between(Math.max(0, bin((float) limit) - firstBin), bins - 1);
    }
}
