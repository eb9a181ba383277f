package dev.isos.core.wavefront.frontend;

/**
 * What one activation of each channel meets at all input positions that share their legal kernel positions. Interior positions
 * of a map all share one of these.
 */
final class LegalWeights {
    /** Of channel c: weights that an activation meets in the upper half, vectors in which they are multiplied in the lower. */
    final long[] ofChannel;

    LegalWeights(PackedFilters filters, int lowRow, int highRow, int lowColumn, int highColumn, int vectorWidth) {
        ofChannel = new long[filters.shape.inputChannels()];
        for (int c = 0; c < ofChannel.length; c++) {
            int weights = 0;
            for (int s = lowColumn; s < highColumn; s++) {
                int run = filters.run(c, s);
                weights += filters.starts[run + highRow] - filters.starts[run + lowRow];
            }
            int vectors = (weights + vectorWidth - 1) / vectorWidth;
            ofChannel[c] = (long) weights << Integer.SIZE | vectors;
        }
    }

    /** Weights in a sum of elements of {@link #ofChannel}. */
    static int weights(long sum) {
        return (int) (sum >>> Integer.SIZE);
    }

    /** Vectors in such a sum; never more than weights, so that none are carried over. */
    static int vectors(long sum) {
        return (int) sum;
    }
}
