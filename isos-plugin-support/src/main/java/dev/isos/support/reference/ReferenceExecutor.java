package dev.isos.support.reference;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The reference: computes layers and whole networks output by output, with the arithmetic of {@link Requantisation}.
 * Fast enough to check full-size networks, and independent of every dataflow. Stateless, for any number of threads.
 *
 * <p>A max pooling ignores padding; an average pooling divides by the window or by the positions on the map, as its
 * {@code countPadding} says. A window that lies in the padding altogether gives the accumulator 0.
 */
public final class ReferenceExecutor {
    private ReferenceExecutor() {}

    /**
     * 32-bit sums of a convolution before bias and requantisation.
     *
     * @param layer a convolution
     * @param input in the layer's input shape
     * @param filters in the layer's filter shape
     * @return sums in rank order [Q, P, K]: output (k, p, q) is at {@code (q * P + p) * K + k}
     * @throws IsosException when the layer is none, or a tensor does not fit it
     */
    public static int[] accumulate(Layer layer, ActivationTensor input, FilterTensor filters) {
        requireConvolution(layer, input, filters);
        return new ReferenceConvolution(layer, input, filters).accumulate();
    }

    /**
     * Exact number of products of which both operands are non-zero, by counting operands, without convolving.
     *
     * @param layer a convolution
     * @param input in the layer's input shape
     * @param filters in the layer's filter shape
     * @return multiply-accumulates; zeros in the padding make none
     * @throws IsosException when the layer is none, or a tensor does not fit it
     */
    public static long effectualMacs(Layer layer, ActivationTensor input, FilterTensor filters) {
        requireConvolution(layer, input, filters);
        return ReferenceConvolution.effectualMacs(layer, input, filters);
    }

    /**
     * For each filter fiber (see {@link FilterTensor#fiber}) the non-zero inputs that every weight of the fiber meets: the products
     * that each of its non-zero weights makes.
     *
     * @param layer a convolution
     * @param input in the layer's input shape
     * @param filters in the layer's filter shape; their payloads do not matter
     * @return C * R * S numbers, by fiber
     * @throws IsosException when the layer is none, or a tensor does not fit it
     */
    public static long[] productsPerWeight(Layer layer, ActivationTensor input, FilterTensor filters) {
        requireConvolution(layer, input, filters);
        return ReferenceConvolution.productsPerWeight(layer, input, filters);
    }

    /**
     * Post-operations of a convolution on sums of {@link #accumulate}.
     *
     * @param layer a convolution, or a layer whose second input takes the place of filters
     * @param requantisation of the layer
     * @param accumulators rank order [Q, P, K]; not modified
     * @param residual residual operand in the output's shape, or null if the layer has none
     * @return a new tensor in the layer's output shape
     * @throws IsosException when lengths or shapes do not fit the layer
     */
    public static ActivationTensor finish(
            Layer layer, Requantisation requantisation, int[] accumulators, @Nullable ActivationTensor residual) {
        FeatureMapShape out = layer.outputShape();
        requireLength(layer, accumulators.length, out);
        requireResidual(layer, residual);
        requireChannels(layer, requantisation);
        int channels = out.channels();
        byte[] values = new byte[out.elements()];
        for (int base = 0; base < values.length; base += channels) {
            for (int k = 0; k < channels; k++) {
                int at = base + k;
                int value = residual == null
                        ? requantisation.apply(accumulators[at], k)
                        : requantisation.apply(
                                accumulators[at], k, ActivationTensor.decode(residual.values()[at], residual.signed()));
                values[at] = (byte) value;
            }
        }
        return new ActivationTensor(out, requantisation.signedOutput(), values);
    }

