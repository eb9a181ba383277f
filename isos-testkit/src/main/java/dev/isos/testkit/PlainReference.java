package dev.isos.testkit;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LayerNormalisation;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.MatrixProduct;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.LayerOp.PositionSelection;
import dev.isos.api.network.LayerOp.Softmax;
import dev.isos.api.network.LayerOp.Transposition;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * Every layer in the most obvious way, one output element after the other: the oracle of the contract kit. Slow; for
 * small cases.
 */
public final class PlainReference {
    private PlainReference() {}

    /**
     * Outputs of all layers, in order.
     *
     * @param workload any workload; a reference that it has is not looked at
     * @return by index of the layer
     */
    public static List<ActivationTensor> outputs(Workload workload) {
        List<ActivationTensor> outputs = new ArrayList<>();
        for (Layer layer : workload.network().layers()) {
            FeatureMapShape shape = layer.outputShape();
            byte[] values = new byte[shape.elements()];
            for (int k = 0; k < shape.channels(); k++) {
                for (int p = 0; p < shape.height(); p++) {
                    for (int q = 0; q < shape.width(); q++) {
                        int value = element(workload, outputs, layer, k, p, q);
                        values[(q * shape.height() + p) * shape.channels() + k] = (byte) value;
                    }
                }
            }
            boolean signed = workload.requantisation(layer.index()).signedOutput();
            outputs.add(new ActivationTensor(shape, signed, values));
        }
        return outputs;
    }

    /**
     * Products of which both operands are non-zero, for each layer, counted one by one.
     *
     * @param workload any workload
     * @param outputs of all its layers, by index
     * @return by index of the layer; 0 of a layer without filters
     */
    public static List<Long> effectualMacs(Workload workload, List<ActivationTensor> outputs) {
        List<Long> macs = new ArrayList<>();
        for (Layer layer : workload.network().layers()) {
            macs.add(
                    layer.hasComputedFilters()
                            ? productMacs(layer, input(workload, outputs, layer))
                            : layer.op() instanceof Convolution
                                    ? effectualMacs(
                                            layer, input(workload, outputs, layer), workload.filters(layer.index()))
                                    : 0L);
        }
        return macs;
    }

