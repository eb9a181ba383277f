package dev.isos.core.wavefront.frontend;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.core.wavefront.mapping.KernelAxis;

/**
 * The filters of a contiguous part of K as the front end walks them: rank order [C, S, R, K], S and R in the order of their
 * {@link KernelAxis}, so that all weights that an activation meets at one kernel column are one contiguous run. Each entry
 * holds where in T[q][h] its product goes (r * length + k) in the upper 24 bits and the weight in the lower 8.
 */
public final class PackedFilters {
    private static final int WEIGHT_BITS = 8;

    final FilterShape shape;
    final int kernelRows;
    final int kernelColumns;

    /** Output channels of the part. */
    public final int length;

    /** Offsets into {@link #entries()}, one per fiber (c, s, r), and the end. */
    final int[] starts;

    private final FilterTensor filters;
    private final KernelAxis rows;
    private final KernelAxis columns;
    private final int first;

    /**
     * @param first first output channel of the part
     * @param end output channel after its last
     */
    public PackedFilters(FilterTensor filters, KernelAxis rows, KernelAxis columns, int first, int end) {
        this.filters = filters;
        this.rows = rows;
        this.columns = columns;
        this.first = first;
        this.shape = filters.shape();
        this.kernelRows = rows.size();
        this.kernelColumns = columns.size();
        this.length = end - first;
        if ((long) kernelRows * length >= 1L << (Integer.SIZE - WEIGHT_BITS)) {
            throw IsosException.unsupported("a filter of " + kernelRows + " rows and " + length
                    + " output channels exceeds the 2^24 partial results of one row and column");
        }
        this.starts = new int[shape.fibers() + 1];
        boolean whole = length == shape.outputChannels();
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            int source = source(fiber);
            int from = filters.starts()[source];
            int to = filters.starts()[source + 1];
            starts[fiber + 1] = starts[fiber] + (whole ? to - from : countInPart(from, to));
        }
    }

    /** Fiber of the tensor for a fiber (c, s, r) of this order. */
    private int source(int fiber) {
        int r = fiber % kernelRows;
        int s = fiber / kernelRows % kernelColumns;
        return filters.fiber(fiber / kernelRows / kernelColumns, rows.order[r], columns.order[s]);
    }

    private boolean inPart(int i) {
        int k = filters.coordinates()[i];
        return k >= first && k < first + length;
    }

    private int countInPart(int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += inPart(i) ? 1 : 0;
        }
        return count;
    }

    /** The entries of all fibers, made anew; whoever only counts needs none. */
    int[] entries() {
        int[] entries = new int[starts[starts.length - 1]];
        int at = 0;
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            int source = source(fiber);
            int row = fiber % kernelRows * length - first;
            for (int i = filters.starts()[source]; i < filters.starts()[source + 1]; i++) {
                if (inPart(i)) {
                    entries[at++] = (row + filters.coordinates()[i]) << WEIGHT_BITS | filters.payloads()[i] & 0xFF;
                }
            }
        }
        return entries;
    }

    /**
     * Channel of the i-th element of a dense input fiber in the order in which a lane's stream yields them: in a grouped layer
     * one of every group after another, so that groups that meet no weights in a pass do not come in a row.
     */
    public static int channel(FilterShape shape, int i) {
        return i % shape.groups() * shape.channelsPerGroup() + i / shape.groups();
    }

    /**
     * Finds the non-zeros of an input fiber in the order of the stream.
     *
     * @param found gets their channels
     * @return their number
     */
    int nonZeroChannels(ActivationTensor input, int w, int h, int[] found) {
        byte[] stored = input.values();
        int from = input.fiberStart(w, h);
        int channels = shape.inputChannels();
        boolean grouped = shape.groups() > 1;
        int count = 0;
        for (int i = 0; i < channels; i++) {
            int c = grouped ? channel(shape, i) : i;
            found[count] = c;
            count += stored[from + c] != 0 ? 1 : 0;
        }
        return count;
    }

    /** First fiber, r = 0, of channel c at place s of the columns. */
    int run(int c, int s) {
        return (c * kernelColumns + s) * kernelRows;
    }
}
