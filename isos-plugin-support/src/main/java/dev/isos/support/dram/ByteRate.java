package dev.isos.support.dram;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Bytes per cycle as an exact fraction in lowest terms.
 *
 * @param numerator positive, below 2^{@value #MOST_BITS}
 * @param denominator positive, below 2^{@value #MOST_BITS}
 */
public record ByteRate(long numerator, long denominator) {
    /** Leaves room for the ticks of some thousand bytes at once in a long. */
    static final int MOST_BITS = 50;

    /**
     * Checks the range; reduces nothing.
     *
     * @param numerator 1 or more
     * @param denominator 1 or more
     * @throws IllegalArgumentException when one is out of range
     */
    public ByteRate {
        if (numerator < 1 || denominator < 1 || numerator >> MOST_BITS != 0 || denominator >> MOST_BITS != 0) {
            throw new IllegalArgumentException("a rate of " + numerator + "/" + denominator + " bytes per cycle");
        }
    }

    /**
     * The rate of a memory. Both values are taken as the decimals that they are written as; of numbers that fit no fraction of
     * {@value #MOST_BITS} bits the last decimals are rounded away, never more than those behind the point.
     *
     * @param bytesPerSecond bandwidth, at least 1
     * @param clockHz clock in which cycles are counted, at least 1
     * @return bytes per cycle, in lowest terms
     * @throws IllegalArgumentException when a value is below 1 or not a number, or the fraction does not fit
     */
    public static ByteRate of(double bytesPerSecond, double clockHz) {
        if (!(bytesPerSecond >= 1 && clockHz >= 1)) {
            throw new IllegalArgumentException(
                    "bandwidth and clock must be positive: " + bytesPerSecond + " B/s, " + clockHz + " Hz");
        }
        BigDecimal bytes = BigDecimal.valueOf(bytesPerSecond);
        BigDecimal clock = BigDecimal.valueOf(clockHz);
        for (int scale = Math.max(0, Math.max(bytes.scale(), clock.scale())); scale >= 0; scale--) {
            BigInteger up = bytes.movePointRight(scale)
                    .setScale(0, RoundingMode.HALF_EVEN)
                    .toBigInteger();
            BigInteger down = clock.movePointRight(scale)
                    .setScale(0, RoundingMode.HALF_EVEN)
                    .toBigInteger();
            BigInteger divisor = up.gcd(down);
            up = up.divide(divisor);
            down = down.divide(divisor);
            if (Math.max(up.bitLength(), down.bitLength()) <= MOST_BITS) {
                return new ByteRate(up.longValue(), down.longValue());
            }
        }
        throw new IllegalArgumentException(bytesPerSecond + " B/s at " + clockHz + " Hz are out of range");
    }

    /**
     * Cycles of a time, rounded up.
     *
     * @param seconds not negative
     * @param clockHz clock in which cycles are counted, positive
     * @return whole cycles
     * @throws ArithmeticException when they do not fit a long
     */
    public static long cycles(double seconds, double clockHz) {
        return BigDecimal.valueOf(seconds)
                .multiply(BigDecimal.valueOf(clockHz))
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }

    /**
     * Whole cycles that so many bytes fill at least: {@code floor(bytes / rate)}.
     *
     * @param bytes 0 or more
     * @return cycles, at most the largest long
     */
    public long wholeCycles(long bytes) {
        return floorOfProduct(bytes, denominator, numerator);
    }

    /**
     * Whole bytes that fit so many cycles: {@code floor(cycles * rate)}.
     *
     * @param cycles 0 or more
     * @return bytes, at most the largest long
     */
    public long wholeBytes(long cycles) {
        return floorOfProduct(cycles, numerator, denominator);
    }

    /** {@code floor(a * b / by)}, at most the largest long. */
    private static long floorOfProduct(long a, long b, long by) {
        if (Math.multiplyHigh(a, b) == 0 && a * b >= 0) {
            return a * b / by;
        }
        return BigInteger.valueOf(a)
                .multiply(BigInteger.valueOf(b))
                .divide(BigInteger.valueOf(by))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }
}
