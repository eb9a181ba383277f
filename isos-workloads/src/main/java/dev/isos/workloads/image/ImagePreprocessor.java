package dev.isos.workloads.image;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Preprocessing.ChannelOrder;

/**
 * From an image to the numbers that enter a network: crop, resize where needed, {@code (pixel - mean) * scale}.
 *
 * <p><b>Size.</b> Let the network need h x w and the image have H x W pixels, and call {@code fit = min(H / h, W / w)}.
 *
 * <ul>
 *   <li>When {@code 1 <= fit <= 8/7} (with one pixel to spare, so that 256 pixels serve 224 as well as 227) the image is
 *       cropped at its centre and not resized.
 *   <li>Otherwise it is first resized, keeping its proportions, so that {@code fit = 8/7}: for a network of 224 x 224 the
 *       shorter side becomes 256, the common evaluation rule of ImageNet networks.
 * </ul>
 *
 * A crop starts at {@code floor((H - h) / 2)}. Resizing is bicubic (Keys, 1981, a = -0.5), its kernel widened by the
 * factor of reduction so that it also filters, pixel centres at half integers, edges by renormalised weights, results
 * rounded to 8 bits. It is computed in plain IEEE arithmetic, so every machine gets the same pixels.
 */
public final class ImagePreprocessor {
    private static final double RESIZE_MARGIN = 8.0 / 7.0;
    private static final double KEYS_A = -0.5;
    private static final double KERNEL_RADIUS = 2;

    private ImagePreprocessor() {}

