package dev.isos.support.reference;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.Arrays;

/**
 * Output-stationary convolution: one output position after the other gathers the non-zero inputs that its window covers
 * and adds their products over all K. Dense filters are widened and added eight lanes at a time by the compiler's vector
 * code; sparse ones are walked fiber by fiber.
 */
final class ReferenceConvolution {
    /** Below this weight density walking compressed fibers is faster than vector code over all of K (measured). */
    private static final double SPARSE_DENSITY = 0.16;

    private final FeatureMapShape in;
    private final FeatureMapShape out;
    private final Window window;
    private final FilterTensor filters;

    /** Non-zero inputs, fiber by fiber in rank order [W, H, C]. */
    private final int[] starts;

    private final int[] channels;
    private final short[] values;

    ReferenceConvolution(Layer layer, ActivationTensor input, FilterTensor filters) {
        this.in = layer.inputShape();
        this.out = layer.outputShape();
        this.window = ((Convolution) layer.op()).window();
        this.filters = filters;
        byte[] stored = input.values();
        int nonZeros = Math.toIntExact(input.nonZeros());
        starts = new int[in.fibers() + 1];
        channels = new int[nonZeros];
        values = new short[nonZeros];
        int at = 0;
        for (int fiber = 0, from = 0; fiber < in.fibers(); fiber++, from += in.channels()) {
            for (int c = 0; c < in.channels(); c++) {
                if (stored[from + c] != 0) {
                    channels[at] = c;
                    values[at++] = (short) ActivationTensor.decode(stored[from + c], input.signed());
                }
            }
            starts[fiber + 1] = at;
        }
    }

    /** Sums without bias, rank order [Q, P, K]. */
    int[] accumulate() {
        if (filters.density() < SPARSE_DENSITY) {
            return accumulateSparse();
        }
        return filters.shape().groups() == 1 ? accumulateDense() : accumulateGrouped();
    }

    private int[] accumulateSparse() {
        FilterShape shape = filters.shape();
        int kernel = shape.rows() * shape.columns();
        int[] fibers = filters.starts();
        char[] coordinates = filters.coordinates();
        byte[] payloads = filters.payloads();
        int[] sums = new int[out.elements()];
        for (int q = 0, base = 0; q < out.width(); q++) {
            for (int p = 0; p < out.height(); p++, base += out.channels()) {
                for (int s = 0; s < shape.columns(); s++) {
                    int w = window.inputColumn(q, s);
                    if (w < 0 || w >= in.width()) {
                        continue;
                    }
                    for (int r = 0; r < shape.rows(); r++) {
                        int h = window.inputRow(p, r);
                        if (h < 0 || h >= in.height()) {
                            continue;
                        }
                        int position = r * shape.columns() + s;
                        int fiber = w * in.height() + h;
                        for (int i = starts[fiber]; i < starts[fiber + 1]; i++) {
                            int weights = channels[i] * kernel + position;
                            int value = values[i];
                            for (int j = fibers[weights], end = fibers[weights + 1]; j < end; j++) {
                                sums[base + coordinates[j]] += value * payloads[j];
                            }
                        }
                    }
                }
            }
        }
        return sums;
    }

    private int[] accumulateDense() {
        int[] weights = widen();
        int[] bases = new int[filters.shape().fibers()];
        int[] factors = new int[bases.length];
        int[] sums = new int[out.elements()];
        int[] sum = new int[out.channels()];
        for (int q = 0, base = 0; q < out.width(); q++) {
            for (int p = 0; p < out.height(); p++, base += out.channels()) {
                int operands = gather(q, p, bases, factors);
                Arrays.fill(sum, 0);
                int i = 0;
                for (; i + 4 <= operands; i += 4) {
                    addFour(sum, weights, bases, factors, i);
                }
                for (; i < operands; i++) {
                    addOne(sum, 0, sum.length, weights, bases[i], factors[i]);
                }
                System.arraycopy(sum, 0, sums, base, sum.length);
            }
        }
        return sums;
    }

    private int[] accumulateGrouped() {
        int[] weights = widen();
        int[] bases = new int[filters.shape().fibers()];
        int[] factors = new int[bases.length];
        int[] sums = new int[out.elements()];
        int perGroup = filters.shape().outputsPerGroup();
        int weightsPerGroup = perGroup
                * filters.shape().channelsPerGroup()
                * filters.shape().rows()
                * filters.shape().columns();
        for (int q = 0, base = 0; q < out.width(); q++) {
            for (int p = 0; p < out.height(); p++, base += out.channels()) {
                int operands = gather(q, p, bases, factors);
                for (int i = 0; i < operands; i++) {
                    int group = bases[i] / weightsPerGroup;
                    addOne(sums, base + group * perGroup, perGroup, weights, bases[i], factors[i]);
                }
            }
        }
        return sums;
    }

