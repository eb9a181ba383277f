package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.TensorFormat;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Models in 8 bits: quantisation nodes and operators on 8-bit tensors, as real arithmetic with prescribed formats. */
final class QuantisedOperators extends OperatorFamily {
    private final WeightedOperators weighted;
    private final PoolingOperators poolings;
    private final ShapeOperators shapes;

    QuantisedOperators(
            TranslationState state, WeightedOperators weighted, PoolingOperators poolings, ShapeOperators shapes) {
        super(state);
        this.weighted = weighted;
        this.poolings = poolings;
        this.shapes = shapes;
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("QuantizeLinear", this::quantizeLinear);
        standard.put("DequantizeLinear", this::dequantizeLinear);
        standard.put("QLinearConv", this::qLinearConv);
        standard.put("QLinearMatMul", this::qLinearMatMul);
        microsoft.put("QLinearAdd", this::qLinearAdd);
        microsoft.put("QLinearConcat", this::qLinearConcat);
        microsoft.put("QLinearGlobalAveragePool", node -> qLinearPool(node, true));
        microsoft.put("QLinearAveragePool", node -> qLinearPool(node, false));
        microsoft.put("QGemm", this::qGemm);
        microsoft.put(
                "QLinearLeakyRelu",
                node -> qLinear(node, new FloatOp.Activation(ActivationOperators.activation(node, Kind.LEAKY_RELU))));
        microsoft.put(
                "QLinearSigmoid",
                node -> qLinear(node, new FloatOp.Activation(ActivationOperators.activation(node, Kind.SIGMOID))));
        microsoft.put("QLinearSoftmax", node -> qLinear(node, new FloatOp.Softmax(1)));
        microsoft.put("QuantizeLinear", this::quantizeLinear);
        microsoft.put("DequantizeLinear", this::dequantizeLinear);
    }

    private void quantizeLinear(OnnxNode node) {
        Quantisation quantisation = quantisation(node, 1, 2);
        quantised(node, node.requiredInput(0), quantisation);
    }

    private void dequantizeLinear(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        pointwise(node, new FloatOp.Identity());
    }

    private void qLinearConv(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        ConstantTensor stored = constant(node, 3, "weights");
        QuantisedConstant weights = quantisedConstant(node, 3, 4, 5, 0);
        int outputs = stored.rank() == 0 ? 0 : stored.dims()[0];
        float inputScale = scaleOf(node.requiredInput(0));
        int[] bias = qBias(node, 8, outputs);
        String output = node.output() + "#real";
        weighted.convolution(
                node,
                map(node, 0),
                real(weights, 0, outputs),
                realBias(bias, weights, inputScale, outputs),
                weighted.integers(weights, 0, outputs, bias, inputScale),
                output);
        quantised(node, output, quantisation(node, 6, 7));
    }

    private void qLinearMatMul(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        TensorView in = view(node, 0);
        ConstantTensor stored = constant(node, 3, "weights");
        QuantisedConstant weights = quantisedConstant(node, 3, 4, 5, 1);
        int outputs = WeightedOperators.outputs(node, stored, false, in);
        String output = node.output() + "#real";
        weighted.fullyConnected(
                node,
                real(weights, 1, outputs),
                false,
                1f,
                new float[outputs],
                weighted.integers(weights, 1, outputs, new int[0], scaleOf(node.requiredInput(0))),
                in,
                output);
        quantised(node, output, quantisation(node, 6, 7));
    }

    private void qGemm(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        TensorView in = view(node, 0);
        if (node.number("alpha", 1f) != 1f || node.integer("transA", 0) != 0) {
            throw node.unsupported("scales or transposes its input, expected alpha = 1 and transA = 0");
        }
        boolean transposed = node.integer("transB", 0) != 0;
        int axis = transposed ? 0 : 1;
        ConstantTensor stored = constant(node, 3, "weights");
        QuantisedConstant weights = quantisedConstant(node, 3, 4, 5, axis);
        int outputs = WeightedOperators.outputs(node, stored, transposed, in);
        float inputScale = scaleOf(node.requiredInput(0));
        int[] bias = qBias(node, 6, outputs);
        boolean real = node.input(7).isEmpty();
        String output = real ? node.output() : node.output() + "#real";
        weighted.fullyConnected(
                node,
                real(weights, axis, outputs),
                transposed,
                1f,
                realBias(bias, weights, inputScale, outputs),
                weighted.integers(weights, axis, outputs, bias, inputScale),
                in,
                output);
        if (!real) {
            quantised(node, output, quantisation(node, 7, 8));
        }
    }

    private void qLinearAdd(OnnxNode node) {
        if (constants.containsKey(node.requiredInput(0)) || constants.containsKey(node.requiredInput(3))) {
            throw node.unsupported("adds a constant, expected two computed tensors");
        }
        requireQuantisation(node, 0, 1, 2);
        requireQuantisation(node, 3, 4, 5);
        Operand left = tensor(node, 0);
        Operand right = tensor(node, 3);
        requireSame(node, left, right);
        String output = node.output() + "#real";
        emit(node, new FloatOp.Add(), left, output, List.of(left.tensor(), right.tensor()));
        quantised(node, output, quantisation(node, 6, 7));
    }

    private void qLinearConcat(OnnxNode node) {
        List<Integer> parts = new ArrayList<>();
        for (int i = 2; i < node.inputs().size(); i += 3) {
            requireQuantisation(node, i, i + 1, i + 2);
            parts.add(i);
        }
        String output = node.output() + "#real";
        shapes.concat(node, parts, output);
        quantised(node, output, quantisation(node, 0, 1));
    }