    /**
     * Prepares an image for a network.
     *
     * @param image the image
     * @param preprocessing mean and scale: three values each, or one for all channels
     * @param height rows of the network's input
     * @param width columns of the network's input
     * @return the input in rank order [C, H, W] with three channels in the order that {@code preprocessing} names
     * @throws IsosException when mean and scale do not fit three channels
     */
    public static float[] prepare(RgbImage image, Preprocessing preprocessing, int height, int width) {
        check(preprocessing);
        RgbImage crop = fit(image, height, width);
        byte[] pixels = crop.pixels();
        float[] values = new float[RgbImage.CHANNELS * height * width];
        boolean bgr = preprocessing.channelOrder() == ChannelOrder.BGR;
        for (int c = 0; c < RgbImage.CHANNELS; c++) {
            double mean = preprocessing.mean().get(preprocessing.mean().size() == 1 ? 0 : c);
            double scale = preprocessing.scale().get(preprocessing.scale().size() == 1 ? 0 : c);
            int source = bgr ? RgbImage.CHANNELS - 1 - c : c;
            int plane = c * height * width;
            for (int i = 0; i < height * width; i++) {
                values[plane + i] = (float) (((pixels[i * RgbImage.CHANNELS + source] & 0xFF) - mean) * scale);
            }
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw IsosException.badInput("preprocessing means " + preprocessing.mean() + " and scales "
                        + preprocessing.scale() + " give inputs beyond the range of a float");
            }
        }
        return values;
    }

    private static void check(Preprocessing p) {
        for (int size : new int[] {p.mean().size(), p.scale().size()}) {
            if (size != 1 && size != RgbImage.CHANNELS) {
                throw IsosException.badInput("preprocessing has " + p.mean().size() + " means and "
                        + p.scale().size() + " scales, one or three of each are expected");
            }
        }
        if (!p.mean().stream().allMatch(Double::isFinite) || !p.scale().stream().allMatch(Double::isFinite)) {
            throw IsosException.badInput(
                    "preprocessing means " + p.mean() + " and scales " + p.scale() + " must be finite numbers");
        }
    }

    /** The image cropped, and resized where the rule above asks for it, to {@code height x width} pixels. */
    public static RgbImage fit(RgbImage image, int height, int width) {
        boolean largeEnough = image.height() >= height && image.width() >= width;
        boolean smallEnough = image.height() <= StrictMath.rint(height * RESIZE_MARGIN) + 1
                || image.width() <= StrictMath.rint(width * RESIZE_MARGIN) + 1;
        if (largeEnough && smallEnough) {
            return crop(image, height, width);
        }
        // Cross-multiplied H / h <= W / w: rows limit the scale.
        boolean rowsLimit = (long) image.height() * width <= (long) image.width() * height;
        double reduction = rowsLimit
                ? image.height() / StrictMath.rint(height * RESIZE_MARGIN)
                : image.width() / StrictMath.rint(width * RESIZE_MARGIN);
        return resizedCrop(image, height, width, reduction);
    }

    private static RgbImage crop(RgbImage image, int height, int width) {
        int top = (image.height() - height) / 2;
        int left = (image.width() - width) / 2;
        int rowBytes = width * RgbImage.CHANNELS;
        byte[] pixels = new byte[height * rowBytes];
        for (int y = 0; y < height; y++) {
            int from = ((top + y) * image.width() + left) * RgbImage.CHANNELS;
            System.arraycopy(image.pixels(), from, pixels, y * rowBytes, rowBytes);
        }
        return new RgbImage(height, width, pixels);
    }

    /** Only the pixels of the crop are computed, so the work is bounded however long and thin an image is. */
    private static RgbImage resizedCrop(RgbImage image, int height, int width, double reduction) {
        Taps rows = new Taps(image.height(), height, reduction);
        Taps columns = new Taps(image.width(), width, reduction);
        int channels = RgbImage.CHANNELS;
        int firstRow = rows.first[0];
        int lastRow = rows.first[height - 1] + rows.weights[height - 1].length;
        double[] narrowed = new double[(lastRow - firstRow) * width * channels];
        for (int y = firstRow; y < lastRow; y++) {
            for (int x = 0; x < width; x++) {
                double[] weights = columns.weights[x];
                for (int c = 0; c < channels; c++) {
                    double sum = 0;
                    for (int i = 0; i < weights.length; i++) {
                        sum += weights[i] * image.value(y, columns.first[x] + i, c);
                    }
                    narrowed[((y - firstRow) * width + x) * channels + c] = sum;
                }
            }
        }
        byte[] pixels = new byte[height * width * channels];
        for (int y = 0; y < height; y++) {
            double[] weights = rows.weights[y];
            for (int i = 0; i < width * channels; i++) {
                double sum = 0;
                for (int r = 0; r < weights.length; r++) {
                    sum += weights[r] * narrowed[(rows.first[y] - firstRow + r) * width * channels + i];
                }
                pixels[y * width * channels + i] = (byte) (int) Math.max(0, Math.min(255, Math.rint(sum)));
            }
        }
        return new RgbImage(height, width, pixels);
    }

    /** For each pixel of the cropped output along one axis: first source pixel and weights that sum to one. */
    private static final class Taps {
        private final int[] first;
        private final double[][] weights;

        Taps(int source, int output, double reduction) {
            first = new int[output];
            weights = new double[output][];
            double widening = Math.max(1, reduction);
            int resized = (int) Math.max(output, Math.min(Integer.MAX_VALUE, Math.rint(source / reduction)));
            int start = (resized - output) / 2;
            for (int i = 0; i < output; i++) {
                double centre = (start + i + 0.5) * reduction;
                double radius = KERNEL_RADIUS * widening;
                int from = clamp((int) Math.floor(centre - radius + 0.5), source - 1);
                int to = clamp((int) Math.floor(centre + radius + 0.5) - 1, source - 1);
                double[] w = new double[Math.max(from, to) - from + 1];
                double sum = 0;
                for (int t = 0; t < w.length; t++) {
                    w[t] = keys((from + t + 0.5 - centre) / widening);
                    sum += w[t];
                }
                for (int t = 0; t < w.length; t++) {
                    w[t] /= sum;
                }
                first[i] = from;
                weights[i] = w;
            }
        }

        private static int clamp(int index, int last) {
            return Math.max(0, Math.min(last, index));
        }

        private static double keys(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return ((KEYS_A + 2) * x - (KEYS_A + 3)) * x * x + 1;
            }
            return x < 2 ? ((KEYS_A * x - 5 * KEYS_A) * x + 8 * KEYS_A) * x - 4 * KEYS_A : 0;
        }
    }
}
