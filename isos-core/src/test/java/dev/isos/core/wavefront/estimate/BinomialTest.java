package dev.isos.core.wavefront.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.random.SplitMix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Sums over counts against the enumeration of all patterns, and against draws. */
class BinomialTest {
    @Test
    void expectationsAreThoseOfAllPatterns() {
        for (int positions = 0; positions <= 12; positions++) {
            for (double p : new double[] {0, 0.03, 0.5, 0.97, 1}) {
                double ceiling = 0;
                double any = 0;
                for (int pattern = 0; pattern < 1 << positions; pattern++) {
                    int count = Integer.bitCount(pattern);
                    double probability = Math.pow(p, count) * Math.pow(1 - p, positions - count);
                    ceiling += probability * Math.ceil(2 * count / 3.0);
                    any += count > 0 ? probability : 0;
                }
                String where = positions + " positions of " + p;
                assertEquals(ceiling, Binomial.ceiling(positions, p, 2, 3), 1e-8, where);
                assertEquals(any, Binomial.any(positions, p), 1e-8, where);
            }
        }
    }

    /** Where there are too many positions for patterns: the mean, and a ceiling of it that is exact to a uniform remainder. */
    @Test
    void manyPositions() {
        assertEquals(25_000 * 0.3, Binomial.expected(25_000, 0.3, x -> x), 1e-4);
        assertEquals(25_000 * 0.3 / 8 + 7 / 16.0, Binomial.ceiling(25_000, 0.3, 1, 8), 1e-4);
        assertEquals(125, Binomial.ceiling(1000, 1, 1, 8), 0);
    }

    /** Of two standard normal numbers the larger is expected to be 1/sqrt(pi), of three 1.5/sqrt(pi). */
    @Test
    void largest(TestReporter reporter) {
        assertEquals(0, Binomial.largest(1), 1e-9);
        assertEquals(1 / Math.sqrt(Math.PI), Binomial.largest(2), 1e-3);
        assertEquals(1.5 / Math.sqrt(Math.PI), Binomial.largest(3), 1e-3);
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        double sum = 0;
        int draws = 2000;
        for (int draw = 0; draw < draws; draw++) {
            int most = 0;
            for (int i = 0; i < 64; i++) {
                int heads = 0;
                for (int coin = 0; coin < 100; coin++) {
                    heads += random.chance(0.5) ? 1 : 0;
                }
                most = Math.max(most, heads);
            }
            sum += (most - 50) / 5.0;
        }
        assertEquals(sum / draws, Binomial.largest(64), 0.1);
    }
}