    /**
     * Executes one layer of any kind.
     *
     * @param layer any layer
     * @param parameters filters, of a convolution, and requantisation
     * @param inputs main inputs in the order of {@link Layer#inputs()}
     * @param residual residual operand, or null if the layer has none
     * @return a new tensor in the layer's output shape
     * @throws IsosException when operands or parameters do not fit the layer
     */
    public static ActivationTensor execute(
            Layer layer, LayerParameters parameters, ActivationTensor[] inputs, @Nullable ActivationTensor residual) {
        Requantisation requantisation = parameters.requantisation();
        requireInputs(layer, inputs);
        requireChannels(layer, requantisation);
        LayerOp op = layer.op();
        if (op instanceof Convolution) {
            FilterTensor filters = parameters
                    .filters()
                    .orElseThrow(() -> IsosException.badInput("layer " + layer.name() + " has no filters"));
            return finish(layer, requantisation, accumulate(layer, inputs[0], filters), residual);
        }
        if (layer.hasComputedFilters()) {
            FilterTensor filters = GatheredOperands.filters(layer, inputs[1]);
            int[] sums = accumulate(GatheredOperands.convolution(layer), inputs[0], filters);
            return finish(layer, requantisation, sums, residual);
        }
        if (layer.hasResidual() || residual != null) {
            throw IsosException.unsupported("layer " + layer.name() + " is a " + op.label()
                    + " with a residual operand, only convolutions can have one");
        }
        if (op instanceof Pooling pooling) {
            return pool(layer, pooling, requantisation, inputs[0]);
        }
        if (op instanceof ElementwiseAdd) {
            return add(layer, requantisation, inputs[0], inputs[1]);
        }
        if (op instanceof Concatenation) {
            return concatenate(layer, requantisation, inputs);
        }
        if (op instanceof Normalisation normalisation) {
            return normalise(layer, ChannelNormaliser.of(normalisation, requantisation), requantisation, inputs[0]);
        }
        if (op instanceof ChannelSelection selection) {
            return select(layer, selection.toArray(), requantisation, inputs[0]);
        }
        if (GatheredOperands.rearranges(op)) {
            int[] all = IntStream.range(0, layer.outputShape().channels()).toArray();
            return select(layer, all, requantisation, GatheredOperands.rearranged(layer, inputs[0]));
        }
        throw IsosException.unsupported("layer " + layer.name() + " has the unknown operation " + op.label());
    }

    /**
     * Executes the whole network and gives one reference per layer.
     *
     * @param workload network, weights and inputs; a reference that it has is not looked at
     * @return by index of the layer
     */
    public static List<LayerReference> execute(Workload workload) {
        return execute(workload, (layer, output) -> {});
    }

    /**
     * The same; also hands each layer's output to a consumer, in topological order. A tensor is forgotten as soon as no
     * later layer reads it.
     *
     * @param workload network, weights and inputs; a reference that it has is not looked at
     * @param consumer may keep the tensors, and must not modify them
     * @return by index of the layer
     */
    public static List<LayerReference> execute(Workload workload, BiConsumer<Layer, ActivationTensor> consumer) {
        Network network = workload.network();
        List<List<Integer>> consumers = network.consumers();
        ActivationTensor[] outputs = new ActivationTensor[network.size()];
        List<LayerReference> references = new ArrayList<>(network.size());
        for (Layer layer : network.layers()) {
            ActivationTensor[] inputs = new ActivationTensor[layer.inputs().size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = operand(workload, outputs, layer.inputs().get(i));
            }
            ActivationTensor residual = layer.hasResidual() ? operand(workload, outputs, layer.residual()) : null;
            LayerParameters parameters = workload.parameters().get(layer.index());
            ActivationTensor output = execute(layer, parameters, inputs, residual);
            outputs[layer.index()] = output;
            long macs = 0;
            if (layer.hasComputedFilters()) {
                FilterTensor filters = GatheredOperands.filters(layer, inputs[1]);
                macs = effectualMacs(GatheredOperands.convolution(layer), inputs[0], filters);
            } else if (parameters.filters().isPresent()) {
                macs = effectualMacs(layer, inputs[0], parameters.filters().get());
            }
            references.add(new LayerReference(output.sha256(), output.nonZeros(), macs));
            consumer.accept(layer, output);
            for (int operand : layer.operands()) {
                if (!Layer.isNetworkInput(operand) && last(consumers.get(operand)) == layer.index()) {
                    outputs[operand] = null;
                }
            }
        }
        return references;
    }

