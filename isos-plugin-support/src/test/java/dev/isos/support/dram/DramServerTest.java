package dev.isos.support.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DramServerTest {
    private static DramServer server(double bytesPerSecond, double clockHz, long latencyCycles) {
        return new DramServer(ByteRate.of(bytesPerSecond, clockHz), latencyCycles);
    }

    @Test
    void aReadArrivesAfterItsTransferAndTheLatency() {
        DramServer dram = server(128e9, 1e9, 100);
        assertEquals(100, dram.latencyCycles());
        assertEquals(7 + 2 + 100, dram.read(7, 256));
        assertEquals(9, dram.idleFrom());
    }

    @Test
    void aWriteEndsWithItsLastByte() {
        DramServer dram = server(128e9, 1e9, 100);
        assertEquals(2, dram.write(0, 129));
        assertEquals(2, dram.idleFrom());
        assertEquals(1, dram.freeFrom());
    }

    @Test
    void requestsShareACycleButNotABytesTurn() {
        DramServer dram = server(128e9, 1e9, 0);
        assertEquals(1, dram.read(0, 64));
        assertEquals(1, dram.write(0, 64));
        assertEquals(2, dram.read(0, 1));
    }

    @Test
    void aRequestOfTheCycleBeforeTheEndQueuesAndOneAtTheEndDoesNot() {
        DramServer early = server(1e9, 1e9, 0);
        early.read(0, 10);
        assertEquals(15, early.read(9, 5));
        DramServer onTime = server(1e9, 1e9, 0);
        onTime.read(0, 10);
        assertEquals(15, onTime.read(10, 5));
        assertEquals(21, onTime.read(16, 5), "idle time is lost");
        assertEquals(20, onTime.busyCycles());
    }

    @Test
    void nothingTakesNoTime() {
        DramServer dram = server(1e9, 1e9, 50);
        dram.read(0, 10);
        assertEquals(3, dram.read(3, 0));
        assertEquals(3, dram.write(3, 0));
        assertEquals(10, dram.bytesMoved());
    }

    @Test
    void busyCyclesAreCountedUpToACycle() {
        DramServer dram = server(1e9, 1e9, 0);
        dram.write(5, 10);
        assertEquals(10, dram.busyCycles());
        assertEquals(10, dram.busyCyclesBefore(15));
        assertEquals(3, dram.busyCyclesBefore(8));
        assertEquals(0, dram.busyCyclesBefore(5));
    }

    @Test
    void timeDoesNotDrift() {
        long seed = 20230225;
        SplittableRandom random = new SplittableRandom(seed);
        for (int n = 0; n < 40; n++) {
            // small fractions often end on whole cycles, large ones nearly do
            ByteRate rate = new ByteRate(random.nextLong(1, 1L << n / 2 + 2), random.nextLong(1, 1L << n / 2 + 2));
            DramServer dram = new DramServer(rate, 0);
            BigInteger up = BigInteger.valueOf(rate.numerator());
            long bytes = 0;
            for (int i = 0; i < 3000; i++) {
                long burst = random.nextLong(1, i % 2 == 0 ? 5 : 5000);
                bytes += burst;
                BigInteger[] exact = BigInteger.valueOf(bytes)
                        .multiply(BigInteger.valueOf(rate.denominator()))
                        .divideAndRemainder(up);
                long expected = exact[0].longValueExact() + exact[1].signum();
                String what = "seed " + seed + ", " + rate + ", transfer " + i;
                assertEquals(expected, dram.read(0, burst), what);
                assertEquals(expected, dram.busyCycles(), what);
                assertEquals(bytes, dram.bytesMoved(), what);
            }
        }
    }

    @Test
    void impossibleArgumentsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> server(0, 1e9, 0));
        assertThrows(IllegalArgumentException.class, () -> server(1e9, 1e9, -1));
        assertThrows(IllegalArgumentException.class, () -> server(1e9, 1e9, 0).read(0, -1));
    }
}
