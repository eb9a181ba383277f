package dev.isos.api.workload;

import dev.isos.api.network.LayerOp.LocalResponseNormalisation;

/**
 * Local response normalisation of 8-bit values, bit for bit: what every dataflow and the reference share. As in every layer,
 * the multiplier takes an input value to units of the output, so the input's scale is {@code multiplier * outputScale}:
 *
 * <pre>
 *   scale  = double(multiplier[0]) * double(outputScale)              // all in float64, in this order
 *   sum    = sum of q[i] * q[i] over the window                       // exact, 32 bits
 *   factor = StrictMath.pow(k + alpha / size * (scale * scale * sum), -beta)
 *   out    = clamp(round_half_even(q * factor * multiplier[0]), low, high)   // 0 when q is 0
 * </pre>
 *
 * <p>The bias has to be zero, the multiplier the same for all channels, and there is no lookup table; {@link Workload}
 * refuses others. Factors are kept by the sum, so that a layer costs few powers. Not for use by several threads.
 */
public final class ResponseNormaliser implements ChannelNormaliser {
    /** Sums below are kept: those of any window of up to 16 channels. */
    private static final int MAX_KEPT = 1 << 20;

    private static final int LARGEST_SQUARE = 255 * 255;

    private final LocalResponseNormalisation op;
    private final Requantisation requantisation;
    private final double scale;
    private final double multiplier;

    // by the sum; 0 is not yet known
    private final double[] factors;

    /**
     * The arithmetic of one layer, without factors yet.
     *
     * @param op window and exponents
     * @param requantisation of the layer; one multiplier for all channels
     */
    public ResponseNormaliser(LocalResponseNormalisation op, Requantisation requantisation) {
        this.op = op;
        this.requantisation = requantisation;
        this.multiplier = requantisation.multiplier()[0];
        this.scale = multiplier * requantisation.outputScale();
        int channels = Math.min(op.size(), requantisation.multiplier().length);
        this.factors = new double[(int) Math.min(MAX_KEPT, channels * (long) LARGEST_SQUARE + 1)];
    }

    /**
     * Output for an input value.
     *
     * @param value input, -128..255
     * @param sumOfSquares sum of the squares of the input values in its window
     * @return output in the range of the requantisation; 0 for 0
     */
    public int apply(int value, int sumOfSquares) {
        return value == 0 ? 0 : requantisation.clamped(value * factor(sumOfSquares) * multiplier);
    }

    @Override
    public void fiber(byte[] inputs, int inputFrom, boolean signed, byte[] outputs, int outputFrom, int channels) {
        int mask = signed ? -1 : 0xFF;
        int sum = 0;
        int first = 0;
        int end = 0;
        for (int c = 0; c < channels; c++) {
            int last = op.lastChannel(c, channels);
            while (end <= last) {
                int value = inputs[inputFrom + end++] & mask;
                sum += value * value;
            }
            while (first < op.firstChannel(c)) {
                int value = inputs[inputFrom + first++] & mask;
                sum -= value * value;
            }
            outputs[outputFrom + c] = (byte) apply(inputs[inputFrom + c] & mask, sum);
        }
    }

    private double factor(int sumOfSquares) {
        if (sumOfSquares >= factors.length) {
            return power(sumOfSquares);
        }
        double factor = factors[sumOfSquares];
        if (factor == 0) {
            factor = power(sumOfSquares);
            factors[sumOfSquares] = factor;
        }
        return factor;
    }

    private double power(int sumOfSquares) {
        return StrictMath.pow(
                op.k() + (double) op.alpha() / op.size() * (scale * scale * sumOfSquares), -(double) op.beta());
    }
}
