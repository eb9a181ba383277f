package dev.isos.report.trace;

import java.util.Arrays;

/** Bytes moved over time, in bins that become twice as long whenever there are too many. Their sum is exact. */
public final class BinnedBytes {
    private final long[] bins;
    private int doublings;
    private long end;

    /** @param mostBins at least 1 */
    public BinnedBytes(int mostBins) {
        bins = new long[mostBins];
    }

    /**
     * Divides bytes evenly among cycles.
     *
     * @param startCycle first cycle
     * @param endCycle cycle after the last; not before the first, and in the same cycle of bytes that share it
     */
    public void move(long startCycle, long endCycle, long bytes) {
        move(startCycle, endCycle, bytes, 0, Long.MAX_VALUE);
    }

    /** The same of a part of the run, whose cycles count from its start; what is outside of it is left out. */
    public void move(long startCycle, long endCycle, long bytes, long fromCycle, long toCycle) {
        long length = Math.max(1, endCycle - startCycle);
        long from = Math.max(startCycle, fromCycle);
        long to = Math.min(startCycle + length, toCycle);
        if (to <= from) {
            return;
        }
        end = Math.max(end, to - fromCycle);
        while (end > (long) bins.length << doublings) {
            coarsenTo(doublings + 1);
        }
        long before = share(bytes, from - startCycle, length);
        for (long bin = from - fromCycle >> doublings; bin << doublings < to - fromCycle; bin++) {
            long until = share(bytes, Math.min(to, (bin + 1 << doublings) + fromCycle) - startCycle, length);
            bins[(int) bin] += until - before;
            before = until;
        }
    }

    private static long share(long bytes, long cycles, long ofCycles) {
        return cycles == ofCycles ? bytes : (long) (bytes / (double) ofCycles * cycles);
    }

    /** Makes bins of {@code 2^wanted} cycles, if they are shorter. */
    public void coarsenTo(int wanted) {
        int shift = wanted - doublings;
        if (shift > 0) {
            for (int i = 0; i < bins.length; i++) {
                long value = bins[i];
                bins[i] = 0;
                bins[i >> Math.min(shift, Integer.SIZE - 1)] += value;
            }
            doublings = wanted;
        }
    }

    /** Cycles of a bin. */
    public long binCycles() {
        return 1L << doublings;
    }

    /** Bytes of each bin, up to the last cycle in which any moved. */
    public long[] bytes() {
        return Arrays.copyOf(bins, (int) (end + binCycles() - 1 >> doublings));
    }
}
