package dev.isos.workloads.quantise;

import dev.isos.workloads.graph.FloatOp.Convolution;

/**
 * Filters in int8 with one symmetric scale per output channel, {@code max|w| / 127}, and biases in units of the
 * accumulator. A zero weight stays zero; a weight below half a unit becomes zero. Where a bias, or the largest sum that
 * 8-bit inputs can give, does not fit the 32-bit accumulator, the channel's scale is made coarser until it does.
 *
 * @param weights rank order [K, C/G, R, S]
 * @param bias {@code round(bias / (inputScale * scale[k]))}
 * @param scale real value of one unit of a weight, per output channel
 */
record QuantisedFilters(byte[] weights, int[] bias, double[] scale) {
    private static final int MAX_WEIGHT = 127;
    /** Finest bias of a channel without weights: its scale is free, so the bias itself becomes 2^20 units. */
    private static final double BIAS_UNITS = 1 << 20;

    /**
     * @param inputScale real value of one unit of the layer's input
     * @param inputMagnitude largest magnitude of an input, 128 or 255
     */
    static QuantisedFilters of(Convolution c, double inputScale, int inputMagnitude) {
        int outputs = c.filter().outputChannels();
        int perFilter = c.weights().length / outputs;
        byte[] weights = new byte[c.weights().length];
        int[] bias = new int[outputs];
        double[] scale = new double[outputs];
        for (int k = 0; k < outputs; k++) {
            double largest = 0;
            for (int i = k * perFilter; i < (k + 1) * perFilter; i++) {
                largest = Math.max(largest, Math.abs(c.weights()[i]));
            }
            double b = c.bias()[k];
            double s = largest / MAX_WEIGHT;
            if (s == 0) {
                s = b == 0 ? 1 : Math.abs(b) / (inputScale * BIAS_UNITS);
            }
            while (!fill(c.weights(), weights, k * perFilter, perFilter, s, b / (inputScale * s), inputMagnitude)) {
                s *= 2;
            }
            scale[k] = s;
            bias[k] = (int) Math.rint(b / (inputScale * s));
        }
        return new QuantisedFilters(weights, bias, scale);
    }

    /** Quantises one filter; false when its accumulator could overflow. */
    private static boolean fill(
            float[] from, byte[] to, int start, int count, double scale, double bias, int inputMagnitude) {
        long sum = 0;
        for (int i = start; i < start + count; i++) {
            to[i] = (byte) Math.rint(from[i] / scale);
            sum += Math.abs(to[i]);
        }
        return sum * inputMagnitude + Math.abs(bias) < Integer.MAX_VALUE;
    }
}
