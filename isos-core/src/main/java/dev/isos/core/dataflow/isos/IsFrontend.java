package dev.isos.core.dataflow.isos;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import java.util.Arrays;

/**
 * The input-stationary front end of one layer and K-tile: reads each non-zero activation once and adds its products with
 * all weights that it legally meets to the partial results, counting as it goes.
 */
final class IsFrontend {
    private final ActivationTensor input;
    private final KernelAxis rows;
    private final KernelAxis columns;
    private final PackedFilters filters;
    private final PartialResults partials;
    private final LayerWork work;
    private final WavefrontObserver observer;
    private final int tile;
    private final int weightsPerSlot;
    private final AccumulatorLayout layout;
    private final DispatchOrder dispatch;
    private final DispatchSteps steps;
    private final LegalFilters[] legal;
    private final int[] columnClassSizes;
    private final int[] rowClassSizes;

    /** Non-zeros of the fiber at hand, in the order in which they are dispatched. */
    private final int[] channels;

    private final int[] values;

    /** Which (c, r) fibers some row of the wavefront has asked for. */
    private final boolean[] touched;

    /** Start of T[q][h] for each kernel column. */
    private final int[] targets;

    /** Accumulations of the item at hand by (s, r, k). */
    private final int[] accumulations;

    /** The same by slice and bank, see {@link AccumulatorLayout}. */
    private final int[] bankCounts;

    private final int wordBytes;

    IsFrontend(
            Layer layer,
            ActivationTensor input,
            KernelAxis rows,
            KernelAxis columns,
            PackedFilters filters,
            PartialResults partials,
            LayerWork work,
            int tile,
            int weightsPerSlot,
            AccumulatorLayout layout,
            DispatchSteps steps,
            int wordBytes,
            WavefrontObserver observer) {
        this.input = input;
        this.rows = rows;
        this.columns = columns;
        this.filters = filters;
        this.partials = partials;
        this.work = work;
        this.tile = tile;
        this.weightsPerSlot = weightsPerSlot;
        this.layout = layout;
        this.steps = steps;
        this.dispatch = new DispatchOrder(filters, layout, steps, weightsPerSlot);
        this.observer = observer;
        int inputChannels = layer.inputShape().channels();
        legal = new LegalFilters[rows.classes * columns.classes];
        rowClassSizes = sizes(rows);
        columnClassSizes = sizes(columns);
        channels = new int[inputChannels];
        values = new int[inputChannels];
        touched = new boolean[inputChannels * rows.size()];
        targets = new int[columns.size()];
        accumulations = new int[columns.size() * rows.size() * filters.length];
        bankCounts = new int[layout.size()];
        this.wordBytes = wordBytes;
    }

    private static int[] sizes(KernelAxis axis) {
        int[] sizes = new int[axis.classes];
        for (int classIndex : axis.classOf) {
            sizes[classIndex]++;
        }
        return sizes;
    }

    /** What questions about single items need, once all wavefronts have been processed. */
    FrontendTables tables() {
        return new FrontendTables(input, rows, columns, filters, legal, layout, steps, weightsPerSlot, wordBytes);
    }

    /** Processes all rows of input column w. */
    void wavefront(int w) {
        if (columns.legal(w) == 0) {
            return;
        }
        for (int s = columns.low[w]; s < columns.high[w]; s++) {
            partials.open(columns.output(w, s));
        }
        Arrays.fill(touched, false);
        int height = input.shape().height();
        int touchedBytes = 0;
        for (int h = 0; h < height; h++) {
            if (rows.legal(h) > 0) {
                LegalFilters met = legal(w, h);
                int count = read(w, h);
                multiply(w, h, count, met);
                count(w, h, count, met);
                touchedBytes += touch(h, count, met);
                askForWords(w, h, count);
            }
        }
        work.wavefrontFilterBytes[tile * input.shape().width() + w] = touchedBytes;
    }

    /** Notes the words that the items of one row read. */
    private void askForWords(int w, int h, int count) {
        int slices = filters.sliceCount();
        int item = ((tile * input.shape().width() + w) * input.shape().height() + h) * slices;
        int lowColumn = columns.low[w];
        int highColumn = columns.high[w];
        int lowRow = rows.low[h];
        int lastRow = rows.high[h] - 1;
        // where all rows are met, those of neighbouring columns lie side by side
        int runs = lowRow == 0 && lastRow == rows.size() - 1 ? 1 : highColumn - lowColumn;
        for (int slice = 0; slice < slices; slice++) {
            work.beginReads(item + slice);
            for (int i = 0; i < count; i++) {
                for (int run = 0; run < runs; run++) {
                    int s = lowColumn + run;
                    int last = runs == 1 ? highColumn - 1 : s;
                    int from = filters.address(filters.fiber(channels[i], s, lowRow), slice);
                    int to = filters.addressAfter(filters.fiber(channels[i], last, lastRow), slice);
                    if (to > from) {
                        work.read(item + slice, from / wordBytes, (to - 1) / wordBytes + 1);
                    }
                }
            }
        }
    }

    private LegalFilters legal(int w, int h) {
        int rowClass = rows.classOf[h];
        int columnClass = columns.classOf[w];
        int index = columnClass * rows.classes + rowClass;
        if (legal[index] == null) {
            legal[index] = new LegalFilters(
                    filters,
                    layout,
                    rows.low[h],
                    rows.high[h],
                    columns.low[w],
                    columns.high[w],
                    weightsPerSlot,
                    rowClassSizes[rowClass] * columnClassSizes[columnClass]);
        }
        return legal[index];
    }

