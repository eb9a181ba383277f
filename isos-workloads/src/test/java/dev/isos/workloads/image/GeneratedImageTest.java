package dev.isos.workloads.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GeneratedImageTest {
    private static final int SIZE = 224;

    @Test
    void everyOctaveCarriesAboutTheSameVariance() {
        // Averages over boxes of b x b pixels lose what is finer: the loss from b to 2b is about one octave's variance.
        double[] octaves = new double[5];
        for (long seed = 1; seed <= 4; seed++) {
            RgbImage image = GeneratedImage.create(seed, SIZE, SIZE);
            for (int i = 0; i < octaves.length; i++) {
                octaves[i] += varianceOfBoxes(image, 1 << i) - varianceOfBoxes(image, 2 << i);
            }
        }
        double mean = Arrays.stream(octaves).average().orElseThrow();
        for (int i = 0; i < octaves.length; i++) {
            assertTrue(
                    octaves[i] > mean / 2 && octaves[i] < mean * 2, "octave " + i + " of " + Arrays.toString(octaves));
        }
    }

    private static double varianceOfBoxes(RgbImage image, int box) {
        int boxes = SIZE / box;
        double sum = 0;
        double squares = 0;
        for (int y = 0; y < boxes; y++) {
            for (int x = 0; x < boxes; x++) {
                double total = 0;
                for (int i = 0; i < box * box; i++) {
                    total += image.value(y * box + i / box, x * box + i % box, 1);
                }
                double mean = total / (box * box);
                sum += mean;
                squares += mean * mean;
            }
        }
        double count = (double) boxes * boxes;
        return squares / count - sum / count * (sum / count);
    }

    @Test
    void channelsAreCorrelatedAndSpreadLikePhotos() {
        RgbImage image = GeneratedImage.create(1, SIZE, SIZE);
        double[] mean = new double[3];
        double[][] product = new double[3][3];
        int n = SIZE * SIZE;
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) {
                double v = image.value(i / SIZE, i % SIZE, c);
                mean[c] += v / n;
                for (int d = 0; d < 3; d++) {
                    product[c][d] += v * image.value(i / SIZE, i % SIZE, d) / n;
                }
            }
        }
        double[] expectedMean = {123.675, 116.28, 103.53};
        for (int c = 0; c < 3; c++) {
            // Clipping to 0..255 costs a little of mean and spread.
            assertEquals(expectedMean[c], mean[c], 4);
            double variance = product[c][c] - mean[c] * mean[c];
            assertEquals(57, StrictMath.sqrt(variance), 6);
            for (int d = 0; d < c; d++) {
                double other = product[d][d] - mean[d] * mean[d];
                double covariance = product[c][d] - mean[c] * mean[d];
                double correlation = covariance / StrictMath.sqrt(variance * other);
                assertTrue(correlation > 0.8 && correlation < 0.98, "correlation " + correlation);
            }
        }
    }

    @Test
    void oneSeedGivesOneImageOfAnySize() {
        assertArrayEquals(
                GeneratedImage.create(5, 33, 70).pixels(),
                GeneratedImage.create(5, 33, 70).pixels());
        assertFalse(Arrays.equals(
                GeneratedImage.create(5, 33, 70).pixels(),
                GeneratedImage.create(6, 33, 70).pixels()));
        for (int size : new int[] {1, 2, 127, 128, 129, 299}) {
            assertEquals(size, GeneratedImage.create(1, size, 3).height());
        }
    }
}
