package dev.isos.support.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightRowsTest {
    /** Dense enough for vectors, used too seldom for them, and sparse; widths and numbers of pairs that no vector divides. */
    @ParameterizedTest(name = "density {0}, {1} uses, seed {2}")
    @CsvSource({"1, 100, 1", "0.5, 100, 2", "0.5, 1, 3", "0.02, 100, 4", "0, 100, 5"})
    void sumsEqualThoseOfPlainLoops(double density, int uses, long seed) {
        Random random = new Random(seed);
        for (int width : new int[] {1, 7, 64, 131}) {
            int rows = 1 + random.nextInt(40);
            int[][] plain = new int[rows][width];
            int[] starts = new int[rows + 1];
            char[] columns = new char[rows * width];
            byte[] weights = new byte[rows * width];
            int at = 0;
            for (int row = 0; row < rows; row++) {
                for (int k = 0; k < width; k++) {
                    if (random.nextDouble() < density) {
                        plain[row][k] = random.nextInt(255) - 127;
                        columns[at] = (char) k;
                        weights[at++] = (byte) plain[row][k];
                    }
                }
                starts[row + 1] = at;
            }
            WeightRows tested = new WeightRows(width, starts, columns, weights, uses);
            assertEquals(at, IntStream.range(0, rows).map(tested::entries).sum());
            for (int count : new int[] {0, 1, 4, 11}) {
                int[] chosen = random.ints(count, 0, rows).toArray();
                int[] factors = random.ints(count, -255, 256).toArray();
                int[] sums = random.ints(width + 5).toArray();
                int[] expected = sums.clone();
                for (int i = 0; i < count; i++) {
                    for (int k = 0; k < width; k++) {
                        expected[3 + k] += factors[i] * plain[chosen[i]][k];
                    }
                }
                tested.multiplyAdd(chosen, factors, count, sums, 3);
                assertArrayEquals(expected, sums, "seed " + seed + ", width " + width + ", " + count + " pairs");
            }
        }
    }
}
