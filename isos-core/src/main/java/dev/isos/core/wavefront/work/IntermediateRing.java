package dev.isos.core.wavefront.work;

import java.util.Arrays;

/**
 * The intermediate T[q][h][r][k] between front end and back end, in a ring of as many columns q as can be incomplete at
 * once. Ranks q (ring), h, r (in the order of {@link dev.isos.core.wavefront.mapping.KernelAxis}) and k are all dense here; only non-zero values count as
 * merges.
 */
public final class IntermediateRing {
    private final int columns;
    private final int firstRow;
    private final int rows;
    private final int kernelRows;
    private final int length;
    private final int[] values;
    private int oldest;
    private int newest = -1;
    private int mostLive;

    /**
     * @param columns size of the ring
     * @param firstRow first row h that is read
     * @param endRow row after the last one
     * @param kernelRows R
     * @param length output channels of the pass
     */
    public IntermediateRing(int columns, int firstRow, int endRow, int kernelRows, int length) {
        this.columns = columns;
        this.firstRow = firstRow;
        this.rows = endRow - firstRow;
        this.kernelRows = kernelRows;
        this.length = length;
        this.values = new int[Math.multiplyExact(Math.multiplyExact(columns * rows, kernelRows), length)];
    }

    /** Values by {@link #start}. */
    public int[] values() {
        return values;
    }

    /** Makes a column ready for products; fails when the ring has no room for it. */
    public void open(int q) {
        if (q < oldest || q >= oldest + columns) {
            throw new IllegalStateException(
                    "column " + q + " of partial results is outside the " + columns + " live columns from " + oldest);
        }
        newest = Math.max(newest, q);
        mostLive = Math.max(mostLive, newest - oldest + 1);
    }

    /** Index of T[q][h][0][0]. */
    public int start(int q, int h) {
        return (q % columns * rows + h - firstRow) * kernelRows * length;
    }

    /** Index of T[q][h][r][0]. */
    public int start(int q, int h, int place) {
        return start(q, h) + place * length;
    }

    /** Frees the oldest column, which has been merged. */
    public void close(int q) {
        if (q != oldest) {
            throw new IllegalStateException("column " + q + " is merged before column " + oldest);
        }
        int from = start(q, firstRow);
        Arrays.fill(values, from, from + rows * kernelRows * length, 0);
        oldest++;
        newest = Math.max(newest, q);
    }

    /** The first column that has not been merged. */
    public int firstLive() {
        return oldest;
    }

    /** The last column that has been opened; before {@link #firstLive()} when none is live. */
    public int lastLive() {
        return newest;
    }

    /** Non-zero values of all columns. */
    public long nonZeros() {
        long count = 0;
        for (int value : values) {
            count += value != 0 ? 1 : 0;
        }
        return count;
    }

    /** Most columns that were live at the same time. */
    public int mostLive() {
        return mostLive;
    }
}
