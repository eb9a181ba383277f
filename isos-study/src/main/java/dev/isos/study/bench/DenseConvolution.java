package dev.isos.study.bench;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import java.util.Arrays;

/**
 * A dense convolution in 32-bit floats, as a processor does it: a tile of the unrolled input that fits the first-level cache
 * (im2col) times the weights, in loops that the JVM compiles to vector instructions. It takes no notice of zeros. Several threads
 * each compute a part: a range of output positions, or, where there are few, of output channels. Every sum adds the same products
 * in the same order, however many parts there are.
 */
final class DenseConvolution {
    /** Output positions of a tile. */
    private static final int POSITIONS = 128;
    /** Rows of the unrolled input in a tile: with 128 positions 32 KiB. */
    private static final int DEPTH = 64;

    private static final int UNROLLED = 8;
    /** Below this many output positions the vector loops run over the output channels instead. */
    private static final int FEW_POSITIONS = 16;
    /** Below this many output positions for each thread, output channels are shared out instead: vectors would be too short. */
    private static final int LEAST_POSITIONS_OF_PART = 64;

    private final FeatureMapShape in;
    private final FeatureMapShape out;
    private final Window window;
    private final FilterShape filters;
    private final int depth;
    private final int positions;

    DenseConvolution(Layer layer) {
        in = layer.inputShape();
        out = layer.outputShape();
        window = ((Convolution) layer.op()).window();
        filters = layer.filterShape();
        depth = filters.channelsPerGroup() * filters.rows() * filters.columns();
        positions = out.height() * out.width();
    }

    /** Number of weights. */
    int weights() {
        return filters.groups() * filters.outputsPerGroup() * depth;
    }

    /** Number of inputs. */
    int inputs() {
        return in.channels() * in.height() * in.width();
    }

    /** Number of outputs. */
    int outputs() {
        return out.channels() * positions;
    }

    private boolean channelsFirst() {
        return positions < FEW_POSITIONS;
    }

    /** Where a weight stands: beside those of the other depths, or, with few positions, of the other output channels. */
    int weightIndex(int k, int c, int r, int s) {
        int group = k / filters.outputsPerGroup();
        int at = (c * filters.rows() + r) * filters.columns() + s;
        int first = group * filters.outputsPerGroup() * depth;
        int output = k % filters.outputsPerGroup();
        return first + (channelsFirst() ? at * filters.outputsPerGroup() + output : output * depth + at);
    }

    /**
     * Convolves on the calling thread.
     *
     * @param input rank order [C, H, W]
     * @param weights see {@link #weightIndex}
     * @param output rank order [K, P, Q]
     */
    void run(float[] input, float[] weights, float[] output) {
        run(input, weights, output, 0, 1);
    }

    /**
     * Convolves one of several parts, which may be done at the same time; arguments as above.
     *
     * @param part from 0
     * @param parts how many there are
     */
    void run(float[] input, float[] weights, float[] output, int part, int parts) {
        int channels = filters.groups() * filters.outputsPerGroup();
        if (positions / parts >= LEAST_POSITIONS_OF_PART || parts == 1) {
            new Part(
                            input,
                            weights,
                            output,
                            0,
                            channels,
                            share(positions, part, parts),
                            share(positions, part + 1, parts))
                    .run();
        } else {
            new Part(
                            input,
                            weights,
                            output,
                            share(channels, part, parts),
                            share(channels, part + 1, parts),
                            0,
                            positions)
                    .run();
        }
    }

    private static int share(int of, int part, int parts) {
        return (int) ((long) of * part / parts);
    }

    /** Output channels and positions that one thread computes. */
    private final class Part {
        /** An array for each row, since the JVM's vector code for rows at an offset is four times slower (measured). */
        private final float[][] tile = new float[DEPTH][POSITIONS];

        private final float[] sums = new float[POSITIONS];
        private final float[] factors = new float[UNROLLED];
        private final float[] input;
        private final float[] weights;
        private final float[] output;
        private final int firstChannel;
        private final int endChannel;
        private final int firstPosition;
        private final int endPosition;

        /** Output channels of the group at hand. */
        private int firstOutput;

        private int endOutput;

        Part(
                float[] input,
                float[] weights,
                float[] output,
                int firstChannel,
                int endChannel,
                int firstPosition,
                int endPosition) {
            this.input = input;
            this.weights = weights;
            this.output = output;
            this.firstChannel = firstChannel;
            this.endChannel = endChannel;
            this.firstPosition = firstPosition;
            this.endPosition = endPosition;
        }

        void run() {
            for (int k = firstChannel; k < endChannel; k++) {
                Arrays.fill(output, k * positions + firstPosition, k * positions + endPosition, 0);
            }
            int perGroup = filters.outputsPerGroup();
            for (int group = firstChannel / perGroup; group * perGroup < endChannel; group++) {
                firstOutput = Math.max(0, firstChannel - group * perGroup);
                endOutput = Math.min(perGroup, endChannel - group * perGroup);
                for (int from = 0; from < depth; from += DEPTH) {
                    int rows = Math.min(DEPTH, depth - from);
                    for (int first = firstPosition; first < endPosition; first += POSITIONS) {
                        int length = Math.min(POSITIONS, endPosition - first);
                        unroll(group, from, rows, first, length);
                        if (channelsFirst()) {
                            multiplyByChannels(group, from, rows, length);
                        } else {
                            multiply(group, from, rows, first, length);
                        }
                    }
                }
            }
        }