    /** Lists the non-zero inputs of one output position with the places of the weights that they meet. */
    private int gather(int q, int p, int[] bases, int[] factors) {
        FilterShape shape = filters.shape();
        int perFiber = shape.outputsPerGroup();
        int perChannel = shape.rows() * shape.columns() * perFiber;
        int count = 0;
        for (int s = 0; s < shape.columns(); s++) {
            int w = window.inputColumn(q, s);
            if (w < 0 || w >= in.width()) {
                continue;
            }
            for (int r = 0; r < shape.rows(); r++) {
                int h = window.inputRow(p, r);
                if (h < 0 || h >= in.height()) {
                    continue;
                }
                int position = (r * shape.columns() + s) * perFiber;
                int fiber = w * in.height() + h;
                for (int i = starts[fiber]; i < starts[fiber + 1]; i++) {
                    bases[count] = channels[i] * perChannel + position;
                    factors[count++] = values[i];
                }
            }
        }
        return count;
    }

    /** All weights as ints, rank order [C, R, S, K/G]. */
    private int[] widen() {
        int perFiber = filters.shape().outputsPerGroup();
        int channelsPerGroup = filters.shape().channelsPerGroup();
        int kernel = filters.shape().rows() * filters.shape().columns();
        int[] fibers = filters.starts();
        int[] weights = new int[filters.shape().elements()];
        for (int fiber = 0; fiber < filters.shape().fibers(); fiber++) {
            int firstOutput = fiber / kernel / channelsPerGroup * perFiber;
            for (int i = fibers[fiber]; i < fibers[fiber + 1]; i++) {
                weights[fiber * perFiber + filters.coordinates()[i] - firstOutput] = filters.payloads()[i];
            }
        }
        return weights;
    }

    /** Four products per element and one read and write of the sum. */
    private static void addFour(int[] sum, int[] weights, int[] bases, int[] factors, int i) {
        int a = bases[i];
        int b = bases[i + 1];
        int c = bases[i + 2];
        int d = bases[i + 3];
        int x = factors[i];
        int y = factors[i + 1];
        int z = factors[i + 2];
        int u = factors[i + 3];
        for (int k = 0; k < sum.length; k++) {
            sum[k] += x * weights[a + k] + y * weights[b + k] + z * weights[c + k] + u * weights[d + k];
        }
    }

    private static void addOne(int[] sum, int at, int length, int[] weights, int base, int factor) {
        for (int k = 0; k < length; k++) {
            sum[at + k] += factor * weights[base + k];
        }
    }

    /** Products of which both operands are non-zero: over all fibers, non-zero weights times products of each. */
    static long effectualMacs(Layer layer, ActivationTensor input, FilterTensor filters) {
        int[] starts = filters.starts();
        long[] products = productsPerWeight(layer, input, filters);
        long macs = 0;
        for (int fiber = 0; fiber < products.length; fiber++) {
            macs += products[fiber] * (starts[fiber + 1] - starts[fiber]);
        }
        return macs;
    }

    /** For filter fiber (c, r, s) the non-zero inputs of channel c that kernel position (r, s) reaches from some output. */
    static long[] productsPerWeight(Layer layer, ActivationTensor input, FilterTensor filters) {
        FeatureMapShape in = layer.inputShape();
        Window window = ((Convolution) layer.op()).window();
        byte[] values = input.values();
        int[] column = new int[in.channels()];
        long[] reached = new long[in.channels()];
        long[] products = new long[filters.starts().length - 1];
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                Arrays.fill(reached, 0);
                for (int q = 0; q < layer.outputShape().width(); q++) {
                    int w = window.inputColumn(q, s);
                    if (w < 0 || w >= in.width()) {
                        continue;
                    }
                    Arrays.fill(column, 0);
                    for (int p = 0; p < layer.outputShape().height(); p++) {
                        int h = window.inputRow(p, r);
                        if (h >= 0 && h < in.height()) {
                            countNonZeros(values, input.fiberStart(w, h), column);
                        }
                    }
                    for (int c = 0; c < column.length; c++) {
                        reached[c] += column[c];
                    }
                }
                for (int c = 0; c < reached.length; c++) {
                    products[filters.fiber(c, r, s)] = reached[c];
                }
            }
        }
        return products;
    }

    private static void countNonZeros(byte[] values, int from, int[] counts) {
        for (int c = 0; c < counts.length; c++) {
            int value = values[from + c];
            counts[c] += (value | -value) >>> 31;
        }
    }
}
