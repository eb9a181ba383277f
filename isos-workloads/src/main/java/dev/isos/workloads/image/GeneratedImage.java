package dev.isos.workloads.image;

import dev.isos.workloads.sparsity.RandomStream;

/**
 * A seeded image with the second-order statistics of natural ones: amplitudes fall as 1/f, that is, every octave of
 * spatial frequency carries the same variance (Field, 1987), and the three channels are strongly correlated.
 *
 * <p>Each octave is smooth value noise: independent uniform values on a square lattice, joined by {@code 3t^2 - 2t^3},
 * lattice constants 128, 64, ... 1 pixels, brought to equal variance. A channel is the sum of its octaves, of which the
 * share {@value #SHARED} of the variance is common to all channels, with the mean and deviation of ImageNet's pixels.
 */
public final class GeneratedImage {
    private static final int LARGEST_CELL = 128;
    private static final double SHARED = 0.9;
    private static final double[] MEAN = {123.675, 116.28, 103.53};
    private static final double[] DEVIATION = {58.395, 57.12, 57.375};

    private GeneratedImage() {}

    /** Draws an image. */
    public static RgbImage create(long seed, int height, int width) {
        double[] common = noise(new RandomStream(seed, "image", "common"), height, width);
        byte[] pixels = new byte[height * width * RgbImage.CHANNELS];
        for (int c = 0; c < RgbImage.CHANNELS; c++) {
            double[] own = noise(new RandomStream(seed, "image", "channel" + c), height, width);
            for (int i = 0; i < own.length; i++) {
                double value = StrictMath.sqrt(SHARED) * common[i] + StrictMath.sqrt(1 - SHARED) * own[i];
                double pixel = Math.rint(MEAN[c] + DEVIATION[c] * value);
                pixels[i * RgbImage.CHANNELS + c] = (byte) (int) Math.max(0, Math.min(255, pixel));
            }
        }
        return new RgbImage(height, width, pixels);
    }

    /** Sum of all octaves, with mean 0 and variance 1. */
    private static double[] noise(RandomStream stream, int height, int width) {
        double[] sum = new double[height * width];
        for (int cell = LARGEST_CELL; cell >= 1; cell /= 2) {
            double[] octave = octave(stream, height, width, cell);
            standardise(octave);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += octave[i];
            }
        }
        standardise(sum);
        return sum;
    }

    private static double[] octave(RandomStream stream, int height, int width, int cell) {
        int rows = height / cell + 3;
        int columns = width / cell + 3;
        double[] lattice = new double[rows * columns];
        for (int i = 0; i < lattice.length; i++) {
            lattice[i] = stream.nextDouble();
        }
        // A random offset keeps the lattices of different octaves from lining up.
        int shiftY = stream.nextInt(cell);
        int shiftX = stream.nextInt(cell);
        double[] values = new double[height * width];
        for (int y = 0; y < height; y++) {
            int row = (y + shiftY) / cell;
            double ty = smooth((y + shiftY) % cell / (double) cell);
            for (int x = 0; x < width; x++) {
                int at = row * columns + (x + shiftX) / cell;
                double tx = smooth((x + shiftX) % cell / (double) cell);
                double upper = lattice[at] + (lattice[at + 1] - lattice[at]) * tx;
                double lower = lattice[at + columns] + (lattice[at + columns + 1] - lattice[at + columns]) * tx;
                values[y * width + x] = upper + (lower - upper) * ty;
            }
        }
        return values;
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }

    private static void standardise(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double v : values) {
            squares += (v - mean) * (v - mean);
        }
        double deviation = StrictMath.sqrt(squares / values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation > 0 ? (values[i] - mean) / deviation : 0;
        }
    }
}
