package dev.isos.hw.stepped;

import dev.isos.api.network.Window;
import java.util.Arrays;

/**
 * The intermediate T[q, h, r, k] of one layer in the context memories: a ring of as many columns q as the mapper has
 * reserved. Contract: a place is written by accumulations of one column only until the back end has read it, which clears
 * it; an accumulation of another column into a place that has not been read is an error of the dataflow's waits.
 */
final class PartialResults {
    private static final int FREE = -1;

    private final int columns;
    private final int rows;
    private final int kernelRows;
    private final int channels;
    private final int[] sums;
    private final int[] owner;

    PartialResults(Context context, int slack) {
        Window window = context.window;
        int live =
                ((window.columns() - 1) * window.dilationColumns() + window.strideColumns()) / window.strideColumns();
        columns = Math.min(context.layer.outputShape().width(), live + slack);
        rows = context.layer.inputShape().height();
        kernelRows = window.rows();
        channels = context.layer.outputShape().channels();
        sums = new int[Math.multiplyExact(Math.multiplyExact(columns, rows), Math.multiplyExact(kernelRows, channels))];
        owner = new int[sums.length];
        Arrays.fill(owner, FREE);
    }

    /** Place of T[q, h, r, k]; columns count on over K-tiles. */
    int place(int q, int h, int r, int k) {
        return ((q % columns * rows + h) * kernelRows + r) * channels + k;
    }

    void add(int q, int place, int product) {
        Law.holds(
                owner[place] == q || owner[place] == FREE,
                "column " + q + " accumulates into partial results of column " + owner[place]
                        + " that nobody has read");
        owner[place] = q;
        sums[place] += product;
    }

    /** What column q has accumulated; 0 where nothing was, for example under a window that lies in the padding. */
    int peek(int q, int place) {
        return owner[place] == q ? sums[place] : 0;
    }

    /** Reads and clears. */
    int take(int q, int place) {
        int sum = peek(q, place);
        if (owner[place] == q) {
            sums[place] = 0;
            owner[place] = FREE;
        }
        return sum;
    }
}
