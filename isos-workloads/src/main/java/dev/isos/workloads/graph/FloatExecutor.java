package dev.isos.workloads.graph;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import dev.isos.workloads.graph.FloatOp.Padding;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Runs a {@link FloatGraph}, rewritten or not, in float32: the reference for calibration and tests. Tensors are dense in
 * rank order [C, H, W]. The order of all additions is fixed, so the results are the same on any machine.
 */
public final class FloatExecutor {
    private FloatExecutor() {}

    /** Sees tensors as they are computed; must not modify or keep the arrays. */
    public interface Observer {
        /** The result of a convolution before its residual operand is added; only where there is one. */
        default void beforeResidual(FloatNode node, float[] values) {}

        /** The result of a node before its activation function; only where there is one. */
        default void beforeActivation(FloatNode node, float[] values) {}

        /** The output of a node. */
        default void output(FloatNode node, float[] values) {}
    }

    /** The network's output for one input, rank order [C, H, W]. */
    public static float[] run(FloatGraph graph, float[] input) {
        return run(graph, input, new Observer() {});
    }

    /** The network's output for one input; tensors are dropped after their last reader. */
    public static float[] run(FloatGraph graph, float[] input, Observer observer) {
        if (input.length != graph.inputShape().elements()) {
            throw new IllegalArgumentException("input has " + input.length + " elements, needs " + graph.inputShape());
        }
        Map<String, FeatureMapShape> shapes = graph.shapes();
        Map<String, Integer> lastReader = new HashMap<>();
        List<FloatNode> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            for (String operand : nodes.get(i).operands()) {
                lastReader.put(operand, i);
            }
        }
        lastReader.put(graph.output(), nodes.size());
        graph.furtherOutputs().forEach(output -> lastReader.put(output, nodes.size()));
        Map<String, float[]> tensors = new HashMap<>();
        tensors.put(graph.input(), input);
        graph.constants().forEach((name, constant) -> tensors.put(name, constant.values()));
        for (int i = 0; i < nodes.size(); i++) {
            FloatNode node = nodes.get(i);
            float[] values = compute(node, tensors, shapes);
            if (node.residual().isPresent()) {
                observer.beforeResidual(node, values);
                add(values, tensors.get(node.residual().get()));
            }
            if (node.activation().isPresent()) {
                observer.beforeActivation(node, values);
                activate(node.activation().get(), values);
            }
            if (node.clamped()) {
                clamp(values, node.low(), node.high());
            }
            observer.output(node, values);
            for (String operand : node.operands()) {
                if (lastReader.get(operand) == i) {
                    tensors.remove(operand);
                }
            }
            if (lastReader.containsKey(node.output())) {
                tensors.put(node.output(), values);
            }
        }
        return tensors.get(graph.output());
    }

    private static float[] compute(FloatNode node, Map<String, float[]> tensors, Map<String, FeatureMapShape> shapes) {
        float[] in = tensors.get(node.inputs().get(0));
        FeatureMapShape from = shapes.get(node.inputs().get(0));
        FeatureMapShape to = node.shape();
        FloatOp op = node.op();
        if (op instanceof Convolution c) {
            return convolution(c, in, from, to);
        } else if (op instanceof Pooling p) {
            return pooling(p, in, from, to);
        } else if (op instanceof FloatOp.Add) {
            float[] sum = in.clone();
            add(sum, tensors.get(node.inputs().get(1)));
            return sum;
        } else if (op instanceof FloatOp.Product) {
            float[] product = in.clone();
            float[] other = tensors.get(node.inputs().get(1));
            int inner = product.length / other.length;
            for (int i = 0; i < product.length; i++) {
                product[i] *= other[i / inner];
            }
            return product;
        } else if (op instanceof FloatOp.PositionSelection s) {
            return positions(s, in, from);
        } else if (op instanceof FloatOp.Transposition) {
            return transposed(in, from);
        } else if (op instanceof FloatOp.Concatenation) {
            float[] all = new float[to.elements()];
            int at = 0;
            for (String part : node.inputs()) {
                float[] values = tensors.get(part);
                System.arraycopy(values, 0, all, at, values.length);
                at += values.length;
            }
            return all;
        } else if (op instanceof FloatOp.Clamp c) {
            float[] out = in.clone();
            clamp(out, c.low(), c.high());
            return out;
        } else if (op instanceof FloatOp.Activation a) {
            float[] out = in.clone();
            activate(a.function(), out);
            return out;
        } else if (op instanceof FloatOp.ChannelSelection s) {
            float[] out = new float[to.elements()];
            int plane = to.fibers();
            for (int c = 0; c < s.channels().length; c++) {
                System.arraycopy(in, s.channels()[c] * plane, out, c * plane, plane);
            }
            return out;
        } else if (op instanceof FloatOp.LocalResponseNormalisation n) {
            return normalise(n, in, to);
        } else if (op instanceof ChannelAffine a) {
            return affine(a, in, to);
        } else if (op instanceof FullyConnected f) {
            return fullyConnected(f, in);
        } else if (op instanceof Padding p) {
            return padding(p, in, from, to);
        } else if (op instanceof FloatOp.Softmax s) {
            return softmax(in, to, s.groups());
        } else if (op instanceof FloatOp.LayerNormalisation n) {
            return normalise(n, in, to);
        } else if (op instanceof FloatOp.MatrixProduct m) {
            String other = node.inputs().get(1);
            return matrixProduct(m, in, from, tensors.get(other), shapes.get(other), to);
        }
        // Flatten and Identity keep the elements in their order.
        return in.clone();
    }

    private static float[] positions(FloatOp.PositionSelection s, float[] in, FeatureMapShape from) {
        int plane = s.positions().length;
        float[] out = new float[from.channels() * plane];
        for (int i = 0; i < out.length; i++) {
            int at = s.positions()[i % plane];
            out[i] = at < 0 ? 0 : in[i / plane * from.fibers() + at];
        }
        return out;
    }

    private static float[] transposed(float[] in, FeatureMapShape from) {
        float[] out = new float[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i % from.fibers() * from.channels() + i / from.fibers()] = in[i];
        }
        return out;
    }

    private static float[] convolution(Convolution c, float[] in, FeatureMapShape from, FeatureMapShape to) {
        float[] out = new float[to.elements()];
        if (c.filter().channelsPerGroup() > 1) {
            MatrixConvolution.run(c, in, from, out, to);
        } else {
            // Output channels are independent of each other: the result does not depend on the number of threads.
            IntStream.range(0, c.filter().outputChannels())
                    .parallel()
                    .forEach(k -> outputChannel(c, k, in, from, out, to));
        }
        return out;
    }

    private static void outputChannel(
            Convolution c, int k, float[] in, FeatureMapShape from, float[] out, FeatureMapShape to) {
        FilterShape filter = c.filter();
        Window window = c.window();
        int plane = to.fibers();
        int base = k * plane;
        Arrays.fill(out, base, base + plane, c.bias()[k]);
        int firstChannel = k / filter.outputsPerGroup() * filter.channelsPerGroup();
        int weight = k * filter.channelsPerGroup() * filter.rows() * filter.columns();
        for (int ci = 0; ci < filter.channelsPerGroup(); ci++) {
            int inBase = (firstChannel + ci) * from.fibers();
            for (int r = 0; r < filter.rows(); r++) {
                for (int s = 0; s < filter.columns(); s++, weight++) {
                    float w = c.weights()[weight];
                    if (w == 0f) {
                        continue;
                    }
                    int offset = s * window.dilationColumns() - window.padLeft();
                    int first = offset >= 0 ? 0 : (-offset + window.strideColumns() - 1) / window.strideColumns();
                    int end =
                            Math.min(to.width(), Math.floorDiv(from.width() - 1 - offset, window.strideColumns()) + 1);
                    for (int p = 0; p < to.height(); p++) {
                        int h = window.inputRow(p, r);
                        if (h >= 0 && h < from.height()) {
                            accumulate(
                                    out,
                                    base + p * to.width() + first,
                                    in,
                                    inBase + h * from.width() + first * window.strideColumns() + offset,
                                    window.strideColumns(),
                                    end - first,
                                    w);
                        }
                    }
                }
            }
        }
    }

    private static void accumulate(float[] out, int outAt, float[] in, int inAt, int stride, int count, float w) {
        if (stride == 1) {
            for (int i = 0; i < count; i++) {
                out[outAt + i] += w * in[inAt + i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[outAt + i] += w * in[inAt + i * stride];
            }
        }
    }

    private static float[] pooling(Pooling pooling, float[] in, FeatureMapShape from, FeatureMapShape to) {
        Window window = pooling.window();
        boolean max = pooling.kind() == PoolingKind.MAX;
        float[] out = new float[to.elements()];
        int at = 0;
        for (int c = 0; c < to.channels(); c++) {
            for (int p = 0; p < to.height(); p++) {
                for (int q = 0; q < to.width(); q++) {
                    float best = Float.NEGATIVE_INFINITY;
                    double sum = 0;
                    int count = 0;
                    for (int r = 0; r < window.rows(); r++) {
                        int h = window.inputRow(p, r);
                        if (h < 0 || h >= from.height()) {
                            continue;
                        }
                        for (int s = 0; s < window.columns(); s++) {
                            int w = window.inputColumn(q, s);
                            if (w >= 0 && w < from.width()) {
                                float value = in[(c * from.height() + h) * from.width() + w];
                                best = Math.max(best, value);
                                sum += value;
                                count++;
                            }
                        }
                    }
                    int divisor = pooling.countPadding() ? window.rows() * window.columns() : Math.max(1, count);
                    out[at++] = max ? (count == 0 ? 0f : best) : (float) (sum / divisor);
                }
            }
        }
        return out;
    }

    private static float[] affine(ChannelAffine a, float[] in, FeatureMapShape shape) {
        float[] out = new float[in.length];
        int plane = shape.fibers();
        for (int i = 0; i < out.length; i++) {
            out[i] = in[i] * a.scale()[i / plane] + a.shift()[i / plane];
        }
        return out;
    }

    private static float[] fullyConnected(FullyConnected f, float[] in) {
        float[] out = new float[f.outputs()];
        for (int k = 0; k < out.length; k++) {
            double sum = f.bias()[k];
            for (int i = 0; i < in.length; i++) {
                sum += (double) f.weights()[k * in.length + i] * in[i];
            }
            out[k] = (float) sum;
        }
        return out;
    }

    private static float[] padding(Padding p, float[] in, FeatureMapShape from, FeatureMapShape to) {
        float[] out = new float[to.elements()];
        for (int c = 0; c < from.channels(); c++) {
            for (int h = 0; h < from.height(); h++) {
                int target = ((c + p.channelsBefore()) * to.height() + h + p.top()) * to.width() + p.left();
                System.arraycopy(in, (c * from.height() + h) * from.width(), out, target, from.width());
            }
        }
        return out;
    }

    private static float[] softmax(float[] in, FeatureMapShape shape, int groups) {
        float[] out = new float[in.length];
        int plane = shape.fibers();
        int size = shape.channels() / groups;
        for (int i = 0; i < plane * groups; i++) {
            int first = i / plane * size * plane + i % plane;
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < size; c++) {
                max = Math.max(max, in[first + c * plane]);
            }
            double sum = 0;
            for (int c = 0; c < size; c++) {
                sum += StrictMath.exp(in[first + c * plane] - max);
            }
            for (int c = 0; c < size; c++) {
                out[first + c * plane] = (float) (StrictMath.exp(in[first + c * plane] - max) / sum);
            }
        }
        return out;
    }

    private static float[] normalise(FloatOp.LayerNormalisation n, float[] in, FeatureMapShape shape) {
        float[] out = new float[in.length];
        int plane = shape.fibers();
        int channels = shape.channels();
        for (int i = 0; i < plane; i++) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += in[c * plane + i];
            }
            double mean = sum / channels;
            double squares = 0;
            for (int c = 0; c < channels; c++) {
                double difference = in[c * plane + i] - mean;
                squares += difference * difference;
            }
            double factor = 1 / Math.sqrt(squares / channels + n.epsilon());
            for (int c = 0; c < channels; c++) {
                out[c * plane + i] = (float) ((in[c * plane + i] - mean) * factor * n.scale()[c] + n.shift()[c]);
            }
        }
        return out;
    }

    private static float[] matrixProduct(
            FloatOp.MatrixProduct m,
            float[] left,
            FeatureMapShape leftShape,
            float[] right,
            FeatureMapShape rightShape,
            FeatureMapShape to) {
        float[] out = new float[to.elements()];
        int plane = leftShape.fibers();
        int rightPlane = rightShape.fibers();
        int depth = leftShape.channels() / m.groups();
        int outputs = to.channels() / m.groups();
        for (int k = 0; k < to.channels(); k++) {
            int group = k / outputs;
            for (int d = 0; d < depth; d++) {
                float factor = m.transposed()
                        ? right[(group * depth + d) * rightPlane + k % outputs]
                        : right[k * rightPlane + d];
                for (int t = 0; t < plane; t++) {
                    out[k * plane + t] += factor * left[(group * depth + d) * plane + t];
                }
            }
        }
        return out;
    }

    private static float[] normalise(FloatOp.LocalResponseNormalisation n, float[] in, FeatureMapShape shape) {
        float[] out = new float[in.length];
        int plane = shape.fibers();
        int before = (n.size() - 1) / 2;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < shape.channels(); c++) {
                double squares = 0;
                int last = Math.min(shape.channels() - 1, c + n.size() - 1 - before);
                for (int other = Math.max(0, c - before); other <= last; other++) {
                    squares += (double) in[other * plane + i] * in[other * plane + i];
                }
                double divisor = StrictMath.pow(n.bias() + (double) n.alpha() / n.size() * squares, n.beta());
                out[c * plane + i] = (float) (in[c * plane + i] / divisor);
            }
        }
        return out;
    }

    private static void activate(ActivationFunction function, float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = function.apply(values[i]);
        }
    }

    private static void add(float[] values, float[] other) {
        for (int i = 0; i < values.length; i++) {
            values[i] += other[i];
        }
    }

    private static void clamp(float[] values, float low, float high) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(low, Math.min(high, values[i]));
        }
    }
}