    private int read(int w, int h) {
        byte[] stored = input.values();
        boolean signed = input.signed();
        int from = input.fiberStart(w, h);
        int count = filters.nonZeroChannels(input, w, h, channels);
        for (int i = 0; i < count; i++) {
            values[i] = ActivationTensor.decode(stored[from + channels[i]], signed);
        }
        observer.inputRead(tile, w, h, count);
        return count;
    }

    private void multiply(int w, int h, int count, LegalFilters met) {
        int lowColumn = columns.low[w];
        int highColumn = columns.high[w];
        int lowRow = rows.low[h];
        int highRow = rows.high[h];
        for (int s = lowColumn; s < highColumn; s++) {
            targets[s] = partials.start(columns.output(w, s), h);
        }
        int[] starts = filters.starts;
        int[] entries = filters.entries;
        int[] sums = partials.values();
        boolean increment = met.perBank == null;
        int kernelColumn = rows.size() * filters.length;
        for (int i = 0; i < count; i++) {
            int value = values[i];
            for (int s = lowColumn; s < highColumn; s++) {
                int run = filters.fiber(channels[i], s, 0);
                int from = starts[run + lowRow];
                int to = starts[run + highRow];
                if (increment) {
                    accumulate(sums, targets[s], entries, from, to, value, accumulations, s * kernelColumn);
                } else {
                    accumulate(sums, targets[s], entries, from, to, value);
                }
            }
        }
        if (!increment) {
            addTables(count, met.perBank);
        }
    }

    /** Adds the counts per bank of all channels read, four at a time to save reads and writes of the sums. */
    private void addTables(int count, int[] perBank) {
        int length = bankCounts.length;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            add(
                    bankCounts,
                    length,
                    perBank,
                    channels[i] * length,
                    channels[i + 1] * length,
                    channels[i + 2] * length,
                    channels[i + 3] * length);
        }
        for (; i < count; i++) {
            add(bankCounts, length, perBank, channels[i] * length);
        }
    }

    private static void add(int[] counts, int length, int[] more, int a, int b, int c, int d) {
        for (int k = 0; k < length; k++) {
            counts[k] += more[a + k] + more[b + k] + more[c + k] + more[d + k];
        }
    }

    private static void accumulate(int[] sums, int target, int[] entries, int from, int to, int value) {
        for (int j = from; j < to; j++) {
            int entry = entries[j];
            sums[target + (entry >>> 8)] += value * (byte) entry;
        }
    }

    private static void accumulate(
            int[] sums, int target, int[] entries, int from, int to, int value, int[] accumulations, int column) {
        for (int j = from; j < to; j++) {
            int entry = entries[j];
            sums[target + (entry >>> 8)] += value * (byte) entry;
            accumulations[column + (entry >>> 8)]++;
        }
    }

    private static void add(int[] counts, int length, int[] more, int from) {
        for (int k = 0; k < length; k++) {
            counts[k] += more[from + k];
        }
    }

    private void count(int w, int h, int count, LegalFilters met) {
        int slices = filters.sliceCount();
        int item = ((tile * input.shape().width() + w) * input.shape().height() + h) * slices;
        for (int slice = 0; slice < slices; slice++) {
            int products = 0;
            int chunks = 0;
            int bytes = 0;
            for (int i = 0; i < count; i++) {
                int cell = channels[i] * slices + slice;
                products += met.weights[cell];
                chunks += met.chunks[cell];
                bytes += met.bytes[cell];
            }
            work.products[item + slice] = products;
            work.chunks[item + slice] =
                    filters.shape.depthwise() ? (products + weightsPerSlot - 1) / weightsPerSlot : chunks;
            work.filterBytes[item + slice] = bytes;
            work.activations[item + slice] = filters.shape.groups() == 1 ? count : readBy(slice, count);
        }
        if (met.perBank == null) {
            foldAccumulations(w, h);
        }
        for (int slice = 0; slice < slices; slice++) {
            work.busiestBank[item + slice] = layout.busiest(bankCounts, slice);
            work.dispatchSteps[item + slice] = dispatch.steps(
                    slice,
                    channels,
                    count,
                    met,
                    columns.low[w],
                    columns.high[w],
                    rows.low[h],
                    rows.high[h],
                    work.chunks[item + slice],
                    work.busiestBank[item + slice]);
        }
        Arrays.fill(bankCounts, 0);
    }

    /** Moves the counts per (s, r, k) to those per bank. */
    private void foldAccumulations(int w, int h) {
        int lowRow = rows.low[h];
        int highRow = rows.high[h];
        for (int s = columns.low[w]; s < columns.high[w]; s++) {
            for (int r = lowRow; r < highRow; r++) {
                int from = (s * rows.size() + r) * filters.length;
                layout.fold(accumulations, from, s, r - lowRow, highRow - lowRow, bankCounts);
                Arrays.fill(accumulations, from, from + filters.length, 0);
            }
        }
    }

    /** Activations whose group has outputs on the slice. */
    private int readBy(int slice, int count) {
        int first = filters.firstChannel(slice);
        int end = filters.endChannel(slice);
        int read = 0;
        for (int i = 0; i < count; i++) {
            read += channels[i] >= first && channels[i] < end ? 1 : 0;
        }
        return read;
    }

    /** Bytes of the fibers that no earlier row of this wavefront has asked for. */
    private int touch(int h, int count, LegalFilters met) {
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            for (int r = rows.low[h]; r < rows.high[h]; r++) {
                int cell = channels[i] * rows.size() + r;
                if (!touched[cell]) {
                    touched[cell] = true;
                    bytes += met.rowBytes[cell];
                }
            }
        }
        return bytes;
    }
}