    private static ActivationTensor operand(Workload workload, ActivationTensor[] outputs, int layer) {
        return Layer.isNetworkInput(layer) ? workload.input(layer) : outputs[layer];
    }

    private static int last(List<Integer> ascending) {
        return ascending.get(ascending.size() - 1);
    }

    private static ActivationTensor pool(
            Layer layer, Pooling pooling, Requantisation requantisation, ActivationTensor input) {
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        Window window = pooling.window();
        boolean max = pooling.kind() == LayerOp.PoolingKind.MAX;
        int channels = out.channels();
        int[] pooled = new int[channels];
        byte[] values = new byte[out.elements()];
        for (int q = 0, base = 0; q < out.width(); q++) {
            for (int p = 0; p < out.height(); p++, base += channels) {
                Arrays.fill(pooled, 0);
                int positions = 0;
                for (int s = 0; s < window.columns(); s++) {
                    int w = window.inputColumn(q, s);
                    for (int r = 0; r < window.rows(); r++) {
                        int h = window.inputRow(p, r);
                        if (w < 0 || w >= in.width() || h < 0 || h >= in.height()) {
                            continue;
                        }
                        poolFiber(input, input.fiberStart(w, h), pooled, max, positions == 0);
                        positions++;
                    }
                }
                int divisor = pooling.countPadding() ? window.rows() * window.columns() : Math.max(1, positions);
                for (int k = 0; k < channels; k++) {
                    values[base + k] = (byte)
                            (max ? requantisation.apply(pooled[k], k) : requantisation.average(pooled[k], divisor, k));
                }
            }
        }
        return new ActivationTensor(out, requantisation.signedOutput(), values);
    }

    private static void poolFiber(ActivationTensor input, int from, int[] pooled, boolean max, boolean first) {
        byte[] values = input.values();
        for (int c = 0; c < pooled.length; c++) {
            int value = ActivationTensor.decode(values[from + c], input.signed());
            if (!max) {
                pooled[c] += value;
            } else if (first || value > pooled[c]) {
                pooled[c] = value;
            }
        }
    }

    private static ActivationTensor add(
            Layer layer, Requantisation requantisation, ActivationTensor first, ActivationTensor second) {
        byte[] values = new byte[layer.outputShape().elements()];
        for (int i = 0; i < values.length; i++) {
            int a = ActivationTensor.decode(first.values()[i], first.signed());
            int b = ActivationTensor.decode(second.values()[i], second.signed());
            values[i] = (byte) requantisation.add(a, b);
        }
        return new ActivationTensor(layer.outputShape(), requantisation.signedOutput(), values);
    }

    private static ActivationTensor concatenate(Layer layer, Requantisation requantisation, ActivationTensor[] inputs) {
        FeatureMapShape out = layer.outputShape();
        byte[] values = new byte[out.elements()];
        int firstChannel = 0;
        for (ActivationTensor part : inputs) {
            if (part.signed() != requantisation.signedOutput()) {
                throw IsosException.unsupported(
                        "layer " + layer.name() + " concatenates int8 and uint8 tensors, which share no scale");
            }
            int length = part.shape().channels();
            for (int fiber = 0; fiber < out.fibers(); fiber++) {
                System.arraycopy(part.values(), fiber * length, values, fiber * out.channels() + firstChannel, length);
            }
            firstChannel += length;
        }
        return new ActivationTensor(out, requantisation.signedOutput(), values);
    }

