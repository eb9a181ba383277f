package dev.isos.core.dataflow.isos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.testkit.SplitMix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Closed forms against averages over drawn counts. */
class ExpectationsTest {
    private static final int DRAWS = 4000;

    @Test
    void formulasAreTheAveragesOfDraws(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        for (int trials : new int[] {3, 40, 400}) {
            for (double p : new double[] {0.01, 0.2, 0.7}) {
                double ceilings = 0;
                double maxima = 0;
                double present = 0;
                for (int draw = 0; draw < DRAWS; draw++) {
                    int most = 0;
                    int count = 0;
                    for (int i = 0; i < 8; i++) {
                        count = 0;
                        for (int t = 0; t < trials; t++) {
                            count += random.chance(p) ? 1 : 0;
                        }
                        most = Math.max(most, count);
                    }
                    ceilings += (count + 3) / 4;
                    maxima += most;
                    present += count > 0 ? 1 : 0;
                }
                String where = trials + " trials of " + p;
                double mean = trials * p;
                double margin = 0.05 + 0.01 * mean;
                assertEquals(ceilings / DRAWS, Expectations.binomialCeiling(trials, p, 4), margin, where);
                assertEquals(maxima / DRAWS, Expectations.binomialMaximum(trials, p, 8), margin, where);
                assertEquals(present / DRAWS, Expectations.any(trials, p), 0.05, where);
                if (mean > 5) {
                    assertEquals(ceilings / DRAWS, Expectations.ceiling(mean, mean * (1 - p), 4), margin + 0.05, where);
                }
            }
        }
    }
}