    private void qLinearPool(OnnxNode node, boolean global) {
        if (node.integer("channels_last", 0) != 0) {
            throw node.unsupported("has the channels last, expected N x C x H x W");
        }
        requireQuantisation(node, 0, 1, 2);
        String output = node.output() + "#real";
        if (global) {
            poolings.globalPooling(node, PoolingKind.AVERAGE, output);
        } else {
            poolings.pooling(node, PoolingKind.AVERAGE, output);
        }
        quantised(node, output, quantisation(node, 3, 4));
    }

    private void qLinear(OnnxNode node, FloatOp op) {
        requireQuantisation(node, 0, 1, 2);
        String output = node.output() + "#real";
        Operand in = tensor(node, 0);
        emit(node, op, in, output, List.of(in.tensor()));
        quantised(node, output, quantisation(node, 3, 4));
    }

    /** Ends a node by what an 8-bit format can hold, and remembers the format. */
    private void quantised(OnnxNode node, String from, Quantisation quantisation) {
        FloatOp clamp = new Clamp(quantisation.low(), quantisation.high());
        TensorView view = views.get(from);
        if (view == null) {
            throw node.badInput("reads tensor " + OnnxNode.printable(from) + ", which is not computed");
        }
        pointwise(node, node.output(), view, clamp, "");
        quantisations.put(node.output(), quantisation);
        prescribe(views.get(node.output()).base(), quantisation);
    }

    private void prescribe(String tensor, Quantisation quantisation) {
        Optional<TensorFormat> format = quantisation.withoutZeroPoint();
        if (format.isPresent()) {
            state.formats.put(tensor, format.get());
        } else {
            state.requantised++;
        }
    }

    /** Scale and zero point of a tensor from two inputs of a node. */
    private Quantisation quantisation(OnnxNode node, int scaleInput, int zeroInput) {
        float scale = scalar(node, scaleInput, "scale");
        if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
            throw node.badInput("has the scale " + scale + ", expected a positive number");
        }
        if (node.input(zeroInput).isEmpty()) {
            long type = node.integer("output_dtype", TensorProto.DataType.UINT8_VALUE);
            if (type != TensorProto.DataType.UINT8_VALUE && type != TensorProto.DataType.INT8_VALUE) {
                throw node.unsupported("quantises to another type than int8 and uint8");
            }
            return new Quantisation(scale, 0, type == TensorProto.DataType.INT8_VALUE);
        }
        ConstantTensor zero = constant(node, zeroInput, "zero point");
        if (zero.elements() != 1
                || zero.kind() != ConstantTensor.Kind.INT8 && zero.kind() != ConstantTensor.Kind.UINT8) {
            throw node.unsupported("has a zero point of another type than one int8 or uint8");
        }
        return new Quantisation(scale, zero.integerAt(0), zero.kind() == ConstantTensor.Kind.INT8);
    }

    /** Checks that a computed input has the format that the node states; the network's input takes it. */
    private void requireQuantisation(OnnxNode node, int index, int scaleInput, int zeroInput) {
        String name = node.requiredInput(index);
        view(node, index);
        Quantisation stated = quantisation(node, scaleInput, zeroInput);
        Quantisation known = quantisations.putIfAbsent(name, stated);
        if (known == null && name.equals(graph.input())) {
            prescribe(name, stated);
        } else if (known == null) {
            throw node.badInput("reads tensor " + OnnxNode.printable(name) + " as 8-bit values, which it is not");
        } else if (known.scale() != stated.scale() || known.zeroPoint() != stated.zeroPoint()) {
            throw node.unsupported("reads tensor " + OnnxNode.printable(name)
                    + " with another scale or zero point than it was written with");
        }
    }

    private QuantisedConstant quantisedConstant(OnnxNode node, int index, int scaleInput, int zeroInput, int axis) {
        ConstantTensor zero = node.input(zeroInput).isPresent() ? constant(node, zeroInput, "zero point") : null;
        QuantisedConstant constant = new QuantisedConstant(
                constant(node, index, "weights"), constant(node, scaleInput, "scale"), zero, axis);
        int[] dims = constant.stored().dims();
        if (dims.length <= axis || !constant.perAxis(axis, dims[axis])) {
            throw node.unsupported("has scales or zero points of its weights that are neither one nor one per output");
        }
        return constant;
    }

    /** Real values of weights. */
    private static ConstantTensor real(QuantisedConstant weights, int axis, int outputs) {
        ConstantTensor stored = weights.stored();
        float[] values = new float[stored.elements()];
        int perOutput = values.length / Math.max(1, outputs);
        for (int i = 0; i < values.length; i++) {
            int k = axis == 0 ? i / perOutput : i % outputs;
            values[i] = (stored.integerAt(i) - weights.zeroPointAt(k)) * weights.scaleAt(k);
        }
        return ConstantTensor.ofFloats(stored.dims(), values);
    }

    private int[] qBias(OnnxNode node, int index, int outputs) {
        int[] bias = new int[outputs];
        if (node.input(index).isPresent()) {
            ConstantTensor constant = constant(node, index, "bias");
            if (constant.elements() != outputs) {
                throw node.badInput("has " + constant.elements() + " values as bias, expected " + outputs);
            }
            for (int k = 0; k < outputs; k++) {
                bias[k] = (int) constant.integerAt(k);
            }
        }
        return bias;
    }

    private static float[] realBias(int[] bias, QuantisedConstant weights, float inputScale, int outputs) {
        float[] real = new float[outputs];
        for (int k = 0; k < outputs; k++) {
            real[k] = (float) ((double) bias[k] * inputScale * weights.scaleAt(k));
        }
        return real;
    }
}