    /**
     * The workload with the reference digests of this oracle.
     *
     * @param workload any workload; a reference that it has is replaced
     * @return a copy, without comparisons to a float model
     */
    public static Workload withReference(Workload workload) {
        List<ActivationTensor> outputs = outputs(workload);
        List<Long> macs = effectualMacs(workload, outputs);
        List<LayerReference> references = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            references.add(
                    new LayerReference(outputs.get(i).sha256(), outputs.get(i).nonZeros(), macs.get(i)));
        }
        return workload.withReference(references);
    }

    private static ActivationTensor input(Workload workload, List<ActivationTensor> outputs, Layer layer) {
        return tensor(workload, outputs, layer.inputs().get(0));
    }

    private static ActivationTensor tensor(Workload workload, List<ActivationTensor> outputs, int layer) {
        return Layer.isNetworkInput(layer) ? workload.input(layer) : outputs.get(layer);
    }

    private static int element(Workload workload, List<ActivationTensor> outputs, Layer layer, int k, int p, int q) {
        Requantisation requantisation = workload.requantisation(layer.index());
        LayerOp op = layer.op();
        if (op instanceof Convolution) {
            int sum = sum(layer, input(workload, outputs, layer), workload.filters(layer.index()), k, p, q);
            return layer.hasResidual()
                    ? requantisation.apply(
                            sum, k, tensor(workload, outputs, layer.residual()).value(k, p, q))
                    : requantisation.apply(sum, k);
        }
        if (op instanceof Pooling pooling) {
            return pool(layer, pooling, requantisation, input(workload, outputs, layer), k, p, q);
        }
        if (op instanceof ElementwiseAdd) {
            int second = tensor(workload, outputs, layer.inputs().get(1)).value(k, p, q);
            return requantisation.add(input(workload, outputs, layer).value(k, p, q), second);
        }
        if (op instanceof LocalResponseNormalisation normalisation) {
            return normalise(normalisation, requantisation, input(workload, outputs, layer), k, p, q);
        }
        if (op instanceof LayerNormalisation normalisation) {
            return layerNormalise(normalisation, requantisation, input(workload, outputs, layer), k, p, q);
        }
        if (op instanceof Softmax softmax) {
            return softmax(softmax, requantisation, input(workload, outputs, layer), k, p, q);
        }
        if (op instanceof PositionSelection selection) {
            int width = layer.inputShape().width();
            int at = selection.positions().get(p * selection.width() + q);
            int value = at < 0 ? 0 : input(workload, outputs, layer).value(k, at / width, at % width);
            return requantisation.apply(value, k);
        }
        if (op instanceof Transposition transposition) {
            int width = layer.inputShape().width();
            int c = p * transposition.width() + q;
            return requantisation.apply(input(workload, outputs, layer).value(c, k / width, k % width), k);
        }
        if (layer.hasComputedFilters()) {
            ActivationTensor second = tensor(workload, outputs, layer.inputs().get(1));
            int sum = product(layer, input(workload, outputs, layer), second, k, p, q);
            return layer.hasResidual()
                    ? requantisation.apply(
                            sum, k, tensor(workload, outputs, layer.residual()).value(k, p, q))
                    : requantisation.apply(sum, k);
        }
        if (op instanceof ChannelSelection selection) {
            int value =
                    input(workload, outputs, layer).value(selection.channels().get(k), p, q);
            return requantisation.apply(value, k);
        }
        int channel = k;
        for (int part : layer.inputs()) {
            ActivationTensor tensor = tensor(workload, outputs, part);
            if (channel < tensor.shape().channels()) {
                return tensor.value(channel, p, q);
            }
            channel -= tensor.shape().channels();
        }
        throw new IllegalStateException("channel " + k + " is in no part of " + layer.name());
    }

    private static int product(Layer layer, ActivationTensor a, ActivationTensor b, int k, int p, int q) {
        if (!(layer.op() instanceof MatrixProduct product)) {
            return a.value(k, p, q) * Math.min(127, b.value(k, 0, 0));
        }
        int width = b.shape().width();
        int depth = a.shape().channels() / product.groups();
        int outputs = layer.outputShape().channels() / product.groups();
        int head = k / outputs;
        int sum = 0;
        for (int i = 0; i < depth; i++) {
            int c = head * depth + i;
            int position = product.transposed() ? k % outputs : i;
            int factor = b.value(product.transposed() ? c : k, position / width, position % width);
            sum += a.value(c, p, q) * Math.min(127, factor);
        }
        return sum;
    }

    /** Of a product every value of the second operand counts, zero or not. */
    private static long productMacs(Layer layer, ActivationTensor a) {
        int groups = layer.op() instanceof MatrixProduct product
                ? product.groups()
                : layer.outputShape().channels();
        return a.nonZeros() * (layer.outputShape().channels() / groups);
    }

    private static int sum(Layer layer, ActivationTensor input, FilterTensor filters, int k, int p, int q) {
        Window window = ((Convolution) layer.op()).window();
        byte[] dense = filters.toDense();
        int perGroup = filters.shape().channelsPerGroup();
        int firstChannel = k / filters.shape().outputsPerGroup() * perGroup;
        int sum = 0;
        for (int c = 0; c < perGroup; c++) {
            for (int r = 0; r < window.rows(); r++) {
                for (int s = 0; s < window.columns(); s++) {
                    int h = window.inputRow(p, r);
                    int w = window.inputColumn(q, s);
                    if (onMap(input.shape(), h, w)) {
                        int weight = dense[((k * perGroup + c) * window.rows() + r) * window.columns() + s];
                        sum += weight * input.value(firstChannel + c, h, w);
                    }
                }
            }
        }
        return sum;
    }

    private static long effectualMacs(Layer layer, ActivationTensor input, FilterTensor filters) {
        Window window = ((Convolution) layer.op()).window();
        FeatureMapShape out = layer.outputShape();
        long macs = 0;
        for (int p = 0; p < out.height(); p++) {
            for (int q = 0; q < out.width(); q++) {
                for (int r = 0; r < window.rows(); r++) {
                    for (int s = 0; s < window.columns(); s++) {
                        int h = window.inputRow(p, r);
                        int w = window.inputColumn(q, s);
                        for (int c = 0;
                                onMap(input.shape(), h, w) && c < input.shape().channels();
                                c++) {
                            int fiber = filters.fiber(c, r, s);
                            macs += input.value(c, h, w) != 0
                                    ? filters.starts()[fiber + 1] - filters.starts()[fiber]
                                    : 0;
                        }
                    }
                }
            }
        }
        return macs;
    }

    private static int pool(
            Layer layer, Pooling pooling, Requantisation requantisation, ActivationTensor input, int k, int p, int q) {
        Window window = pooling.window();
        int sum = 0;
        int max = Integer.MIN_VALUE;
        int positions = 0;
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                int h = window.inputRow(p, r);
                int w = window.inputColumn(q, s);
                if (onMap(layer.inputShape(), h, w)) {
                    sum += input.value(k, h, w);
                    max = Math.max(max, input.value(k, h, w));
                    positions++;
                }
            }
        }
        if (pooling.kind() == PoolingKind.MAX) {
            return requantisation.apply(positions == 0 ? 0 : max, k);
        }
        int divisor = pooling.countPadding() ? window.rows() * window.columns() : Math.max(1, positions);
        return requantisation.average(sum, divisor, k);
    }

    private static int normalise(
            LocalResponseNormalisation op, Requantisation requantisation, ActivationTensor input, int k, int p, int q) {
        int sum = 0;
        for (int c = 0; c < input.shape().channels(); c++) {
            // the definition of ONNX
            if (c >= k - Math.floor((op.size() - 1) / 2.0) && c <= k + Math.ceil((op.size() - 1) / 2.0)) {
                sum += input.value(c, p, q) * input.value(c, p, q);
            }
        }
        int value = input.value(k, p, q);
        double scale = (double) requantisation.multiplier()[0] * requantisation.outputScale();
        double base = op.k() + (double) op.alpha() / op.size() * (scale * scale * sum);
        double result = Math.rint(value
                * StrictMath.pow(base, -(double) op.beta())
                * requantisation.multiplier()[0]);
        return value == 0 ? 0 : (int) Math.max(requantisation.low(), Math.min(requantisation.high(), result));
    }

    private static int layerNormalise(
            LayerNormalisation op, Requantisation requantisation, ActivationTensor input, int k, int p, int q) {
        double count = input.shape().channels();
        double sum = 0;
        double squares = 0;
        for (int c = 0; c < count; c++) {
            sum += input.value(c, p, q);
            squares += Math.pow(input.value(c, p, q), 2);
        }
        double root = Math.sqrt((count * squares - sum * sum) / (count * count) + op.epsilon());
        double normal = root == 0 ? 0 : (input.value(k, p, q) - sum / count) * (1 / root);
        double result = Math.rint(
                normal * requantisation.multiplier()[k] + requantisation.bias()[k] / 65536.0);
        return (int) Math.max(requantisation.low(), Math.min(requantisation.high(), result));
    }

    private static int softmax(Softmax op, Requantisation requantisation, ActivationTensor input, int k, int p, int q) {
        int size = input.shape().channels() / op.groups();
        int first = k / size * size;
        int largest = input.value(first, p, q);
        for (int c = first; c < first + size; c++) {
            largest = Math.max(largest, input.value(c, p, q));
        }
        double sum = 0;
        for (int c = first; c < first + size; c++) {
            sum += StrictMath.exp((double) op.scale() * (input.value(c, p, q) - largest));
        }
        double own = StrictMath.exp((double) op.scale() * (input.value(k, p, q) - largest));
        double result = Math.rint(own / sum * requantisation.multiplier()[k]);
        return (int) Math.max(requantisation.low(), Math.min(requantisation.high(), result));
    }

    private static boolean onMap(FeatureMapShape shape, int h, int w) {
        return h >= 0 && h < shape.height() && w >= 0 && w < shape.width();
    }
}
