package dev.isos.support.arithmetic;

import dev.isos.api.tensor.FilterTensor;

/**
 * Weights as rows of columns, such as a row for each input element of a window and a column for each output channel. An input
 * element multiplies its whole row. Dense rows are widened, zeros included, for the compiler's vector code, four rows at a
 * time; sparse ones are walked entry by entry. Both give the same sums, in 32 bits that wrap around. Not for several threads at a
 * time.
 */
public final class WeightRows {
    /** Rows at least as dense as this are faster as vectors (measured; decides on speed alone). */
    private static final double DENSE_FROM = 0.06;

    /** Dense rows of more elements than this would take too much of the host's memory. */
    private static final long MOST_DENSE_ELEMENTS = 1L << 24;

    /** Rows that are used less often than this are not worth the widening. */
    private static final int DENSE_FROM_USES = 8;

    private final int width;
    private final int[] starts;
    private final char[] columns;
    private final byte[] weights;

    /** Rows with their zeros, or null. An array for each: the JVM makes no vector code of several rows in one array. */
    private final int[][] dense;

    private final int[] partial;

    /**
     * Takes rows in compressed form; the arrays are kept and not copied.
     *
     * @param width columns of a row
     * @param starts entries of row i are {@code starts[i] .. starts[i + 1]}
     * @param columns column of an entry, below the width; each at most once in a row
     * @param weights weight of an entry
     * @param uses how often a row will be used, roughly
     */
    public WeightRows(int width, int[] starts, char[] columns, byte[] weights, int uses) {
        this.width = width;
        this.starts = starts;
        this.columns = columns;
        this.weights = weights;
        int rows = starts.length - 1;
        long elements = (long) rows * width;
        boolean widens = uses >= DENSE_FROM_USES
                && elements <= MOST_DENSE_ELEMENTS
                && starts[rows] - starts[0] >= DENSE_FROM * elements;
        this.dense = widens ? widen(rows) : null;
        this.partial = new int[widens ? width : 0];
    }

    /**
     * Rows of whole filters: fiber (c, r, s) over all output channels.
     *
     * @param filters [C, R, S, K]; their arrays are kept and not copied
     * @param uses how often a row will be used, roughly
     * @return a row for each fiber, K columns wide
     */
    public static WeightRows of(FilterTensor filters, int uses) {
        return new WeightRows(
                filters.shape().outputChannels(), filters.starts(), filters.coordinates(), filters.payloads(), uses);
    }

    private int[][] widen(int rows) {
        int[][] widened = new int[rows][width];
        for (int row = 0; row < rows; row++) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                widened[row][columns[i]] = weights[i];
            }
        }
        return widened;
    }

    /**
     * Entries of a row.
     *
     * @param row from 0
     * @return number of entries, at most the width
     */
    public int entries(int row) {
        return starts[row + 1] - starts[row];
    }

    /**
     * Adds factor times row to the sums, for some pairs of both.
     *
     * @param rows the rows, {@code count} of them
     * @param factors the factor of each
     * @param count how many pairs, 0 or more
     * @param sums what is added to, from {@code at} on as many as a row has columns
     * @param at where the sum of column 0 is
     */
    public void multiplyAdd(int[] rows, int[] factors, int count, int[] sums, int at) {
        if (dense == null) {
            for (int i = 0; i < count; i++) {
                addSparse(rows[i], factors[i], sums, at);
            }
            return;
        }
        System.arraycopy(sums, at, partial, 0, width);
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            addFour(partial, dense, rows, factors, i);
        }
        for (; i < count; i++) {
            addOne(partial, dense[rows[i]], factors[i]);
        }
        System.arraycopy(partial, 0, sums, at, width);
    }

    private void addSparse(int row, int factor, int[] sums, int at) {
        for (int i = starts[row], end = starts[row + 1]; i < end; i++) {
            sums[at + columns[i]] += factor * weights[i];
        }
    }

    /** Four products per element and one read and write of the sum. */
    private static void addFour(int[] sums, int[][] dense, int[] rows, int[] factors, int i) {
        int[] a = dense[rows[i]];
        int[] b = dense[rows[i + 1]];
        int[] c = dense[rows[i + 2]];
        int[] d = dense[rows[i + 3]];
        int x = factors[i];
        int y = factors[i + 1];
        int z = factors[i + 2];
        int u = factors[i + 3];
        for (int k = 0; k < sums.length; k++) {
            sums[k] += x * a[k] + y * b[k] + z * c[k] + u * d[k];
        }
    }

    private static void addOne(int[] sums, int[] row, int factor) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += factor * row[k];
        }
    }
}
