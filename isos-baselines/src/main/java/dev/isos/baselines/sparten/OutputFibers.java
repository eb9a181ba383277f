package dev.isos.baselines.sparten;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.baselines.sparten.FilterGroups.Group;
import java.util.List;

/**
 * Off-chip bytes of the part of a compressed fiber along K that one filter group writes (or reads, of a residual operand):
 * its non-zeros and its share of the mask. The shares of all groups add up to the mask of the fiber, K bits in whole bytes.
 */
final class OutputFibers {
    private final int channels;
    private final List<Group> groups;
    private final long[] maskShares;

    OutputFibers(int channels, List<Group> groups) {
        this.channels = channels;
        this.groups = groups;
        this.maskShares = new long[groups.size()];
        long maskBytes = (channels + 7) / 8;
        long before = 0;
        for (int g = 0; g < maskShares.length; g++) {
            long after = before + groups.get(g).filters();
            maskShares[g] = maskBytes * after / channels - maskBytes * before / channels;
            before = after;
        }
    }

    /** Bytes of a group's part of the fiber at an output position q * P + p. */
    long bytes(ActivationTensor tensor, int group, int position) {
        byte[] values = tensor.values();
        int from = position * channels;
        long bytes = maskShares[group];
        for (int k : groups.get(group).slots()) {
            bytes += k >= 0 && values[from + k] != 0 ? 1 : 0;
        }
        return bytes;
    }
}
