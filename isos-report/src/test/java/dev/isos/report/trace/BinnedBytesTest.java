package dev.isos.report.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class BinnedBytesTest {
    @Test
    void bytesAreDividedEvenly() {
        BinnedBytes bytes = new BinnedBytes(8);
        bytes.move(1, 5, 100);
        bytes.move(5, 5, 7); // in a cycle that they share
        assertArrayEquals(new long[] {0, 25, 25, 25, 25, 7}, bytes.bytes());
        bytes.move(8, 10, 3);
        assertEquals(2, bytes.binCycles());
        assertArrayEquals(new long[] {25, 50, 32, 0, 3}, bytes.bytes());
    }

    @Test
    void aPartCountsFromItsStart() {
        BinnedBytes bytes = new BinnedBytes(8);
        bytes.move(98, 104, 60, 100, 106);
        bytes.move(105, 109, 40, 100, 106);
        bytes.move(90, 95, 40, 100, 106);
        assertArrayEquals(new long[] {10, 10, 10, 10, 0, 10}, bytes.bytes());
    }

    @Test
    void theSumIsExact(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 11);
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        BinnedBytes bytes = new BinnedBytes(50);
        long sum = 0;
        long at = 0;
        for (int i = 0; i < 10_000; i++) {
            long length = random.nextInt(40);
            long moved = 1 + random.nextInt(5000);
            bytes.move(at, at + length, moved);
            sum += moved;
            at += length;
            assertEquals(sum, Arrays.stream(bytes.bytes()).sum());
        }
        assertTrue(bytes.bytes().length <= 50);
    }
}
