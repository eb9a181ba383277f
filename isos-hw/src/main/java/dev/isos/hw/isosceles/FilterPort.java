package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * The read port of the filter buffer: one shared server of a constant number of bytes per cycle that multicasts. Items of one
 * wavefront (layer and step) that start within a window of cycles form a group; what one of them fetches, the others get as
 * well, so that the group fetches each fiber once. Which fibers two items have in common is not known, only that all items
 * of the wavefront together ask for no more than its distinct bytes: a group fetches the sum of its members' bytes, up to that
 * many. An item that starts after the window of its wavefront's last group opens the next group.
 */
final class FilterPort {
    private static final long NONE = -1;

    private final long bytesPerCycle;
    private final long windowCycles;

    /** Time at which the port is free, in cycles * bytesPerCycle. */
    private long freeTicks;

    private long bytesRead;
    private long[] groupStart = new long[0];
    private long[] groupDelivered = new long[0];
    private long[] groupBytes = new long[0];

    FilterPort(long bytesPerCycle, long windowCycles) {
        this.bytesPerCycle = bytesPerCycle;
        this.windowCycles = windowCycles;
    }

    /** Forgets all groups and expects those of so many wavefronts. */
    void reset(int wavefronts) {
        if (groupStart.length < wavefronts) {
            groupStart = new long[wavefronts];
            groupDelivered = new long[wavefronts];
            groupBytes = new long[wavefronts];
        }
        Arrays.fill(groupStart, 0, wavefronts, NONE);
    }

    /** Whether an item of the wavefront that starts now would join a group. */
    boolean multicasts(long now, int wavefront) {
        return groupStart[wavefront] != NONE && now <= groupStart[wavefront] + windowCycles;
    }

    /**
     * An item of a wavefront starts.
     *
     * @param wavefrontBytes distinct bytes that all items of the wavefront ask for
     * @return cycle at whose start its filters have all been delivered
     */
    long fetch(long now, int wavefront, long wavefrontBytes, long itemBytes) {
        if (itemBytes == 0) {
            return now;
        }
        long start = Math.max(freeTicks, now * bytesPerCycle);
        if (!multicasts(now, wavefront)) {
            groupStart[wavefront] = start / bytesPerCycle;
            groupBytes[wavefront] = 0;
            groupDelivered[wavefront] = now;
        }
        long bytes = Math.min(itemBytes, wavefrontBytes - groupBytes[wavefront]);
        if (bytes > 0) {
            groupBytes[wavefront] += bytes;
            groupDelivered[wavefront] = serve(start, bytes);
        }
        return Math.max(now, groupDelivered[wavefront]);
    }

    private long serve(long start, long bytes) {
        bytesRead += bytes;
        freeTicks = start + bytes;
        return (freeTicks + bytesPerCycle - 1) / bytesPerCycle;
    }

    /** Bytes read from the banks; what is multicast counts once. */
    long bytesRead() {
        return bytesRead;
    }
}
