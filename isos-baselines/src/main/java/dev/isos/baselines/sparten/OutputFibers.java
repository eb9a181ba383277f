package dev.isos.baselines.sparten;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.baselines.sparten.FilterGroups.Group;
import dev.isos.support.layers.OperandPart;
import java.util.Arrays;
import java.util.List;

/**
 * Off-chip bytes of the part of a compressed fiber along K that one filter group writes (or reads, of a residual operand):
 * its non-zeros and, of a bitmask, its share of the mask. The shares of all groups add up to the mask of the fiber, a bit per channel in
 * whole bytes.
 */
final class OutputFibers {
    private final Format format;
    private final int channels;
    private final int[][] members;
    private final long[] maskShares;

    /**
     * @param channels K
     * @param part the channels of the fiber that lie in the tensor in question
     */
    OutputFibers(Format format, int channels, List<Group> groups, OperandPart part) {
        this.format = format;
        this.channels = channels;
        this.members = new int[groups.size()][];
        this.maskShares = new long[groups.size()];
        long partChannels = part.endChannel() - part.firstChannel();
        long maskBytes = (partChannels + 7) / 8;
        long before = 0;
        for (int g = 0; g < maskShares.length; g++) {
            members[g] = Arrays.stream(groups.get(g).slots())
                    .filter(k -> k >= part.firstChannel() && k < part.endChannel())
                    .toArray();
            long after = before + members[g].length;
            maskShares[g] = maskBytes * after / partChannels - maskBytes * before / partChannels;
            before = after;
        }
    }

    /** Bytes of a group's part of the fiber at an output position q * P + p. */
    long bytes(ActivationTensor tensor, int group, int position) {
        byte[] values = tensor.values();
        int from = position * channels;
        int nonZeros = 0;
        for (int k : members[group]) {
            nonZeros += values[from + k] != 0 ? 1 : 0;
        }
        return format.bytes(maskShares[group], nonZeros);
    }
}
