package dev.isos.support.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteRateTest {
    @Test
    void decimalsAreTakenAsWritten() {
        assertEquals(new ByteRate(128, 1), ByteRate.of(128e9, 1e9));
        assertEquals(new ByteRate(128, 5), ByteRate.of(25.6e9, 1e9));
        assertEquals(new ByteRate(5690, 111), ByteRate.of(17.07e9, 333e6));
        // 1234567.25 B/s at 1000000.5 Hz: both times 4
        assertEquals(new ByteRate(4938269, 4000002), ByteRate.of(1234567.25, 1000000.5));
    }

    @Test
    void whatFitsNoFractionIsRoundedToFewerDecimals() {
        ByteRate rate = ByteRate.of(1e14, 1000000.0000000001);
        assertEquals(new ByteRate(100_000_000, 1), rate);
    }

    @Test
    void latenciesAreRoundedUpFromTheirDecimals() {
        assertEquals(100, ByteRate.cycles(100e-9, 1e9));
        assertEquals(34, ByteRate.cycles(100e-9, 333.1e6));
        assertEquals(0, ByteRate.cycles(0, 1e9));
    }

    @Test
    void wholeCyclesAndBytesAreThoseOfExactFractions() {
        SplittableRandom random = new SplittableRandom(20261126);
        for (int i = 0; i < 2000; i++) {
            ByteRate rate = new ByteRate(
                    1 + random.nextLong(1L << random.nextInt(50)), 1 + random.nextLong(1L << random.nextInt(50)));
            long amount = random.nextLong(1L << random.nextInt(63));
            assertEquals(
                    floor(amount, rate.denominator(), rate.numerator()), rate.wholeCycles(amount), rate.toString());
            assertEquals(floor(amount, rate.numerator(), rate.denominator()), rate.wholeBytes(amount), rate.toString());
        }
    }

    private static long floor(long a, long b, long by) {
        return BigInteger.valueOf(a)
                .multiply(BigInteger.valueOf(b))
                .divide(BigInteger.valueOf(by))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    @Test
    void largeTransfersAtOddRatesTakeExactlyTheirTime() {
        ByteRate rate = new ByteRate((1L << 49) + 1, (1L << 49) - 1);
        DramServer dram = new DramServer(rate, 0);
        long bytes = 50_000_017;
        long end = dram.read(0, bytes);
        assertTrue(end == rate.wholeCycles(bytes) || end == rate.wholeCycles(bytes) + 1);
        assertEquals(rate.wholeCycles(bytes), dram.freeFrom());
        assertEquals(bytes, dram.bytesMoved());
    }

    @Test
    void refusesRatesOfNothing() {
        assertEquals(new ByteRate(1, 1), ByteRate.of(1, 1));
        assertThrows(IllegalArgumentException.class, () -> ByteRate.of(0, 1e9));
        assertThrows(IllegalArgumentException.class, () -> ByteRate.of(1e9, 0));
        assertThrows(IllegalArgumentException.class, () -> new ByteRate(1L << 50, 1));
    }
}
