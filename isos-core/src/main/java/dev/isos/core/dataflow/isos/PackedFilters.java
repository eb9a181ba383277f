package dev.isos.core.dataflow.isos;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.Arrays;

/**
 * The filters of one K-tile as the front end walks them: rank order [C, S, R, K], S and R in the order of their
 * {@link KernelAxis}, so that all weights that an activation meets at one kernel column are one contiguous run. Each entry
 * holds where in T[q][h] its product goes (r * length + k) in the upper 24 bits and the weight in the lower 8.
 */
final class PackedFilters {
    private static final int WEIGHT_BITS = 8;

    final FilterShape shape;
    final int kernelRows;
    final int kernelColumns;

    /** First output channel of the tile. */
    final int first;

    /** Output channels of the tile. */
    final int length;

    /** Bounds of the K-slices, over all of K. */
    final int[] slices;

    /** Offsets into {@link #entries}, one per fiber (c, s, r), and the end. */
    final int[] starts;

    final int[] entries;

    /** Non-zero weights of fiber f on slice i, at {@code f * slices + i}. */
    private final int[] weights;

    /** Compressed bytes of the same; 0 where the fiber does not reach into the slice. */
    private final int[] bytes;

    /** Address in the filter buffer of fiber f on slice i, at {@code i * fibers + f}, and the end: see {@link #address}. */
    private final int[] addresses;

    PackedFilters(FilterTensor filters, KernelAxis rows, KernelAxis columns, int[] slices) {
        this.shape = filters.shape();
        this.kernelRows = rows.size();
        this.kernelColumns = columns.size();
        this.slices = slices;
        this.first = slices[0];
        this.length = slices[slices.length - 1] - first;
        if ((long) kernelRows * length >= 1L << (Integer.SIZE - WEIGHT_BITS)) {
            throw IsosException.unsupported("a filter of " + kernelRows + " rows and " + length
                    + " output channels exceeds the 2^24 partial results of one row and column");
        }
        int sliceCount = slices.length - 1;
        this.starts = new int[shape.fibers() + 1];
        this.weights = new int[shape.fibers() * sliceCount];
        this.bytes = new int[shape.fibers() * sliceCount];
        int[] packed = new int[filters.nonZeros()];
        int at = 0;
        int fiber = 0;
        for (int c = 0; c < shape.inputChannels(); c++) {
            int groupFirst = c / shape.channelsPerGroup() * shape.outputsPerGroup();
            for (int s = 0; s < kernelColumns; s++) {
                for (int r = 0; r < kernelRows; r++, fiber++) {
                    int source = filters.fiber(c, rows.order[r], columns.order[s]);
                    at = pack(filters, source, groupFirst, r, fiber, packed, at);
                    starts[fiber + 1] = at;
                }
            }
        }
        this.entries = at == packed.length ? packed : Arrays.copyOf(packed, at);
        this.addresses = new int[sliceCount * shape.fibers() + 1];
        for (int i = 0, n = 0; i < sliceCount; i++) {
            for (int f = 0; f < shape.fibers(); f++, n++) {
                addresses[n + 1] = Math.addExact(addresses[n], bytes(f, i));
            }
        }
    }

    private int pack(FilterTensor filters, int source, int groupFirst, int r, int fiber, int[] packed, int start) {
        char[] coordinates = filters.coordinates();
        int from = filters.starts()[source];
        int end = filters.starts()[source + 1];
        while (from < end && coordinates[from] < first) {
            from++;
        }
        int at = start;
        for (int i = 0; i < slices.length - 1; i++) {
            int to = from;
            while (to < end && coordinates[to] < slices[i + 1]) {
                packed[at++] = (r * length + coordinates[to] - first) << WEIGHT_BITS | filters.payloads()[to] & 0xFF;
                to++;
            }
            int base = Math.max(groupFirst, slices[i]);
            if (base < Math.min(groupFirst + shape.outputsPerGroup(), slices[i + 1])) {
                int cell = fiber * (slices.length - 1) + i;
                int coded = FibertreeFormat.coordinateEntries(coordinates, from, to, base);
                weights[cell] = to - from;
                bytes[cell] = (int) FibertreeFormat.COORDINATE.fiberBytes(0, coded);
            }
            from = to;
        }
        return at;
    }

    int sliceCount() {
        return slices.length - 1;
    }

    /**
     * Finds the non-zeros of an input fiber in the order in which they are dispatched: by channel, in a grouped layer one of
     * every group after another, since groups have different banks.
     *
     * @param found gets their channels
     * @return their number
     */
    int nonZeroChannels(ActivationTensor input, int w, int h, int[] found) {
        byte[] stored = input.values();
        int from = input.fiberStart(w, h);
        int groups = shape.groups();
        int perGroup = shape.channelsPerGroup();
        int channels = shape.inputChannels();
        int count = 0;
        for (int i = 0; i < channels; i++) {
            int c = groups == 1 ? i : i % groups * perGroup + i / groups;
            if (stored[from + c] != 0) {
                found[count++] = c;
            }
        }
        return count;
    }

    /** Fiber of channel c at places s and r of their axes. */
    int fiber(int c, int s, int r) {
        return (c * kernelColumns + s) * kernelRows + r;
    }

    int weights(int fiber, int slice) {
        return weights[fiber * sliceCount() + slice];
    }

    int bytes(int fiber, int slice) {
        return bytes[fiber * sliceCount() + slice];
    }

    /** Address of the first byte of a fiber on a slice; that of the fiber after it is the end of it. */
    int address(int fiber, int slice) {
        return addresses[slice * shape.fibers() + fiber];
    }

    /** Address after the last byte of a fiber on a slice. */
    int addressAfter(int fiber, int slice) {
        return addresses[slice * shape.fibers() + fiber + 1];
    }

    /** Bytes of the tile in the filter buffer. */
    int bytes() {
        return addresses[addresses.length - 1];
    }

    /** First input channel whose group reaches into a slice. */
    int firstChannel(int slice) {
        return slices[slice] / shape.outputsPerGroup() * shape.channelsPerGroup();
    }

    /** End of the input channels whose groups reach into a slice. */
    int endChannel(int slice) {
        return ((slices[slice + 1] - 1) / shape.outputsPerGroup() + 1) * shape.channelsPerGroup();
    }
}
