package dev.isos.study.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParetoFrontTest {
    /** By the definition: for each point, every other one is looked at. */
    private static boolean[] bruteForce(List<double[]> points) {
        boolean[] front = new boolean[points.size()];
        for (int i = 0; i < front.length; i++) {
            front[i] = true;
            for (double[] other : points) {
                boolean noWorse = true;
                boolean better = false;
                for (int d = 0; d < other.length; d++) {
                    noWorse &= other[d] <= points.get(i)[d];
                    better |= other[d] < points.get(i)[d];
                }
                front[i] &= !(noWorse && better);
            }
        }
        return front;
    }

    /** Few different values make ties and equal points; negative ones are those of objectives that are maximised. */
    @ParameterizedTest
    @CsvSource({"1, 2", "1, 1000", "2, 3", "2, 20", "2, 100000", "3, 4", "3, 1000", "4, 3", "4, 50", "6, 2", "6, 100000"
    })
    void theFrontIsThatOfTheDefinition(int objectives, int values) {
        SplittableRandom random = new SplittableRandom(objectives * 31L + values);
        for (int size : new int[] {0, 1, 2, 3, 10, 100, 400}) {
            List<double[]> points = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                points.add(random.doubles(objectives, 0, values)
                        .map(value -> Math.floor(value) - values / 2.0)
                        .toArray());
            }
            boolean[] expected = bruteForce(points);
            assertEquals(size, expected.length);
            assertArrayEquals(expected, ParetoFront.of(points), size + " points");
        }
    }
}
