package dev.isos.support.layers;

import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The channels of an operand that one tensor in memory holds: all of them, or those of one part of a concatenation.
 *
 * @param tensor layer whose output it is, or the network's input
 * @param firstChannel first channel of the operand that it holds
 * @param endChannel channel after the last
 */
public record OperandPart(int tensor, int firstChannel, int endChannel) {
    /**
     * Parts of an operand in the order of channels.
     *
     * @param network that the operand is of
     * @param operand index of a layer, or an input of the network
     * @return one part; of a concatenation one for each tensor that it is made of
     */
    public static List<OperandPart> of(Network network, int operand) {
        List<OperandPart> parts = new ArrayList<>();
        int channel = 0;
        for (int tensor : network.materialisedParts(operand)) {
            int channels = network.shapeOf(tensor).channels();
            parts.add(new OperandPart(tensor, channel, channel + channels));
            channel += channels;
        }
        return parts;
    }

    /**
     * Bytes of the part with a bit per channel, in whole bytes at each position, and a byte per non-zero.
     *
     * @param operand the whole operand
     * @return bytes to move the part
     */
    public long bitmaskBytes(ActivationTensor operand) {
        return bitmaskBytes(operand, firstChannel, endChannel);
    }

    /**
     * Bytes of channels {@code from .. to - 1} of a tensor in the same format.
     *
     * @param tensor the whole tensor
     * @param from first channel
     * @param to channel after the last one
     * @return bytes to move them
     */
    public static long bitmaskBytes(ActivationTensor tensor, int from, int to) {
        int channels = tensor.shape().channels();
        byte[] values = tensor.values();
        long bytes = (long) tensor.shape().fibers() * ((to - from + 7) / 8);
        for (int fiber = 0; fiber < values.length; fiber += channels) {
            for (int c = from; c < to; c++) {
                bytes += values[fiber + c] != 0 ? 1 : 0;
            }
        }
        return bytes;
    }
}
