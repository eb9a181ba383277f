package dev.isos.baselines.sparten;

import dev.isos.baselines.sparten.FilterGroups.Group;
import dev.isos.support.layers.OperandPart;
import java.util.List;

/**
 * Off-chip bytes of the part of a compressed fiber along K that one filter group writes (or reads, of a residual operand):
 * its non-zeros and, of a bitmask, its share of the mask. The shares of all groups add up to the mask of the fiber, a bit per channel in
 * whole bytes.
 */
final class OutputFibers {
    private final Format format;
    private final long[][] members; // marks of each group's channels, by mask word
    private final int[] firstWord;
    private final long[] maskShares;

    /**
     * @param channels K
     * @param part the channels of the fiber that lie in the tensor in question
     */
    OutputFibers(Format format, int channels, List<Group> groups, OperandPart part) {
        this.format = format;
        this.members = new long[groups.size()][];
        this.firstWord = new int[groups.size()];
        this.maskShares = new long[groups.size()];
        long partChannels = part.endChannel() - part.firstChannel();
        long maskBytes = (partChannels + 7) / 8;
        long before = 0;
        for (int g = 0; g < maskShares.length; g++) {
            int first = Integer.MAX_VALUE;
            int last = -1;
            for (int k : groups.get(g).slots()) {
                if (holds(part, k)) {
                    first = Math.min(first, k);
                    last = Math.max(last, k);
                }
            }
            firstWord[g] = last < 0 ? 0 : first / Long.SIZE;
            members[g] = new long[last < 0 ? 0 : last / Long.SIZE - firstWord[g] + 1];
            long after = before;
            for (int k : groups.get(g).slots()) {
                if (holds(part, k)) {
                    members[g][k / Long.SIZE - firstWord[g]] |= 1L << k;
                    after++;
                }
            }
            maskShares[g] = maskBytes * after / partChannels - maskBytes * before / partChannels;
            before = after;
        }
    }

    private static boolean holds(OperandPart part, int k) {
        return k >= part.firstChannel() && k < part.endChannel();
    }

    /** Bytes of a group's part of the fiber at an output position q * P + p. */
    long bytes(MaskedInput fibers, int group, int position) {
        long[] marks = members[group];
        int from = position * fibers.words() + firstWord[group];
        int nonZeros = 0;
        for (int word = 0; word < marks.length; word++) {
            nonZeros += Long.bitCount(fibers.masks()[from + word] & marks[word]);
        }
        return format.bytes(maskShares[group], nonZeros);
    }
}
