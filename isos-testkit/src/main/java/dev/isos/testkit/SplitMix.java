package dev.isos.testkit;

/**
 * SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a seeded generator that gives the same numbers on every Java platform.
 */
public final class SplitMix {
    private long state;

    public SplitMix(long seed) {
        state = seed;
    }

    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform integer in low..high, both included. */
    public int between(int low, int high) {
        return low + (int) Long.remainderUnsigned(nextLong(), (long) high - low + 1);
    }

    /** Uniform number in 0..1, 1 excluded. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** One of the given values. */
    public double oneOf(double... values) {
        return values[between(0, values.length - 1)];
    }

    /** One of the given values. */
    public int oneOf(int... values) {
        return values[between(0, values.length - 1)];
    }
}
