package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.LateReads;

/**
 * How long front-end items of a layer take when filters come late: plays their dispatch through with every chunk held back
 * until all words that hold the filters of its activations have arrived. One for each run, see {@link LateReads}.
 */
final class LateFilters implements LateReads {
    private final LayerWork work;
    private final DispatchOrder[] orders;

    /** Non-zero channels of the item at hand, in the order of dispatch, and the step from which on their filters are there. */
    private final int[] channels;

    private final int[] ready;

    LateFilters(LayerWork work) {
        this.work = work;
        int count = work.tables.length == 0 ? 0 : work.tables[0].input().shape().channels();
        this.orders = new DispatchOrder[work.tables.length];
        this.channels = new int[count];
        this.ready = new int[count];
    }

    @Override
    public int steps(int number, long start, long[] arrival) {
        int slices = work.factors.kSplit();
        int slice = number % slices;
        int height = work.tables[0].input().shape().height();
        int h = number / slices % height;
        int step = number / slices / height;
        int width = work.tables[0].input().shape().width();
        int w = step % width;
        int tile = step / width;
        FrontendTables tables = work.tables[tile];
        int count = tables.filters().nonZeroChannels(tables.input(), w, h, channels);
        int last = await(tables, w, h, slice, count, start, arrival);
        LegalFilters met = tables.legal(w, h);
        boolean depthwise = tables.filters().shape.depthwise();
        // gone through from the start: a cycle too few or too many decides who shares a multicast, and differences grow
        if (!depthwise && !waits(met, slice, slices, count, tables.steps().slots())) {
            return Math.max(last, work.dispatchSteps[number]);
        }
        if (orders[tile] == null) {
            orders[tile] = new DispatchOrder(
                    tables.filters(), tables.layout(), tables.steps().another(), tables.weightsPerSlot());
        }
        int dispatched = orders[tile].stepsWhenLate(
                slice,
                channels,
                ready,
                count,
                tables.columns().low[w],
                tables.columns().high[w],
                tables.rows().low[h],
                tables.rows().high[h]);
        return Math.max(last, dispatched);
    }

    /** Finds from which step on the filters of each activation are there; returns the step after the last arrival. */
    private int await(FrontendTables tables, int w, int h, int slice, int count, long start, long[] arrival) {
        PackedFilters filters = tables.filters();
        int lowRow = tables.rows().low[h];
        int lastRow = tables.rows().high[h] - 1;
        int lowColumn = tables.columns().low[w];
        int highColumn = tables.columns().high[w];
        boolean all = lowRow == 0 && lastRow == tables.rows().size() - 1;
        long last = start + 1;
        for (int i = 0; i < count; i++) {
            long complete = start + 1;
            for (int s = lowColumn; s < highColumn; s++) {
                int lastColumn = all ? highColumn - 1 : s;
                int from = filters.address(filters.fiber(channels[i], s, lowRow), slice);
                int to = filters.addressAfter(filters.fiber(channels[i], lastColumn, lastRow), slice);
                if (to > from) {
                    int lastWord = (to - 1) / tables.wordBytes();
                    for (int word = from / tables.wordBytes(); word <= lastWord; word++) {
                        complete = Math.max(complete, arrival[word]);
                    }
                }
                s = lastColumn;
            }
            ready[i] = (int) (complete - 1 - start);
            last = Math.max(last, complete);
        }
        return (int) (last - start);
    }

    /** Whether a slot ever waits for filters if banks always have room. */
    private boolean waits(LegalFilters met, int slice, int slices, int count, int slots) {
        int taken = 0;
        for (int i = 0; i < count; i++) {
            int chunks = met.chunks[channels[i] * slices + slice];
            if (chunks > 0 && ready[i] > taken / slots) {
                return true;
            }
            taken += chunks;
        }
        return false;
    }
}
