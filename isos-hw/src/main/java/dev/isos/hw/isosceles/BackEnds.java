package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * The back ends of all lanes. The mergers and post-op units of a lane work on one item at a time, in the order in which items
 * become ready: {@code max(merges / mergers, outputs / postOpUnits)} cycles, each rounded up.
 */
final class BackEnds {
    private static final int NONE = -1;

    private final int lanes;
    private SegmentItems items;
    private final int[] head;
    private final int[] tail;
    private final long[] laneBusy;
    private long[] busyOfDepth = new long[0];

    BackEnds(IsoscelesModel model) {
        lanes = model.lanes;
        head = new int[lanes];
        tail = new int[lanes];
        laneBusy = new long[lanes];
    }

    void begin(SegmentItems segment) {
        items = segment;
        Arrays.fill(head, NONE);
        Arrays.fill(laneBusy, 0);
        busyOfDepth = new long[lanes * segment.depths()];
    }

    /** Adds an item that has work; returns whether its lane was idle, so that the item starts now. */
    boolean add(int item) {
        int lane = items.lane[item];
        items.next[item] = NONE;
        boolean idle = head[lane] == NONE;
        if (idle) {
            head[lane] = item;
            account(item);
        } else {
            items.next[tail[lane]] = item;
        }
        tail[lane] = item;
        return idle;
    }

    /** The item at work in a lane has ended; returns the next one, which starts now, or -1. */
    int next(int lane) {
        head[lane] = items.next[head[lane]];
        if (head[lane] != NONE) {
            account(head[lane]);
        }
        return head[lane];
    }

    /** The item at work in a lane. */
    int running(int lane) {
        return head[lane];
    }

    private void account(int item) {
        laneBusy[items.lane[item]] += items.work[item];
        busyOfDepth[items.lane[item] * items.depths() + items.depth[item]] += items.work[item];
    }

    /** Busy cycles of the busiest lane. */
    long busiest() {
        return Arrays.stream(laneBusy).max().orElse(0);
    }

    /** Cycles for which the busiest lane worked for the layer at a depth. */
    long busiest(int depth) {
        long longest = 0;
        for (int lane = 0; lane < lanes; lane++) {
            longest = Math.max(longest, busyOfDepth[lane * items.depths() + depth]);
        }
        return longest;
    }
}