    private static ActivationTensor normalise(
            Layer layer, ChannelNormaliser normaliser, Requantisation requantisation, ActivationTensor input) {
        int channels = layer.outputShape().channels();
        byte[] values = new byte[layer.outputShape().elements()];
        for (int at = 0; at < values.length; at += channels) {
            normaliser.fiber(input.values(), at, input.signed(), values, at, channels);
        }
        return new ActivationTensor(layer.outputShape(), requantisation.signedOutput(), values);
    }

    private static ActivationTensor select(
            Layer layer, int[] selected, Requantisation requantisation, ActivationTensor input) {
        int channels = input.shape().channels();
        byte[] values = new byte[layer.outputShape().elements()];
        for (int fiber = 0; fiber < layer.outputShape().fibers(); fiber++) {
            for (int k = 0; k < selected.length; k++) {
                int value = ActivationTensor.decode(input.values()[fiber * channels + selected[k]], input.signed());
                values[fiber * selected.length + k] = (byte) requantisation.apply(value, k);
            }
        }
        return new ActivationTensor(layer.outputShape(), requantisation.signedOutput(), values);
    }

    private static void requireInputs(Layer layer, ActivationTensor[] inputs) {
        LayerOp op = layer.op();
        if (op instanceof Concatenation) {
            int channels = 0;
            for (ActivationTensor part : inputs) {
                channels += part.shape().channels();
            }
            if (inputs.length != layer.inputs().size()
                    || channels != layer.outputShape().channels()) {
                throw IsosException.badInput("layer " + layer.name() + " needs parts of "
                        + layer.outputShape().channels() + " channels in all, got " + channels);
            }
            return;
        }
        int expected = op instanceof ElementwiseAdd || layer.hasComputedFilters() ? 2 : 1;
        if (inputs.length != expected) {
            throw IsosException.badInput(
                    "layer " + layer.name() + " needs " + expected + " main inputs, got " + inputs.length);
        }
        // Network has checked the second operand of a product
        for (ActivationTensor input : layer.hasComputedFilters() ? new ActivationTensor[] {inputs[0]} : inputs) {
            requireShape(layer, input, layer.inputShape(), "input");
        }
    }

    private static void requireConvolution(Layer layer, ActivationTensor input, FilterTensor filters) {
        if (!(layer.op() instanceof Convolution)) {
            throw IsosException.badInput("layer " + layer.name() + " is no convolution but a "
                    + layer.op().label());
        }
        requireShape(layer, input, layer.inputShape(), "input");
        if (!filters.shape().equals(layer.filterShape())) {
            throw IsosException.badInput(
                    "layer " + layer.name() + " needs filters of " + layer.filterShape() + ", got " + filters.shape());
        }
    }

    private static void requireResidual(Layer layer, ActivationTensor residual) {
        if (layer.hasResidual() != (residual != null)) {
            throw IsosException.badInput("layer " + layer.name()
                    + (layer.hasResidual() ? " needs a residual operand, got none" : " takes no residual operand"));
        }
        if (residual != null) {
            requireShape(layer, residual, layer.outputShape(), "residual operand");
        }
    }

    private static void requireShape(Layer layer, ActivationTensor tensor, FeatureMapShape shape, String what) {
        if (!tensor.shape().equals(shape)) {
            throw IsosException.badInput(
                    "layer " + layer.name() + " needs an " + what + " of shape " + shape + ", got " + tensor.shape());
        }
    }

    private static void requireLength(Layer layer, int length, FeatureMapShape shape) {
        if (length != shape.elements()) {
            throw IsosException.badInput(
                    "layer " + layer.name() + " needs " + shape.elements() + " accumulators, got " + length);
        }
    }

    private static void requireChannels(Layer layer, Requantisation requantisation) {
        if (requantisation.bias().length != layer.outputShape().channels()) {
            throw IsosException.badInput("layer " + layer.name() + " needs "
                    + layer.outputShape().channels() + " biases, got " + requantisation.bias().length);
        }
    }
}
