package dev.isos.baselines.sparten;

/**
 * How clusters share the output positions of a layer, which are numbered q * P + p: disjoint contiguous blocks, as even as possible.
 * Where they do not divide evenly, the larger blocks move on to other clusters with each filter group, so that no cluster has them
 * always.
 */
final class PositionBlocks {
    private final int clusters;
    private final int smallBlock;
    private final int largeBlocks;

    PositionBlocks(int positions, int clusters) {
        this.clusters = clusters;
        this.smallBlock = positions / clusters;
        this.largeBlocks = positions % clusters;
    }

    /** Positions of the largest block. */
    int slots() {
        return smallBlock + (largeBlocks > 0 ? 1 : 0);
    }

    /** Positions that a cluster works on in a group. */
    int size(int group, int cluster) {
        return smallBlock + (block(group, cluster) < largeBlocks ? 1 : 0);
    }

    /** The n-th position that a cluster works on in a group, or -1. */
    int position(int group, int cluster, int n) {
        int block = block(group, cluster);
        int size = smallBlock + (block < largeBlocks ? 1 : 0);
        return n < size ? block * smallBlock + Math.min(block, largeBlocks) + n : -1;
    }

    private int block(int group, int cluster) {
        return Math.floorMod(cluster - (long) group * largeBlocks, clusters);
    }
}
