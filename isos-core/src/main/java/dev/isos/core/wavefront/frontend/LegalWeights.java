package dev.isos.core.wavefront.frontend;

/**
 * What one activation of each channel meets at all input positions that share their legal kernel positions. Interior positions
 * of a map all share one of these.
 */
final class LegalWeights {
    /** Weights met by an activation of channel c. */
    final int[] weights;

    /** Vectors in which a processing element multiplies them. */
    final int[] vectors;

    LegalWeights(PackedFilters filters, int lowRow, int highRow, int lowColumn, int highColumn, int vectorWidth) {
        int channels = filters.shape.inputChannels();
        weights = new int[channels];
        vectors = new int[channels];
        for (int c = 0; c < channels; c++) {
            for (int s = lowColumn; s < highColumn; s++) {
                int run = filters.run(c, s);
                weights[c] += filters.starts[run + highRow] - filters.starts[run + lowRow];
            }
            vectors[c] = (weights[c] + vectorWidth - 1) / vectorWidth;
        }
    }
}
