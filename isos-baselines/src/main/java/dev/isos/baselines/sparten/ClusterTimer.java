package dev.isos.baselines.sparten;

import java.util.Arrays;

/**
 * Time of the clusters of a layer. The units of a cluster share the broadcast chunks: unit u starts chunk j when it has
 * finished chunk j-1 and all units have finished chunk j-1-slack. Clusters know nothing of each other. Times are cycles
 * from the start of the layer.
 */
final class ClusterTimer {
    private final int window;

    // when unit u of cluster c is free: ends[c][u]; how long it has worked: busy[c][u]
    private final int[][] ends;
    private final int[][] busy;

    // when all units have finished chunk j: allDone[c * window + j % window], for the last slack + 1 chunks
    private final int[] allDone;
    private final int[] chunks;

    ClusterTimer(int clusters, int units, int slackChunks) {
        this.window = slackChunks + 1;
        this.ends = new int[clusters][units];
        this.busy = new int[clusters][units];
        this.allDone = new int[clusters * window];
        this.chunks = new int[clusters];
    }

    /** Another layer starts. */
    void clear() {
        for (int cluster = 0; cluster < chunks.length; cluster++) {
            Arrays.fill(ends[cluster], 0);
            Arrays.fill(busy[cluster], 0);
        }
        Arrays.fill(allDone, 0);
        Arrays.fill(chunks, 0);
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
        int last = work(ends[cluster], busy[cluster], start, cycles, from);
        allDone[at] = last;
        chunks[cluster] = chunks[cluster] + 1 == window ? 0 : chunks[cluster] + 1;
        return last;
    }

    /** Gives when the last unit ends. */
    private static int work(int[] ends, int[] busy, int start, int[] cycles, int from) {
        int last = 0;
        for (int u = 0; u < ends.length; u++) {
            int steps = cycles[from + u];
            int end = Math.max(ends[u], start) + steps;
            ends[u] = end;
            busy[u] += steps;
            last = Math.max(last, end);
        }
        return last;
    }

    /** Busy cycles of the unit that worked longest. */
    int busiest() {
        int most = 0;
        for (int[] ofCluster : busy) {
            for (int cycles : ofCluster) {
                most = Math.max(most, cycles);
            }
        }
        return most;
    }

    /** Busy cycles of all units. */
    long totalBusy() {
        long sum = 0;
        for (int[] ofCluster : busy) {
            for (int cycles : ofCluster) {
                sum += cycles;
            }
        }
        return sum;
    }
}
