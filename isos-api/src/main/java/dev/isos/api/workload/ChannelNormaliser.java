package dev.isos.api.workload;

import dev.isos.api.network.LayerOp.LayerNormalisation;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Softmax;
import dev.isos.api.tensor.ActivationTensor;

/**
 * A {@link Normalisation} of 8-bit values, bit for bit: what every dataflow and the reference share. A local response
 * normalisation is defined by {@link ResponseNormaliser}; the others, all in float64 and in the order of the channels, by
 *
 * <pre>
 *   layer normalisation:  S = sum of q,  Q = sum of q * q                            // exact, over all C channels
 *                         factor = 1 / sqrt((C * Q - S * S) / (C * C) + epsilon)     // 0 where the root is 0
 *                         y[c] = (q[c] - S / C) * factor * multiplier[c] + bias[c] / 65536
 *   softmax:              e[c] = StrictMath.exp(scale * (q[c] - largest q of the group))
 *                         y[c] = e[c] / (sum of e over the group) * multiplier[c]
 *   out[c] = clamp(round_half_even(y[c]), low, high)
 * </pre>
 *
 * <p>Not for use by several threads.
 */
public interface ChannelNormaliser {
    /** Units of a bias of a layer normalisation in one unit of the output. */
    double BIAS_UNITS = 65_536;

    /**
     * All channels of one position.
     *
     * @param inputs 8-bit inputs, of which channel c is at {@code inputFrom + c}
     * @param inputFrom index of the position's first input
     * @param signed whether inputs are int8 rather than uint8
     * @param outputs where 8-bit outputs go, from {@code outputFrom} on; another array than {@code inputs}
     * @param outputFrom index of the position's first output
     * @param channels C, as many as the layer has
     */
    void fiber(byte[] inputs, int inputFrom, boolean signed, byte[] outputs, int outputFrom, int channels);

    /**
     * The arithmetic of a layer.
     *
     * @param op any normalisation
     * @param requantisation of the layer: multiplier, bias and range
     * @return for one thread
     */
    static ChannelNormaliser of(Normalisation op, Requantisation requantisation) {
        if (op instanceof LocalResponseNormalisation response) {
            return new ResponseNormaliser(response, requantisation);
        }
        if (op instanceof Softmax softmax) {
            return (inputs, from, signed, outputs, to, channels) ->
                    softmax(softmax, requantisation, inputs, from, signed, outputs, to, channels);
        }
        LayerNormalisation layer = (LayerNormalisation) op;
        return (inputs, from, signed, outputs, to, channels) ->
                normalise(layer, requantisation, inputs, from, signed, outputs, to, channels);
    }

    private static void normalise(
            LayerNormalisation op,
            Requantisation requantisation,
            byte[] inputs,
            int from,
            boolean signed,
            byte[] outputs,
            int to,
            int channels) {
        long sum = 0;
        long squares = 0;
        for (int c = 0; c < channels; c++) {
            int value = ActivationTensor.decode(inputs[from + c], signed);
            sum += value;
            squares += value * value;
        }
        double count = channels;
        double root = Math.sqrt((channels * squares - sum * sum) / (count * count) + op.epsilon());
        double factor = root == 0 ? 0 : 1 / root;
        for (int c = 0; c < channels; c++) {
            int value = ActivationTensor.decode(inputs[from + c], signed);
            outputs[to + c] = (byte) requantisation.clamped(
                    (value - sum / count) * factor * requantisation.multiplier()[c]
                            + requantisation.bias()[c] / BIAS_UNITS);
        }
    }

    private static void softmax(
            Softmax op,
            Requantisation requantisation,
            byte[] inputs,
            int from,
            boolean signed,
            byte[] outputs,
            int to,
            int channels) {
        double[] powers = new double[channels / op.groups()];
        for (int first = 0; first < channels; first += powers.length) {
            int largest = Integer.MIN_VALUE;
            for (int i = 0; i < powers.length; i++) {
                largest = Math.max(largest, ActivationTensor.decode(inputs[from + first + i], signed));
            }
            double sum = 0;
            for (int i = 0; i < powers.length; i++) {
                int value = ActivationTensor.decode(inputs[from + first + i], signed);
                powers[i] = StrictMath.exp((double) op.scale() * (value - largest));
                sum += powers[i];
            }
            for (int i = 0; i < powers.length; i++) {
                outputs[to + first + i] = (byte)
                        requantisation.clamped(powers[i] / sum * requantisation.multiplier()[first + i]);
            }
        }
    }
}
