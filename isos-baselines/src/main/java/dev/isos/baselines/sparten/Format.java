package dev.isos.baselines.sparten;

import dev.isos.support.layers.OperandPart;

/** How tensors are stored off chip, and what that costs in bytes for 8-bit values. */
public enum Format {
    /** A value and a coordinate for each non-zero. */
    PAIRS,
    /** A bit for each position and a value for each non-zero. */
    BITMASK;

    /** @param maskBytes bytes of the mask of the same positions */
    long bytes(long maskBytes, long nonZeros) {
        return this == PAIRS ? 2 * nonZeros : maskBytes + nonZeros;
    }

    /**
     * Off-chip bytes of channels {@code from .. to} of a fiber, as far as a part of an operand holds them: their non-zeros and, of a
     * bitmask, their share of the mask. Over all channels the shares add up to a bit per channel in whole bytes.
     *
     * @param marked marks of the channels whose non-zeros travel, word w at {@code at + w}; null: all
     */
    long bytes(OperandPart part, MaskedInput input, int fiber, int from, int to, long[] marked, int at) {
        int first = Math.max(from, part.firstChannel());
        int end = Math.min(to, part.endChannel());
        if (first >= end) {
            return 0;
        }
        int mask = maskBytes(end - part.firstChannel()) - maskBytes(first - part.firstChannel());
        return bytes(mask, input.nonZeros(fiber, first, end, marked, at));
    }

    private static int maskBytes(int channels) {
        return (channels + 7) / 8;
    }
}
