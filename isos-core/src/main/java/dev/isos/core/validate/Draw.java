package dev.isos.core.validate;

import java.util.List;

/** SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a seeded generator that gives the same numbers everywhere. */
final class Draw {
    private long state;

    Draw(long seed) {
        state = seed;
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform integer in low..high, both included. */
    int between(int low, int high) {
        return low + (int) Long.remainderUnsigned(next(), (long) high - low + 1);
    }

    /** Uniform number in 0..1, 1 excluded. */
    double fraction() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    boolean chance(double probability) {
        return fraction() < probability;
    }

    <T> T oneOf(List<T> values) {
        return values.get(between(0, values.size() - 1));
    }

    int oneOf(int... values) {
        return values[between(0, values.length - 1)];
    }
}
