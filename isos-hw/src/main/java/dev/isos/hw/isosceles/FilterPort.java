package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * The read port of the filter buffer: one shared server of a constant number of bytes per cycle that multicasts. Items of one
 * wavefront (layer and step) that start within a window of cycles form a group; what one of them fetches, the others get as
 * well, so that the group fetches each fiber once. Which fibers two items have in common is not known, only how many bytes all
 * items of the wavefront together ask for: of an item's bytes, as large a part is fetched as of the wavefront's is missing; or,
 * where K is split over lanes so that items of a row share nothing, all of them while bytes are missing. An item that starts after the window of its wavefront's last group opens the next group.
 */
final class FilterPort {
    private static final long NONE = -1;

    private final long bytesPerCycle;
    private final long windowCycles;

    /** Time at which the port is free, in cycles * bytesPerCycle. */
    private long freeTicks;

    private long bytesRead;
    private long begun;
    private long servedFrom;
    private long servedTo;
    private long servedBytes;
    private long[] groupStart = new long[0];
    private long[] groupBegun = new long[0];
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
            groupBegun = new long[wavefronts];
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
     * @param bankCycles cycles in which the bank that holds most of what the item asks for could read it
     * @param shares whether the items of the wavefront want any of its bytes with equal probability, not a part of K each
     * @return cycle at whose start its filters have all been delivered
     */
    long fetch(long now, int wavefront, long wavefrontBytes, long itemBytes, long bankCycles, boolean shares) {
        begun = now;
        servedBytes = 0;
        if (itemBytes == 0) {
            return now;
        }
        long start = Math.max(freeTicks, now * bytesPerCycle);
        if (!multicasts(now, wavefront)) {
            groupStart[wavefront] = now;
            groupBegun[wavefront] = start / bytesPerCycle;
            groupBytes[wavefront] = 0;
            groupDelivered[wavefront] = now;
        }
        begun = Math.max(now, groupBegun[wavefront]);
        long missing = Math.max(0, wavefrontBytes - groupBytes[wavefront]);
        long share = shares ? (itemBytes * missing + wavefrontBytes - 1) / wavefrontBytes : itemBytes;
        long bytes = Math.min(missing, share);
        if (bytes > 0) {
            groupBytes[wavefront] += bytes;
            begun = start / bytesPerCycle;
            // the busiest bank is through later than the others; these go on with what is asked for next
            long evenly = (itemBytes + bytesPerCycle - 1) / bytesPerCycle;
            long late = Math.max(0, bankCycles - evenly) * bytes / itemBytes;
            groupDelivered[wavefront] = Math.max(groupDelivered[wavefront], serve(start, bytes) + late);
        }
        return Math.max(now, groupDelivered[wavefront]);
    }

    /** Cycle in which the first of the filters that were last fetched came: nothing is dispatched before. */
    long begun() {
        return begun;
    }

    private long serve(long start, long bytes) {
        bytesRead += bytes;
        freeTicks = start + bytes;
        long end = (freeTicks + bytesPerCycle - 1) / bytesPerCycle;
        servedFrom = Math.max(servedTo, start / bytesPerCycle);
        servedTo = end;
        servedBytes = bytes;
        return end;
    }

    /** Bytes that the last fetch read from the banks, and did not get by multicast. */
    long servedBytes() {
        return servedBytes;
    }

    /** Cycle in which their reading began; one in which several fetches read belongs to the first. */
    long servedFrom() {
        return servedFrom;
    }

    /** Cycle after the one in which their reading ends. */
    long servedTo() {
        return servedTo;
    }

    /** Bytes read from the banks; what is multicast counts once. */
    long bytesRead() {
        return bytesRead;
    }
}
