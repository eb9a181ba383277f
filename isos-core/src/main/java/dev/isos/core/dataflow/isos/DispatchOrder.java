package dev.isos.core.dataflow.isos;

import dev.isos.api.tensor.FilterShape;

/**
 * The order in which a lane dispatches the weights that the activations of an item meet: activation by activation in the
 * order of their channels (in a grouped layer one of every group in turn), each in the rank order [s, r, k], cut into chunks. A
 * depthwise layer, where an activation meets few weights, goes through all channels for one kernel position after another, and
 * a chunk takes weights of several.
 */
final class DispatchOrder {
    private final PackedFilters filters;
    private final AccumulatorLayout layout;
    private final DispatchSteps steps;
    private final int weightsPerSlot;

    // the item at hand
    private int slice;
    private int lowRow;
    private int highRow;
    private int skippedWeights;
    private int inChunk;

    /** Step from which on the filters of each activation are there; null when none is late. */
    private int[] ready;

    /** The same of the chunk at hand. */
    private int chunkReady;

    DispatchOrder(PackedFilters filters, AccumulatorLayout layout, DispatchSteps steps, int weightsPerSlot) {
        this.filters = filters;
        this.layout = layout;
        this.steps = steps;
        this.weightsPerSlot = weightsPerSlot;
    }

    /**
     * Steps of an item.
     *
     * @param channels non-zero input channels, ascending; the first {@code count} entries
     * @param met what each of them meets here
     * @param chunks chunks of all of them
     * @param busiestBank accumulations into the bank that gets most
     */
    int steps(
            int ofSlice,
            int[] channels,
            int count,
            LegalFilters met,
            int lowColumn,
            int highColumn,
            int fromRow,
            int toRow,
            int chunks,
            int busiestBank) {
        ready = null;
        int slots = steps.slots();
        int first = DispatchSteps.firstThatMatters((chunks + slots - 1) / slots, busiestBank);
        return play(ofSlice, channels, count, met, lowColumn, highColumn, fromRow, toRow, first * slots, first);
    }

    /**
     * Steps of an item whose filters come late.
     *
     * @param readySteps by activation, the step from which on all its filters are there
     */
    int stepsWhenLate(
            int ofSlice,
            int[] channels,
            int[] readySteps,
            int count,
            int lowColumn,
            int highColumn,
            int fromRow,
            int toRow) {
        ready = readySteps;
        return play(ofSlice, channels, count, null, lowColumn, highColumn, fromRow, toRow, 0, 0);
    }

    private int play(
            int ofSlice,
            int[] channels,
            int count,
            LegalFilters met,
            int lowColumn,
            int highColumn,
            int fromRow,
            int toRow,
            int skipped,
            int firstStep) {
        slice = ofSlice;
        lowRow = fromRow;
        highRow = toRow;
        steps.begin(firstStep);
        inChunk = 0;
        chunkReady = 0;
        FilterShape shape = filters.shape;
        if (shape.depthwise()) {
            skippedWeights = skipped * weightsPerSlot;
            for (int s = lowColumn; s < highColumn; s++) {
                for (int r = lowRow; r < highRow; r++) {
                    for (int i = 0; i < count; i++) {
                        fiber(i, channels[i], s, r);
                    }
                }
            }
            endChunk();
        } else {
            int left = skipped;
            for (int i = 0; i < count; i++) {
                left = activation(i, channels[i], met, lowColumn, highColumn, left);
            }
        }
        return steps.end();
    }

    /** Adds the chunks of an activation but for the first {@code skip}; returns how many of these remain. */
    private int activation(int i, int c, LegalFilters met, int lowColumn, int highColumn, int skip) {
        if (skip > 0) {
            int chunks = met.chunks[c * filters.sliceCount() + slice];
            if (skip >= chunks) {
                return skip - chunks;
            }
        }
        skippedWeights = skip * weightsPerSlot;
        for (int s = lowColumn; s < highColumn; s++) {
            for (int r = lowRow; r < highRow; r++) {
                fiber(i, c, s, r);
            }
        }
        endChunk();
        return 0;
    }

    private void fiber(int activation, int c, int s, int r) {
        int fiber = filters.fiber(c, s, r);
        int weights = filters.weights(fiber, slice);
        if (weights <= skippedWeights) {
            skippedWeights -= weights;
            return;
        }
        int from = filters.starts[fiber];
        for (int i = 0; i < slice; i++) {
            from += filters.weights(fiber, i);
        }
        int rows = highRow - lowRow;
        // channels of the slice lie in one bank after another
        int sliceStart = filters.slices[slice] - filters.first;
        int base = layout.bank(s, r - lowRow, rows, sliceStart, slice) - sliceStart - r * filters.length;
        int banks = layout.banks();
        int late = ready == null ? 0 : ready[activation];
        for (int j = from + skippedWeights; j < from + weights; j++) {
            int bank = base + (filters.entries[j] >>> 8);
            steps.product(bank < banks ? bank : bank % banks);
            chunkReady = Math.max(chunkReady, late);
            if (++inChunk == weightsPerSlot) {
                endChunk();
            }
        }
        skippedWeights = 0;
    }

    private void endChunk() {
        if (inChunk > 0) {
            steps.chunk(chunkReady);
            inChunk = 0;
            chunkReady = 0;
        }
    }
}
