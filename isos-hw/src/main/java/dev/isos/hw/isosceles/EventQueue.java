package dev.isos.hw.isosceles;

import java.util.Arrays;

/** Events by cycle, those of one cycle by code: a binary heap without objects. */
final class EventQueue {
    private long[] cycles = new long[256];
    private long[] codes = new long[256];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Cycle of the first event. */
    long cycle() {
        return cycles[0];
    }

    /** Adds an event of a kind, about a lane or an item. */
    void add(long cycle, int kind, int about) {
        add(cycle, (long) kind << Integer.SIZE | about);
    }

    /** Kind of an event. */
    static int kind(long code) {
        return (int) (code >>> Integer.SIZE);
    }

    /** What an event is about. */
    static int about(long code) {
        return (int) code;
    }

    private void add(long cycle, long code) {
        if (size == codes.length) {
            cycles = Arrays.copyOf(cycles, 2 * size);
            codes = Arrays.copyOf(codes, 2 * size);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!before(cycle, code, parent)) {
                break;
            }
            cycles[i] = cycles[parent];
            codes[i] = codes[parent];
            i = parent;
        }
        cycles[i] = cycle;
        codes[i] = code;
    }

    /** Removes the first event and returns its code. */
    long remove() {
        long first = codes[0];
        size--;
        long cycle = cycles[size];
        long code = codes[size];
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(cycles[child + 1], codes[child + 1], child)) {
                child++;
            }
            if (before(cycle, code, child)) {
                break;
            }
            cycles[i] = cycles[child];
            codes[i] = codes[child];
            i = child;
        }
        cycles[i] = cycle;
        codes[i] = code;
        return first;
    }

    private boolean before(long cycle, long code, int other) {
        return cycle < cycles[other] || cycle == cycles[other] && code < codes[other];
    }
}
