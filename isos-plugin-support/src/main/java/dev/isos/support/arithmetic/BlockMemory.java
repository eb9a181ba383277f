package dev.isos.support.arithmetic;

import dev.isos.api.dataflow.ExecutionContext;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory in which {@link BlockedConvolution} computes, kept from layer to layer: as many rows for each thread as its widest layer
 * takes. Safe for use by many threads.
 */
public final class BlockMemory {
    private final Queue<Rows> idle = new ConcurrentLinkedQueue<>();

    /**
     * The memory that all runs on a workload use.
     *
     * @param context of one of them
     * @return the same for each
     */
    public static BlockMemory of(ExecutionContext context) {
        return context.shared(BlockMemory.class, BlockMemory.class, BlockMemory::new);
    }

    /** Memory that no other thread has, until it is given back. */
    Rows take() {
        Rows known = idle.poll();
        return known == null ? new Rows() : known;
    }

    void giveBack(Rows rows) {
        idle.add(rows);
    }

    /** Rows of {@link BlockedConvolution#BLOCK} numbers. */
    static final class Rows {
        private int[][] rows = new int[0][];

        /** At least so many rows, which hold anything. */
        int[][] atLeast(int count) {
            int known = rows.length;
            if (count > known) {
                rows = Arrays.copyOf(rows, count);
                for (int i = known; i < count; i++) {
                    rows[i] = new int[BlockedConvolution.BLOCK];
                }
            }
            return rows;
        }
    }
}
