package dev.isos.report.timeline;

import java.util.Arrays;

/** Sums of cycles by a key that is not negative: a hash table of primitive numbers. */
final class CycleCounts {
    private static final long EMPTY = -1;

    /** Takes the entries of a table. */
    interface Entries {
        void entry(long key, long cycles);
    }

    private long[] keys = new long[1 << 12];
    private long[] cycles = new long[1 << 12];
    private int size;

    CycleCounts() {
        Arrays.fill(keys, EMPTY);
    }

    void add(long key, long more) {
        int at = find(key);
        if (keys[at] == EMPTY) {
            if (2 * size >= keys.length) {
                grow();
                at = find(key);
            }
            keys[at] = key;
            size++;
        }
        cycles[at] += more;
    }

    private int find(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        int at = (int) (mixed >>> 32) & keys.length - 1;
        while (keys[at] != EMPTY && keys[at] != key) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldCycles = cycles;
        keys = new long[2 * oldKeys.length];
        cycles = new long[2 * oldKeys.length];
        Arrays.fill(keys, EMPTY);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                cycles[at] = oldCycles[i];
            }
        }
    }

    /** All entries, in no particular order. */
    void forEach(Entries to) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != EMPTY) {
                to.entry(keys[i], cycles[i]);
            }
        }
    }

    int size() {
        return size;
    }
}
