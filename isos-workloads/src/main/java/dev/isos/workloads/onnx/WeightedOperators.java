package dev.isos.workloads.onnx;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import dev.isos.workloads.graph.IntegerWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Convolutions and matrix products with constant weights. */
final class WeightedOperators extends OperatorFamily {
    WeightedOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Conv", this::convolution);
        standard.put("Gemm", this::gemm);
        standard.put("MatMul", this::matMul);
    }

    private void convolution(OnnxNode node) {
        ComputedTensor in = map(node, 0);
        ConstantTensor weights = constant(node, 1, "weights");
        QuantisedConstant quantised = state.quantisedConstants.get(node.requiredInput(1));
        int outputs = weights.rank() == 0 ? 0 : weights.dims()[0];
        float[] bias = bias(node, 2, outputs);
        int[] integerBias = node.input(2).isPresent()
                ? integerBias(
                        quantised, state.quantisedConstants.get(node.requiredInput(2)), outputs, node.requiredInput(0))
                : new int[0];
        Optional<IntegerWeights> integers =
                integers(quantised, 0, outputs, integerBias, scaleOf(node.requiredInput(0)));
        convolution(node, in, weights, bias, integers, node.output());
    }

    void convolution(
            OnnxNode node,
            ComputedTensor in,
            ConstantTensor weights,
            float[] bias,
            Optional<IntegerWeights> integers,
            String output) {
        int[] dims = weights.dims();
        if (dims.length == 3) {
            throw node.unsupported("is a convolution over one dimension, expected weights of K x C x R x S");
        }
        if (dims.length != 4) {
            throw node.unsupported("has weights of " + dims.length + " dimensions, expected K x C x R x S");
        }
        long groups = node.integer("group", 1);
        FeatureMapShape shape = in.shape();
        if (groups <= 0 || groups > shape.channels() || groups * dims[1] != shape.channels()) {
            throw node.badInput("has " + groups + " groups and weights for " + dims[1]
                    + " channels each, but its input has " + shape.channels());
        }
        FilterShape filter = new FilterShape(dims[0], dims[1], dims[2], dims[3], (int) groups);
        Window window = WindowReader.convolution(node, dims[2], dims[3], shape.height(), shape.width());
        emit(
                node,
                new Convolution(filter, window, weights.floats(), bias, integers),
                new ComputedTensor(outputShape(node, dims[0], window, shape), 4),
                output,
                List.of(node.requiredInput(0)));
    }

    /** Weights of the model in int8, where it holds them so and shifting them by their zero points keeps them int8. */
    Optional<IntegerWeights> integers(
            QuantisedConstant quantised, int outputAxis, int outputs, int[] bias, float inputScale) {
        if (quantised == null
                || quantised.stored().kind() == ConstantTensor.Kind.INTEGER
                || !quantised.stored().isInteger()
                || outputs == 0
                || !quantised.perAxis(outputAxis, outputs)) {
            return Optional.empty();
        }
        ConstantTensor stored = quantised.stored();
        int rank = stored.rank();
        if (rank < 2 || outputAxis == 1 && rank != 2) {
            return Optional.empty();
        }
        int perOutput = stored.elements() / outputs;
        byte[] weights = new byte[stored.elements()];
        float[] scale = new float[outputs];
        for (int k = 0; k < outputs; k++) {
            scale[k] = quantised.scaleAt(k);
            long zero = quantised.zeroPointAt(k);
            if (!(scale[k] > 0 && scale[k] <= Float.MAX_VALUE)) {
                return Optional.empty();
            }
            for (int i = 0; i < perOutput; i++) {
                long value = stored.integerAt(outputAxis == 0 ? k * perOutput + i : i * outputs + k) - zero;
                if (value < -128 || value > 127) {
                    state.requantised++;
                    return Optional.empty();
                }
                weights[k * perOutput + i] = (byte) value;
            }
        }
        return Optional.of(new IntegerWeights(weights, scale, bias, inputScale));
    }

    /** Biases of a QDQ graph as integers, where their scale is that of input times weights; else empty. */
    private int[] integerBias(QuantisedConstant weights, QuantisedConstant bias, int outputs, String input) {
        if (weights == null || bias == null || bias.stored().elements() != outputs || scaleOf(input) == 0) {
            return new int[0];
        }
        int[] values = new int[outputs];
        for (int k = 0; k < outputs; k++) {
            float expected = scaleOf(input) * weights.scaleAt(k);
            boolean same = Math.abs(bias.scaleAt(k) - expected) <= 1e-6f * expected && bias.zeroPointAt(k) == 0;
            long value = bias.stored().integerAt(k);
            if (!same || value != (int) value) {
                return new int[0];
            }
            values[k] = (int) value;
        }
        return values;
    }

    private void gemm(OnnxNode node) {
        ComputedTensor in = features(node, 0);
        if (node.integer("transA", 0) != 0) {
            throw node.unsupported("transposes its input, expected transA = 0");
        }
        ConstantTensor weights = constant(node, 1, "weights");
        boolean transposed = node.integer("transB", 0) != 0;
        float alpha = node.number("alpha", 1f);
        float beta = node.number("beta", 1f);
        int outputs = outputs(node, weights, transposed, in);
        float[] bias = new float[outputs];
        if (node.input(2).isPresent()) {
            ConstantTensor c = constant(node, 2, "bias");
            if (c.elements() != outputs && c.elements() != 1) {
                throw node.badInput("has " + c.elements() + " biases, expected " + outputs);
            }
            for (int k = 0; k < outputs; k++) {
                bias[k] = beta * c.floatAt(c.elements() == 1 ? 0 : k);
            }
        }
        QuantisedConstant quantised = alpha == 1f ? state.quantisedConstants.get(node.requiredInput(1)) : null;
        int[] integerBias = beta == 1f && node.input(2).isPresent()
                ? integerBias(
                        quantised, state.quantisedConstants.get(node.requiredInput(2)), outputs, node.requiredInput(0))
                : new int[0];
        Optional<IntegerWeights> integers =
                integers(quantised, transposed ? 0 : 1, outputs, integerBias, scaleOf(node.requiredInput(0)));
        fullyConnected(node, weights, transposed, alpha, bias, integers, in, node.output());
    }

    private void matMul(OnnxNode node) {
        ComputedTensor in = features(node, 0);
        ConstantTensor weights = constant(node, 1, "weights");
        int outputs = outputs(node, weights, false, in);
        QuantisedConstant quantised = state.quantisedConstants.get(node.requiredInput(1));
        Optional<IntegerWeights> integers = integers(quantised, 1, outputs, new int[0], scaleOf(node.requiredInput(0)));
        fullyConnected(node, weights, false, 1f, new float[outputs], integers, in, node.output());
    }

    static int outputs(OnnxNode node, ConstantTensor weights, boolean transposed, ComputedTensor in) {
        int[] dims = weights.dims();
        if (dims.length != 2) {
            throw node.unsupported("has weights of " + dims.length + " dimensions, expected 2");
        }
        int inputs = dims[transposed ? 1 : 0];
        if (inputs != in.shape().channels()) {
            throw node.badInput("has weights for " + inputs + " inputs, but gets "
                    + in.shape().channels());
        }
        return checkedShape(node, dims[transposed ? 0 : 1], 1, 1).channels();
    }

    void fullyConnected(
            OnnxNode node,
            ConstantTensor weights,
            boolean transposed,
            float alpha,
            float[] bias,
            Optional<IntegerWeights> integers,
            ComputedTensor in,
            String output) {
        int outputs = bias.length;
        int inputs = in.shape().channels();
        float[] from = weights.floats();
        float[] rows = from;
        if (!transposed || alpha != 1f) {
            rows = new float[from.length];
            for (int k = 0; k < outputs; k++) {
                for (int i = 0; i < inputs; i++) {
                    rows[k * inputs + i] = alpha * from[transposed ? k * inputs + i : i * outputs + k];
                }
            }
        }
        emit(
                node,
                new FullyConnected(outputs, rows, bias, integers),
                new ComputedTensor(new FeatureMapShape(outputs, 1, 1), 2),
                output,
                List.of(node.requiredInput(0)));
    }
}
