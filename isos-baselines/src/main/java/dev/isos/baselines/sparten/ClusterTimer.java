package dev.isos.baselines.sparten;

/**
 * Time of the clusters of one layer. The units of a cluster share the broadcast chunks: unit u starts chunk j when it has
 * finished chunk j-1 and all units have finished chunk j-1-slack. Clusters know nothing of each other. Times are cycles
 * from the start of the layer.
 */
final class ClusterTimer {
    private final int units;
    private final int window;

    // when unit u of cluster c is free: ends[c][u]; how long it has worked: busy[c][u]
    private final int[][] ends;
    private final int[][] busy;

    /** Work of each unit for the chunk at hand. */
    private final int[] steps;

    /** Space for half of the units. */
    private final int[] later;

    // when all units have finished chunk j: allDone[c * window + j % window], for the last slack + 1 chunks
    private final int[] allDone;
    private final int[] chunks;

    ClusterTimer(int clusters, int units, int slackChunks) {
        this.units = units;
        this.window = slackChunks + 1;
        this.ends = new int[clusters][units];
        this.busy = new int[clusters][units];
        this.steps = new int[units];
        this.later = new int[units / 2];
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
        System.arraycopy(cycles, from, steps, 0, units);
        work(ends[cluster], busy[cluster], steps, start);
        int last = latest(ends[cluster], later);
        allDone[at] = last;
        chunks[cluster] = chunks[cluster] + 1 == window ? 0 : chunks[cluster] + 1;
        return last;
    }

    /** No offsets, so that the compiler makes vector code of it. */
    private static void work(int[] ends, int[] busy, int[] steps, int start) {
        for (int u = 0; u < ends.length; u++) {
            ends[u] = Math.max(ends[u], start) + steps[u];
            busy[u] += steps[u];
        }
    }

    /** Halves are compared first, so that the compiler makes vector code of most of it. */
    private static int latest(int[] ends, int[] later) {
        int half = later.length;
        for (int u = 0; u < half; u++) {
            later[u] = Math.max(ends[u], ends[u + half]);
        }
        int last = ends[ends.length - 1];
        for (int u = 0; u < half; u++) {
            last = Math.max(last, later[u]);
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
