package dev.isos.core.dataflow.isos;

import java.util.Arrays;

/**
 * In which accumulator bank of its lane a partial result T[q, h, r, k] is. The partial results of a row h and a K-slice lie in
 * a ring in the rank order [q, r, k], without gaps, and banks are interleaved word by word: bank {@code ((q * R' + r) * K' +
 * k) mod banks}, where r and k count from the first kernel row that h meets and the first channel of the slice, R' and K' being
 * their numbers. So neighbours in K, in R and in Q are in different banks even where a lane has few output channels.
 *
 * <p>An item reaches columns q that are a constant apart, wherever it is: another w turns all banks by the same number and
 * changes no maximum. So columns are counted from the lowest that the kernel reaches. Counts are kept for every slice, at
 * places from {@code starts[slice]} on, for as many banks as the slice can reach.
 */
final class AccumulatorLayout {
    private final int banks;

    /** Bounds of the K-slices, from the first channel of the tile. */
    private final int[] slices;

    private final int[] sliceOf;
    private final int[] starts;

    /** Output column that each place of the kernel columns reaches, from the lowest. */
    private final int[] columns;

    AccumulatorLayout(KernelAxis axis, PackedFilters filters, int banks) {
        this.banks = banks;
        columns = new int[axis.size()];
        int lowest = 0;
        for (int s = 0; s < columns.length; s++) {
            columns[s] = axis.relativeOutput(s);
            lowest = Math.min(lowest, columns[s]);
        }
        int highest = 0;
        for (int s = 0; s < columns.length; s++) {
            columns[s] -= lowest;
            highest = Math.max(highest, columns[s]);
        }
        slices = new int[filters.slices.length];
        sliceOf = new int[filters.length];
        starts = new int[slices.length];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = filters.slices[i] - filters.first;
        }
        for (int i = 0; i + 1 < slices.length; i++) {
            Arrays.fill(sliceOf, slices[i], slices[i + 1], i);
            long reached = (highest + 1L) * filters.kernelRows * (slices[i + 1] - slices[i]);
            starts[i + 1] = starts[i] + (int) Math.min(banks, reached);
        }
    }

    /** Accumulator banks of a lane. */
    int banks() {
        return banks;
    }

    /** Places of the counts of all slices and banks. */
    int size() {
        return starts[starts.length - 1];
    }

    /**
     * Place of the count of a bank.
     *
     * @param s place of the kernel column
     * @param r kernel row, from the first that the input row meets
     * @param rows kernel rows that it meets
     * @param k output channel, from the first of the tile
     */
    int place(int s, int r, int rows, int k) {
        int slice = sliceOf[k];
        return starts[slice] + bankOf(s, r, rows, slice, k - slices[slice]);
    }

    /** Bank of output channel k, counted from the first of the tile, in the lane of its slice. */
    int bank(int s, int r, int rows, int k, int slice) {
        return bankOf(s, r, rows, slice, k - slices[slice]);
    }

    private int bankOf(int s, int r, int rows, int slice, int k) {
        long channels = slices[slice + 1] - slices[slice];
        return (int) (((columns[s] * (long) rows + r) * channels + k) % banks);
    }

    /** Adds counts per output channel, which begin at {@code from}, to those of the banks. */
    void fold(int[] perChannel, int from, int s, int r, int rows, int[] counts) {
        for (int slice = 0; slice + 1 < slices.length; slice++) {
            int k = slices[slice];
            int end = slices[slice + 1];
            int bank = bankOf(s, r, rows, slice, 0);
            while (k < end) {
                // as far as the last bank, and on from the first
                int run = Math.min(end - k, banks - bank);
                add(perChannel, from + k, counts, starts[slice] + bank, run);
                k += run;
                bank = 0;
            }
        }
    }

    private static void add(int[] more, int from, int[] counts, int at, int length) {
        for (int i = 0; i < length; i++) {
            counts[at + i] += more[from + i];
        }
    }

    /** Most accumulations in a bank of a slice. */
    int busiest(int[] counts, int slice) {
        int most = 0;
        for (int i = starts[slice]; i < starts[slice + 1]; i++) {
            most = Math.max(most, counts[i]);
        }
        return most;
    }
}
