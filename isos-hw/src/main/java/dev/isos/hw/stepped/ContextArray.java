package dev.isos.hw.stepped;

import static dev.isos.hw.isosceles.IsoscelesRun.check;

import dev.isos.api.network.Window;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.Pass;
import java.util.Arrays;

/**
 * The partial results T[q, h, r, k] of one layer in the context arrays: a ring of as many columns q as the mapping sets aside.
 * Contract: a place takes products of one column only until a back end has read it, which clears it. Rows and channels are
 * counted from the first of the pass, columns on from pass to pass.
 */
final class ContextArray {
    private static final int FREE = -1;

    private final LayerContext context;
    private final int columns;
    private final int rows;
    private final int kernelRows;
    private final int channels;
    private final int[] sums;
    private final int[] owner;

    /** Places that are not zero, by column of the ring and row. */
    private final int[][] nonZeros;

    /** Newest column that has been written, by column of the ring and row. */
    private final int[][] columnAt;

    /** Newest input column (counted on from pass to pass) that a front end reads in each row. */
    private final int[] reading;

    ContextArray(LayerContext context, int columns) {
        this.context = context;
        this.columns = columns;
        boolean streamed = context.factors.streamed();
        kernelRows = streamed ? 1 : context.window.rows();
        rows = streamed
                ? 1
                : context.passes.stream().mapToInt(Pass::inputRows).max().orElseThrow();
        channels = context.passes.stream()
                .mapToInt(pass -> pass.endChannel() - pass.firstChannel())
                .max()
                .orElseThrow();
        sums = new int[Math.multiplyExact(Math.multiplyExact(columns, rows), Math.multiplyExact(kernelRows, channels))];
        owner = new int[sums.length];
        Arrays.fill(owner, FREE);
        nonZeros = new int[columns][rows];
        columnAt = new int[columns][rows];
        reading = new int[rows];
        Arrays.fill(reading, FREE);
    }

    private int ring(int pass, int q) {
        return (pass * context.layer.outputShape().width() + q) % columns;
    }

    private int row(int pass, int h) {
        return context.factors.streamed() ? 0 : h - context.passes.get(pass).firstInput();
    }

    private int place(int pass, int q, int h, int r, int k) {
        int kernelRow = context.factors.streamed() ? 0 : r;
        int channel = k - context.passes.get(pass).firstChannel();
        return ((ring(pass, q) * rows + row(pass, h)) * kernelRows + kernelRow) * channels + channel;
    }

    /** A front end begins to read an input column. */
    void reads(int step, int h) {
        int row = row(context.pass(step, context.layer.inputShape().width()), h);
        reading[row] = Math.max(reading[row], step);
    }

    /** Adds a product. */
    void add(int pass, int q, int h, int r, int k, int product) {
        int place = place(pass, q, h, r, k);
        int column = pass * context.layer.outputShape().width() + q;
        check(
                owner[place] == column || owner[place] == FREE,
                () -> "column " + column + " of layer " + context.layer.name()
                        + " accumulates into partial results of column " + owner[place]
                        + " that nobody has merged, row " + h + ", kernel row " + r + ", channel " + k);
        owner[place] = column;
        columnAt[ring(pass, q)][row(pass, h)] = column;
        set(place, sums[place] + product, pass, q, h);
    }

    private void set(int place, int sum, int pass, int q, int h) {
        nonZeros[ring(pass, q)][row(pass, h)] += (sum != 0 ? 1 : 0) - (sums[place] != 0 ? 1 : 0);
        sums[place] = sum;
    }

    /** What a column has accumulated; 0 where nothing was. */
    int peek(int pass, int q, int h, int r, int k) {
        int place = place(pass, q, h, r, k);
        return owner[place] == pass * context.layer.outputShape().width() + q ? sums[place] : 0;
    }

    /** Reads and clears. */
    int take(int pass, int q, int h, int r, int k) {
        int sum = peek(pass, q, h, r, k);
        int place = place(pass, q, h, r, k);
        if (owner[place] == pass * context.layer.outputShape().width() + q) {
            set(place, 0, pass, q, h);
            owner[place] = FREE;
        }
        return sum;
    }

    /** Bytes per lane of the non-zero partial results of the rows of a lane, of columns that are not complete yet. */
    long incompleteBytes(int lane, int lanes, long partialBytes) {
        int rowLanes = context.factors.rowLanes();
        Window window = context.window;
        int width = context.layer.inputShape().width();
        long bytes = 0;
        for (int row = 0; row < rows; row++) {
            int first = row * rowLanes % lanes;
            if (lane >= first && lane < first + rowLanes) {
                long live = 0;
                for (int c = 0; c < columns; c++) {
                    int pass = columnAt[c][row] / context.layer.outputShape().width();
                    int q = columnAt[c][row] % context.layer.outputShape().width();
                    boolean complete = !context.factors.streamed()
                            && pass * width + KernelAxis.completingColumn(window, q, width) < reading[row];
                    live += complete ? 0 : nonZeros[c][row];
                }
                bytes += (live * partialBytes + rowLanes - 1) / rowLanes;
            }
        }
        return bytes;
    }
}
