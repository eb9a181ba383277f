package dev.isos.baselines.sparten;

/**
 * Time of the clusters of one layer. The units of a cluster share the broadcast chunks: unit u starts chunk j when it has
 * finished chunk j-1 and all units have finished chunk j-1-slack. Clusters know nothing of each other. Times are cycles
 * from the start of the layer.
 */
final class ClusterTimer {
    private final int units;
    private final int window;

    // when unit u of cluster c is free: ends[c * units + u]; how long it has worked: busy[...]
    private final int[] ends;
    private final int[] busy;

    // when all units have finished chunk j: allDone[c * window + j % window], for the last slack + 1 chunks
    private final int[] allDone;
    private final int[] chunks;

    ClusterTimer(int clusters, int units, int slackChunks) {
        this.units = units;
        this.window = slackChunks + 1;
        this.ends = new int[clusters * units];
        this.busy = new int[clusters * units];
        this.allDone = new int[clusters * window];
        this.chunks = new int[clusters];
    }

    /**
     * Broadcasts a chunk.
     *
     * @param ready first cycle in which its operands are on chip
     * @param cycles work of unit u at {@code from + u}
     * @return cycle in which all units have finished it
     */
    int broadcast(int cluster, int ready, int[] cycles, int from) {
        int at = cluster * window + chunks[cluster];
        int start = Math.max(ready, allDone[at]);
        int last = 0;
        int base = cluster * units;
        for (int u = 0; u < units; u++) {
            int end = Math.max(ends[base + u], start) + cycles[from + u];
            ends[base + u] = end;
            last = Math.max(last, end);
        }
        for (int u = 0; u < units; u++) {
            busy[base + u] += cycles[from + u];
        }
        allDone[at] = last;
        chunks[cluster] = chunks[cluster] + 1 == window ? 0 : chunks[cluster] + 1;
        return last;
    }

    /** Busy cycles of the unit that worked longest. */
    int busiest() {
        int most = 0;
        for (int b : busy) {
            most = Math.max(most, b);
        }
        return most;
    }

    /** Busy cycles of all units. */
    long totalBusy() {
        long sum = 0;
        for (int b : busy) {
            sum += b;
        }
        return sum;
    }
}
