package dev.isos.baselines.sparten;

import dev.isos.api.network.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * The channels of an operand that one tensor in memory holds: all of them, or those of one part of a concatenation.
 *
 * @param tensor layer whose output it is, or the network's input
 * @param firstChannel first channel of the operand that it holds
 * @param endChannel channel after the last
 */
record OperandPart(int tensor, int firstChannel, int endChannel) {
    /** Parts of an operand in the order of channels. */
    static List<OperandPart> of(Network network, int operand) {
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
     * Off-chip bytes of channels {@code from .. to} of a fiber, as far as this part holds them: their non-zeros and, of a
     * bitmask, their share of the mask. Over all channels the shares add up to a bit per channel in whole bytes.
     *
     * @param marked marks of the channels whose non-zeros travel, word w at {@code at + w}; null: all
     */
    long bytes(Format format, MaskedInput input, int fiber, int from, int to, long[] marked, int at) {
        int first = Math.max(from, firstChannel);
        int end = Math.min(to, endChannel);
        if (first >= end) {
            return 0;
        }
        int mask = maskBytes(end - firstChannel) - maskBytes(first - firstChannel);
        return format.bytes(mask, input.nonZeros(fiber, first, end, marked, at));
    }

    private static int maskBytes(int channels) {
        return (channels + 7) / 8;
    }
}
