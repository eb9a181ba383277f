package dev.isos.core.dataflow.isos;

/**
 * What one activation of each channel meets at all input positions that share their legal kernel positions: counts per
 * channel and K-slice. Interior positions of a map all share one of these.
 */
final class LegalFilters {
    /** Adding a row of counts per bank beats single increments up to so many banks per non-zero weight (measured). */
    private static final int BANKS_PER_WEIGHT = 3;

    /** Positions that must share a table of counts per bank before it pays to build it. */
    private static final int SHARED_POSITIONS = 6;

    private static final int MOST_TABLE_ENTRIES = 1 << 22;

    /** Weights met, at {@code c * slices + slice}. */
    final int[] weights;

    /** Dispatch chunks of them. */
    final int[] chunks;

    /** Compressed bytes of the fibers that hold them. */
    final int[] bytes;

    /** Compressed bytes over all slices of the fibers of channel c at row place r, at {@code c * R + r}. */
    final int[] rowBytes;

    /**
     * Accumulations that an activation of channel c brings to each accumulator bank of each slice, at {@code c * size} of
     * {@link AccumulatorLayout}; null where not worth its space.
     */
    final int[] perBank;

    LegalFilters(
            PackedFilters filters,
            AccumulatorLayout layout,
            int lowRow,
            int highRow,
            int lowColumn,
            int highColumn,
            int chunk,
            int positions) {
        int channels = filters.shape.inputChannels();
        int slices = filters.sliceCount();
        weights = new int[channels * slices];
        chunks = new int[channels * slices];
        bytes = new int[channels * slices];
        rowBytes = new int[channels * filters.kernelRows];
        long total = 0;
        for (int c = 0; c < channels; c++) {
            for (int s = lowColumn; s < highColumn; s++) {
                for (int r = lowRow; r < highRow; r++) {
                    int fiber = filters.fiber(c, s, r);
                    for (int i = 0; i < slices; i++) {
                        weights[c * slices + i] += filters.weights(fiber, i);
                        bytes[c * slices + i] += filters.bytes(fiber, i);
                        rowBytes[c * filters.kernelRows + r] += filters.bytes(fiber, i);
                    }
                }
            }
            for (int i = 0; i < slices; i++) {
                chunks[c * slices + i] = (weights[c * slices + i] + chunk - 1) / chunk;
                total += weights[c * slices + i];
            }
        }
        long entries = (long) channels * layout.size();
        boolean worthIt =
                positions >= SHARED_POSITIONS && entries <= MOST_TABLE_ENTRIES && total * BANKS_PER_WEIGHT >= entries;
        perBank = worthIt ? perBank(filters, layout, lowRow, highRow, lowColumn, highColumn) : null;
    }

    private static int[] perBank(
            PackedFilters filters, AccumulatorLayout layout, int lowRow, int highRow, int lowColumn, int highColumn) {
        int[] counts = new int[filters.shape.inputChannels() * layout.size()];
        for (int c = 0; c < filters.shape.inputChannels(); c++) {
            for (int s = lowColumn; s < highColumn; s++) {
                for (int r = lowRow; r < highRow; r++) {
                    int fiber = filters.fiber(c, s, r);
                    for (int j = filters.starts[fiber]; j < filters.starts[fiber + 1]; j++) {
                        int k = (filters.entries[j] >>> 8) - r * filters.length;
                        counts[c * layout.size() + layout.place(s, r - lowRow, highRow - lowRow, k)]++;
                    }
                }
            }
        }
        return counts;
    }
}