        /** Fills the tile: one row per (c, r, s), one column per output position. */
        private void unroll(int group, int from, int rows, int first, int length) {
            for (int i = 0; i < rows; i++) {
                int s = (from + i) % filters.columns();
                int r = (from + i) / filters.columns() % filters.rows();
                int c = (from + i) / filters.columns() / filters.rows() + group * filters.channelsPerGroup();
                int base = c * in.height() * in.width();
                float[] row = tile[i];
                for (int n = 0; n < length; ) {
                    int p = (first + n) / out.width();
                    int q = (first + n) % out.width();
                    int run = Math.min(length - n, out.width() - q);
                    int h = window.inputRow(p, r);
                    if (h < 0 || h >= in.height()) {
                        Arrays.fill(row, n, n + run, 0);
                    } else {
                        unrollRow(base + h * in.width(), s, q, run, row, n);
                    }
                    n += run;
                }
            }
        }

        private void unrollRow(int from, int s, int q, int run, float[] row, int at) {
            int w = window.inputColumn(q, s);
            if (window.strideColumns() == 1 && w >= 0 && w + run <= in.width()) {
                System.arraycopy(input, from + w, row, at, run);
                return;
            }
            for (int i = 0; i < run; i++, w += window.strideColumns()) {
                row[at + i] = w >= 0 && w < in.width() ? input[from + w] : 0;
            }
        }

        private void multiply(int group, int from, int rows, int first, int length) {
            for (int k = firstOutput; k < endOutput; k++) {
                int channel = group * filters.outputsPerGroup() + k;
                int weight = channel * depth + from;
                int to = channel * positions + first;
                System.arraycopy(output, to, sums, 0, length);
                int i = 0;
                for (; i + 4 <= rows; i += 4) {
                    addFour(sums, tile[i], tile[i + 1], tile[i + 2], tile[i + 3], length, weights, weight + i);
                }
                for (; i < rows; i++) {
                    addOne(sums, 0, tile[i], 0, length, weights[weight + i]);
                }
                System.arraycopy(sums, 0, output, to, length);
            }
        }

        /** All positions are in the one tile. */
        private void multiplyByChannels(int group, int from, int rows, int length) {
            int perGroup = filters.outputsPerGroup();
            int count = endOutput - firstOutput;
            float[] into = length == 1 ? output : new float[count];
            for (int n = 0; n < length; n++) {
                int to = length == 1 ? group * perGroup + firstOutput : 0;
                int i = 0;
                for (; i + UNROLLED <= rows; i += UNROLLED) {
                    for (int j = 0; j < UNROLLED; j++) {
                        factors[j] = tile[i + j][n];
                    }
                    int at = (group * depth + from + i) * perGroup + firstOutput;
                    addEight(into, to, weights, at, perGroup, count, factors);
                }
                for (; i < rows; i++) {
                    int at = (group * depth + from + i) * perGroup + firstOutput;
                    addOne(into, to, weights, at, count, tile[i][n]);
                }
                if (length > 1) {
                    for (int k = 0; k < count; k++) {
                        output[(group * perGroup + firstOutput + k) * positions + n] += into[k];
                        into[k] = 0;
                    }
                }
            }
        }
    }

    /** Four products per element and one read and write of the sum. */
    private static void addFour(
            float[] sums, float[] a, float[] b, float[] c, float[] d, int length, float[] factors, int first) {
        float x = factors[first];
        float y = factors[first + 1];
        float z = factors[first + 2];
        float u = factors[first + 3];
        for (int n = 0; n < length; n++) {
            sums[n] += x * a[n] + y * b[n] + z * c[n] + u * d[n];
        }
    }

    /** Eight products per element and one read and write of the sum. */
    private static void addEight(float[] sums, int to, float[] rows, int at, int pitch, int length, float[] factors) {
        float a = factors[0];
        float b = factors[1];
        float c = factors[2];
        float d = factors[3];
        float e = factors[4];
        float f = factors[5];
        float g = factors[6];
        float h = factors[7];
        int atB = at + pitch;
        int atC = atB + pitch;
        int atD = atC + pitch;
        int atE = atD + pitch;
        int atF = atE + pitch;
        int atG = atF + pitch;
        int atH = atG + pitch;
        for (int n = 0; n < length; n++) {
            sums[to + n] += a * rows[at + n]
                    + b * rows[atB + n]
                    + c * rows[atC + n]
                    + d * rows[atD + n]
                    + e * rows[atE + n]
                    + f * rows[atF + n]
                    + g * rows[atG + n]
                    + h * rows[atH + n];
        }
    }

    private static void addOne(float[] sums, int to, float[] row, int at, int length, float factor) {
        for (int n = 0; n < length; n++) {
            sums[to + n] += factor * row[at + n];
        }
    }
}
