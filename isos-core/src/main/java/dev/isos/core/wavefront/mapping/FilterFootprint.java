package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterTensor;
import java.util.Arrays;

/**
 * What any contiguous part of a layer's output channels takes on chip: bytes of its filters, and its live partial results.
 *
 * <p>Live partial results are those of one input row that can be other than zero at the same time, by the weights alone. When
 * column w has been read, a live column q has met the kernel columns up to some s; T[h,r,q,k] is zero as long as no weight
 * F[c,r,s',k] with s' up to s is other than zero. The paper (HPCA 2023) states the bound for dense weights: at most R x K x S.
 */
public final class FilterFootprint {
    /** Non-zero weights of the output channels before each. */
    private final long[] weightsBefore;

    /** Live partial results of the output channels before each, by class of input rows and columns. */
    private final long[][] partialsBefore;

    /** The same if a place is kept from a window's first column to its last. */
    private final long[][] placesBefore;

    /** Output channels before each that a weight of a kernel row reaches, by kernel row. */
    private final int[][] reachedBefore;

    public FilterFootprint(FilterTensor filters, Window window) {
        int outputs = filters.shape().outputChannels();
        int columns = window.columns();
        int[] earliest = new int[window.rows() * outputs];
        Arrays.fill(earliest, columns);
        weightsBefore = new long[outputs + 1];
        char[] coordinates = filters.coordinates();
        int[] starts = filters.starts();
        for (int c = 0; c < filters.shape().inputChannels(); c++) {
            for (int r = 0; r < window.rows(); r++) {
                for (int s = 0; s < columns; s++) {
                    int fiber = filters.fiber(c, r, s);
                    for (int i = starts[fiber]; i < starts[fiber + 1]; i++) {
                        int k = coordinates[i];
                        weightsBefore[k + 1]++;
                        earliest[r * outputs + k] = Math.min(earliest[r * outputs + k], s);
                    }
                }
            }
        }
        for (int k = 0; k < outputs; k++) {
            weightsBefore[k + 1] += weightsBefore[k];
        }
        partialsBefore = new long[window.strideRows() * window.strideColumns()][outputs + 1];
        placesBefore = new long[partialsBefore.length][outputs + 1];
        reachedBefore = new int[window.rows()][outputs + 1];
        for (int r = 0; r < window.rows(); r++) {
            for (int k = 0; k < outputs; k++) {
                reachedBefore[r][k + 1] = reachedBefore[r][k] + (earliest[r * outputs + k] < columns ? 1 : 0);
            }
        }
        int[] always = Arrays.stream(earliest)
                .map(column -> column < columns ? 0 : columns)
                .toArray();
        for (int rows = 0; rows < window.strideRows(); rows++) {
            for (int phase = 0; phase < window.strideColumns(); phase++) {
                long[] before = partialsBefore[rows * window.strideColumns() + phase];
                long[] places = placesBefore[rows * window.strideColumns() + phase];
                for (int k = 0; k < outputs; k++) {
                    before[k + 1] = before[k] + live(window, earliest, outputs, k, rows, phase);
                    places[k + 1] = places[k] + live(window, always, outputs, k, rows, phase);
                }
            }
        }
    }

    /** Live partial results of an output channel in an input row and column of a class. */
    private static int live(Window window, int[] earliest, int outputs, int k, int rows, int phase) {
        int live = 0;
        int reach = (window.columns() - 1) * window.dilationColumns();
        for (int r = 0; r < window.rows(); r++) {
            if (r * window.dilationRows() % window.strideRows() == rows) {
                for (int distance = phase; distance <= reach; distance += window.strideColumns()) {
                    live += earliest[r * outputs + k] <= distance / window.dilationColumns() ? 1 : 0;
                }
            }
        }
        return live;
    }

    /** Bytes of the filters of output channels {@code first .. end - 1}. */
    public long bytes(int first, int end) {
        return IsOsMapper.ENTRY_BYTES * (weightsBefore[end] - weightsBefore[first]);
    }

    /** Most live partial results of an input row, of output channels {@code first .. end - 1}. */
    public long partials(int first, int end) {
        return most(partialsBefore, first, end);
    }

    /** Most places for partial results of an input row that any weight can reach, of these output channels. */
    public long places(int first, int end) {
        return most(placesBefore, first, end);
    }

    /** Places that a kernel row has in a column of partial results: output channels of these that one of its weights reaches. */
    public int reached(int kernelRow, int first, int end) {
        return reachedBefore[kernelRow][end] - reachedBefore[kernelRow][first];
    }

    private static long most(long[][] sums, int first, int end) {
        long most = 0;
        for (long[] before : sums) {
            most = Math.max(most, before[end] - before[first]);
        }
        return most;
    }
}
