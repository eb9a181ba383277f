package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * The read port of the filter buffer: one shared server of a constant number of bytes per cycle. The first item of a
 * wavefront (layer and step) that starts fetches the distinct bytes of the whole wavefront, and they are multicast; items
 * that start up to a window after the fetch itself began share it, later ones fetch their own bytes again.
 */
final class FilterPort {
    private static final long NONE = -1;

    private final long bytesPerCycle;
    private final long windowCycles;

    /** Time at which the port is free, in cycles * bytesPerCycle. */
    private long freeTicks;

    private long bytesRead;
    private long[] fetchStart = new long[0];
    private long[] fetchDelivered = new long[0];

    FilterPort(long bytesPerCycle, long windowCycles) {
        this.bytesPerCycle = bytesPerCycle;
        this.windowCycles = windowCycles;
    }

    /** Forgets all fetches and expects those of so many wavefronts. */
    void reset(int wavefronts) {
        if (fetchStart.length < wavefronts) {
            fetchStart = new long[wavefronts];
            fetchDelivered = new long[wavefronts];
        }
        Arrays.fill(fetchStart, 0, wavefronts, NONE);
    }

    /**
     * An item of a wavefront starts.
     *
     * @return cycle at whose start its filters have all been delivered
     */
    long fetch(long now, int wavefront, long wavefrontBytes, long itemBytes) {
        if (itemBytes == 0) {
            return now;
        }
        if (fetchStart[wavefront] == NONE) {
            long start = Math.max(freeTicks, now * bytesPerCycle);
            fetchStart[wavefront] = start / bytesPerCycle;
            fetchDelivered[wavefront] = serve(start, wavefrontBytes);
            return fetchDelivered[wavefront];
        }
        if (now <= fetchStart[wavefront] + windowCycles) {
            return fetchDelivered[wavefront];
        }
        return serve(Math.max(freeTicks, now * bytesPerCycle), itemBytes);
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
