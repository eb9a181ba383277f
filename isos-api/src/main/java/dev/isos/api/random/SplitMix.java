package dev.isos.api.random;

import java.util.List;

/**
 * SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a seeded generator that gives the same numbers on every Java platform, for
 * whatever is drawn: weights, networks, cases of tests. For one thread at a time.
 */
public final class SplitMix {
    private long state;

    /**
     * Begins with a seed; every seed gives a stream of its own.
     *
     * @param seed any number
     */
    public SplitMix(long seed) {
        state = seed;
    }

    /** {@return the next 64 uniform bits} */
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /**
     * The function that makes 64 bits of each state; a seed that is not random enough may be sent through it first.
     *
     * @param state any number
     * @return 64 bits, different ones for different states
     */
    public static long mix(long state) {
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * Uniform integer in low..high, both included.
     *
     * @param low smallest
     * @param high largest, not below {@code low}
     * @return from {@code low} to {@code high}
     */
    public int between(int low, int high) {
        return low + (int) Long.remainderUnsigned(nextLong(), (long) high - low + 1);
    }

    /** {@return uniform number in 0..1, 1 excluded; a multiple of 2^-53} */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /**
     * True with a probability of 0..1.
     *
     * @param probability 0 for never, 1 for always
     * @return whether it happens this time; draws one number
     */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /**
     * One of the given values.
     *
     * @param values at least one
     * @return one of them, each with the same probability
     * @throws ArithmeticException when there is none
     */
    public double oneOf(double... values) {
        return values[between(0, values.length - 1)];
    }

    /**
     * One of the given values.
     *
     * @param values at least one
     * @return one of them, each with the same probability
     * @throws ArithmeticException when there is none
     */
    public int oneOf(int... values) {
        return values[between(0, values.length - 1)];
    }

    /**
     * One of the given values.
     *
     * @param <T> what is drawn
     * @param values at least one
     * @return one of them, each with the same probability
     * @throws ArithmeticException when there is none
     */
    public <T> T oneOf(List<T> values) {
        return values.get(between(0, values.size() - 1));
    }
}
