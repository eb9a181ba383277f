package dev.isos.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SensitivityTest {
    @Test
    void allNothingAndAPart() {
        assertEquals(new Sensitivity(1, 3), Sensitivity.of(List.of("a", "b", "a", "b"), new double[] {2, 6, 2, 6}));
        assertEquals(new Sensitivity(0, 1), Sensitivity.of(List.of("a", "b"), new double[] {5, 5}));
        Sensitivity half = Sensitivity.of(List.of("a", "a", "b", "b"), new double[] {0, 2, 2, 4});
        assertEquals(0.5, half.share());
        assertEquals(1, half.ratio(), "no ratio to a mean of zero");
        assertEquals(new Sensitivity(0, 1), Sensitivity.of(List.of(), new double[0]));
    }

    /** Covariance of two points that have only this axis in common, over all such pairs of a full grid. */
    private static double slowShare(List<int[]> grid, double[] values, int axis) {
        int n = values.length;
        double mean = 0;
        double square = 0;
        for (double value : values) {
            mean += value / n;
            square += value * value / n;
        }
        double product = 0;
        long pairs = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (grid.get(i)[axis] == grid.get(j)[axis]) {
                    product += values[i] * values[j];
                    pairs++;
                }
            }
        }
        return (product / pairs - mean * mean) / (square - mean * mean);
    }

    private static double slowRatio(List<int[]> grid, double[] values, int axis, int size) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int value = 0; value < size; value++) {
            double product = 1;
            int count = 0;
            for (int i = 0; i < values.length; i++) {
                if (grid.get(i)[axis] == value) {
                    product *= values[i];
                    count++;
                }
            }
            least = Math.min(least, Math.pow(product, 1.0 / count));
            most = Math.max(most, Math.pow(product, 1.0 / count));
        }
        return most / least;
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void theShareIsThatOfAllPairsOfAGrid(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] sizes = {random.nextInt(2, 6), random.nextInt(2, 5), random.nextInt(1, 5)};
        double[] weights = random.doubles(4, 0, 3).toArray();
        List<int[]> grid = new ArrayList<>();
        for (int a = 0; a < sizes[0]; a++) {
            for (int b = 0; b < sizes[1]; b++) {
                for (int c = 0; c < sizes[2]; c++) {
                    grid.add(new int[] {a, b, c});
                }
            }
        }
        double[] values = grid.stream()
                .mapToDouble(at -> 1
                        + weights[0] * at[0]
                        + weights[1] * at[1] * at[1]
                        + weights[2] * at[0] * at[2]
                        + weights[3] * random.nextDouble())
                .toArray();
        for (int axis = 0; axis < 3; axis++) {
            int of = axis;
            List<String> settings = grid.stream().map(at -> "v" + at[of]).toList();
            Sensitivity fast = Sensitivity.of(settings, values);
            assertEquals(slowShare(grid, values, axis), fast.share(), 1e-9, "seed " + seed + " axis " + axis);
            assertEquals(
                    slowRatio(grid, values, axis, sizes[axis]), fast.ratio(), 1e-9, "seed " + seed + " axis " + axis);
        }
    }
}
