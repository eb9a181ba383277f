package dev.isos.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KneeTest {
    @Test
    void theCornerOfAnElbowAndTheFirstOfALine() {
        assertEquals(
                2,
                Knee.of(List.of(
                        new double[] {0, 100}, new double[] {4, 60}, new double[] {10, 10}, new double[] {100, 0})));
        assertEquals(0, Knee.of(List.of(new double[] {-3, 7}, new double[] {-1, 5}, new double[] {1, 3})));
        assertEquals(0, Knee.of(List.of(new double[] {5, 5, 5})));
        assertEquals(-1, Knee.of(List.of()));
    }

    /** Distance from the line between two others, in units of the rectangle that they span; negative on the bad side. */
    private static double distance(double[] point, double[] one, double[] other) {
        double[] along = {1, -1};
        double[] to = {(point[0] - one[0]) / (other[0] - one[0]), (point[1] - one[1]) / (one[1] - other[1])};
        // twice the triangle's area over its base
        return -(along[0] * to[1] - along[1] * to[0]) / Math.hypot(along[0], along[1]);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noPointIsFartherFromTheLine(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            List<double[]> all = new ArrayList<>();
            for (int i = random.nextInt(3, 200); i > 0; i--) {
                all.add(new double[] {random.nextDouble() * 1e9, -random.nextDouble() * 1e-3});
            }
            boolean[] on = ParetoFront.of(all);
            List<double[]> front = new ArrayList<>();
            for (int i = 0; i < on.length; i++) {
                if (on[i]) {
                    front.add(all.get(i));
                }
            }
            if (front.size() < 2) {
                continue;
            }
            List<double[]> sorted = new ArrayList<>(front);
            sorted.sort((a, b) -> Double.compare(a[0], b[0]));
            double[] one = sorted.get(0);
            double[] other = sorted.get(sorted.size() - 1);
            double most = front.stream()
                    .mapToDouble(point -> distance(point, one, other))
                    .max()
                    .orElseThrow();
            double knee = distance(front.get(Knee.of(front)), one, other);
            assertTrue(knee >= most - 1e-12, "seed " + seed + " round " + round + ": " + knee + " of " + most);
        }
    }
}
