package dev.isos.hw.isosceles;

import java.util.Arrays;

/** Items by rank, those of equal rank by number: a binary heap without objects. */
final class TaskQueue {
    private long[] ranks = new long[16];
    private int[] items = new int[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The first item. */
    int first() {
        return items[0];
    }

    void add(long rank, int item) {
        if (size == items.length) {
            ranks = Arrays.copyOf(ranks, 2 * size);
            items = Arrays.copyOf(items, 2 * size);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!before(rank, item, parent)) {
                break;
            }
            ranks[i] = ranks[parent];
            items[i] = items[parent];
            i = parent;
        }
        ranks[i] = rank;
        items[i] = item;
    }

    /** Removes and returns the first item. */
    int remove() {
        int removed = items[0];
        size--;
        long rank = ranks[size];
        int item = items[size];
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(ranks[child + 1], items[child + 1], child)) {
                child++;
            }
            if (before(rank, item, child)) {
                break;
            }
            ranks[i] = ranks[child];
            items[i] = items[child];
            i = child;
        }
        ranks[i] = rank;
        items[i] = item;
        return removed;
    }

    private boolean before(long rank, int item, int other) {
        return rank < ranks[other] || rank == ranks[other] && item < items[other];
    }
}
