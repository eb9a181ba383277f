package dev.isos.support.layers;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.support.arithmetic.BlockMemory;
import dev.isos.support.arithmetic.BlockedConvolution;
import dev.isos.support.arithmetic.OutputBlock;
import dev.isos.support.reference.ReferenceExecutor;

/** What layers compute, whatever their operation, for dataflows to which some of them are nothing special. Stateless. */
public final class LayerArithmetic {
    /** Key of a layer's output among the values that runs share: it depends on the workload alone. */
    private record OutputKey(int layer) {}

    private LayerArithmetic() {}

    /**
     * Whether a layer only names the outputs of others as one tensor, and so moves and computes nothing.
     *
     * @param layer any layer
     * @return true of a concatenation
     */
    public static boolean concatenates(Layer layer) {
        return layer.op() instanceof Concatenation;
    }

    /**
     * The output of a layer as the platform defines it, with its residual operand if it has one. It is computed once for all runs on a
     * workload, whatever the accelerator.
     *
     * @param context has the outputs of the layer's operands
     * @param layer of the context's network, with an operation that reaches dataflows
     * @return in the layer's output shape, not to be modified, bit for bit that of the reference
     * @throws dev.isos.api.error.IsosException where operands or parameters do not fit the layer
     */
    public static ActivationTensor output(ExecutionContext context, Layer layer) {
        return context.shared(
                new OutputKey(layer.index()), ActivationTensor.class, () -> computedOutput(context, layer));
    }

    private static ActivationTensor computedOutput(ExecutionContext context, Layer layer) {
        ActivationTensor[] inputs =
                layer.inputs().stream().map(context::activation).toArray(ActivationTensor[]::new);
        ActivationTensor residual = layer.hasResidual() ? context.activation(layer.residual()) : null;
        LayerParameters parameters = context.workload().parameters().get(layer.index());
        if (layer.convolution().isEmpty()) {
            return ReferenceExecutor.execute(layer, parameters, inputs, residual);
        }
        Requantisation requantisation = parameters.requantisation();
        ActivationTensor output = new ActivationTensor(
                layer.outputShape(),
                requantisation.signedOutput(),
                new byte[layer.outputShape().elements()]);
        if (layer.outputShape().fibers() == 1) {
            OutputBlock block = new OutputBlock(requantisation, residual, output);
            int[] sums =
                    sumsOfOnePosition(layer, inputs[0], parameters.filters().orElseThrow());
            int[] sum = new int[BlockedConvolution.BLOCK];
            for (int k = 0; k < sums.length; k++) {
                sum[0] = sums[k];
                block.complete(k, 0, 1, sum);
            }
            return output;
        }
        new BlockedConvolution(layer, inputs[0], parameters.filters().orElseThrow())
                .run(context.tasks(), BlockMemory.of(context), () -> {
                    OutputBlock block = new OutputBlock(requantisation, residual, output);
                    return block::complete;
                });
        return output;
    }

    /** Sums by output channel: where each weight meets one input, to lay weights out for a block takes longer than the products. */
    private static int[] sumsOfOnePosition(Layer layer, ActivationTensor input, FilterTensor filters) {
        Window window = layer.convolution().orElseThrow().window();
        FeatureMapShape in = input.shape();
        int[] starts = filters.starts();
        char[] coordinates = filters.coordinates();
        byte[] payloads = filters.payloads();
        int[] sums = new int[layer.outputShape().channels()];
        for (int fiber = 0; fiber < starts.length - 1; fiber++) {
            int h = window.inputRow(0, fiber / window.columns() % window.rows());
            int w = window.inputColumn(0, fiber % window.columns());
            boolean padding = h < 0 || h >= in.height() || w < 0 || w >= in.width();
            int c = fiber / (window.rows() * window.columns());
            int value = padding ? 0 : input.value(c, h, w);
            int end = value == 0 ? starts[fiber] : starts[fiber + 1];
            for (int i = starts[fiber]; i < end; i++) {
                sums[coordinates[i]] += value * payloads[i];
            }
        }
        return sums;
    }

    /**
     * Operands of one output of a layer without filters, zero or not: the window of a pooling with what lies in the padding, the
     * channels that a normalisation looks at, one of each input of all else.
     *
     * @param layer a layer without filters
     * @return elements, at least 1
     */
    public static int operandsPerOutput(Layer layer) {
        if (layer.op() instanceof Pooling pooling) {
            return pooling.window().rows() * pooling.window().columns();
        }
        if (layer.op() instanceof Normalisation normalisation) {
            int channels = layer.inputShape().channels();
            return Math.min(normalisation.width(channels), channels);
        }
        return layer.inputs().size();
    }
}
