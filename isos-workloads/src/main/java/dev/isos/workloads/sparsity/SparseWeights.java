package dev.isos.workloads.sparsity;

import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;

/**
 * Seeded int8 weights on a seeded unstructured mask, with an exact number of non-zeros.
 *
 * <p><b>Mask.</b> A uniform sample of positions without replacement (selection sampling, Knuth, TAOCP 2, 3.4.2, algorithm
 * S) over the fibers in their stored order.
 *
 * <p><b>Values.</b> Those of a Gaussian of which magnitude pruning has kept the largest share d, the layer's density:
 * signs are equally likely, and the magnitude is the normal quantile of {@code 1 - d/2 * u} with u uniform, on a table of
 * {@value #LEVELS} equally likely levels. The largest level becomes 127, so the smallest is well above zero and no weight
 * rounds to 0.
 */
public final class SparseWeights {
    private static final int LEVELS = 4096;

    private SparseWeights() {}

    /**
     * Draws the filters of a layer.
     *
     * @param shape their shape
     * @param nonZeros exact number of non-zero weights, 0 to {@code shape.elements()}
     * @param stream the layer's own stream
     */
    public static FilterTensor draw(FilterShape shape, int nonZeros, RandomStream stream) {
        if (nonZeros < 0 || nonZeros > shape.elements()) {
            throw new IllegalArgumentException(shape + " cannot have " + nonZeros + " non-zero weights");
        }
        byte[] magnitudes = magnitudes(Math.max(1, nonZeros) / (double) shape.elements());
        int[] starts = new int[shape.fibers() + 1];
        char[] coordinates = new char[nonZeros];
        byte[] payloads = new byte[nonZeros];
        int outputsPerGroup = shape.outputsPerGroup();
        int fibersPerGroup = shape.channelsPerGroup() * shape.rows() * shape.columns();
        int left = shape.elements();
        int at = 0;
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            starts[fiber] = at;
            int firstOutput = fiber / fibersPerGroup * outputsPerGroup;
            for (int k = firstOutput; k < firstOutput + outputsPerGroup; k++, left--) {
                if (stream.nextInt(left) < nonZeros - at) {
                    long bits = stream.nextLong();
                    byte magnitude = magnitudes[(int) (bits >>> 1) & LEVELS - 1];
                    coordinates[at] = (char) k;
                    payloads[at++] = (bits & 1) == 0 ? magnitude : (byte) -magnitude;
                }
            }
        }
        starts[shape.fibers()] = at;
        return new FilterTensor(shape, starts, coordinates, payloads);
    }

    /** Equally likely magnitudes, 1..127, of the largest share {@code density} of a Gaussian. */
    static byte[] magnitudes(double density) {
        double[] levels = new double[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            levels[i] = GaussianQuantile.of(1 - density / 2 * ((i + 0.5) / LEVELS));
        }
        byte[] magnitudes = new byte[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            magnitudes[i] = (byte) Math.max(1, (int) Math.rint(levels[i] / levels[0] * 127));
        }
        return magnitudes;
    }
}
