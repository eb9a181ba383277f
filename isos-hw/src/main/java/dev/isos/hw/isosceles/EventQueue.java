package dev.isos.hw.isosceles;

import java.util.Arrays;

/** Events by cycle, those of one cycle by code: a binary heap without objects. */
final class EventQueue {
    private long[] cycles = new long[256];
    private int[] codes = new int[256];
    private int size;

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Cycle of the first event. */
    long cycle() {
        return cycles[0];
    }

    void add(long cycle, int code) {
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
    int remove() {
        int first = codes[0];
        size--;
        long cycle = cycles[size];
        int code = codes[size];
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

    private boolean before(long cycle, int code, int other) {
        return cycle < cycles[other] || cycle == cycles[other] && code < codes[other];
    }
}
