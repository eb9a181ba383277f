package dev.isos.workloads.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import dev.isos.workloads.graph.FloatOp.Pooling;
import dev.isos.workloads.graph.IntegerWeights;
import dev.isos.workloads.graph.TensorFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From an {@link OnnxGraph} to a {@link FloatGraph}, one node at a time and each with its shapes checked. To support a
 * further operator, add a case to {@link #translate} (or to {@link ConstantFolding} when its inputs are constants).
 */
final class OnnxTranslator {
    /** A tensor between layers; rank 2 is [1, C], rank 4 is [1, C, H, W]. */
    private record Tensor(FeatureMapShape shape, int rank) {
        int[] dims() {
            return rank == 2
                    ? new int[] {1, shape.channels()}
                    : new int[] {1, shape.channels(), shape.height(), shape.width()};
        }
    }

    private final OnnxGraph graph;
    private final ConstantFolding folding = new ConstantFolding();
    private final Map<String, ConstantTensor> constants;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final List<FloatNode> nodes = new ArrayList<>();
    private final Map<String, FloatOp> writers = new HashMap<>();
    private final Map<String, String> firstInputs = new HashMap<>();
    private final Map<String, ChannelView> views = new HashMap<>();
    private final Map<String, Quantisation> quantisations = new HashMap<>();
    private final Map<String, QuantisedConstant> quantisedConstants = new HashMap<>();
    private final Map<String, TensorFormat> formats = new HashMap<>();
    private int requantised;

    private OnnxTranslator(OnnxGraph graph) {
        this.graph = graph;
        this.constants = new HashMap<>(graph.initialisers());
        tensors.put(graph.input(), new Tensor(graph.inputShape(), graph.inputRank()));
    }

    /** Translates all nodes, or throws {@link IsosException} naming the first that can't be. */
    static FloatGraph translate(OnnxGraph graph) {
        OnnxTranslator translator = new OnnxTranslator(graph);
        for (OnnxNode node : graph.nodes()) {
            try {
                translator.visit(node);
            } catch (IllegalArgumentException | ArithmeticException e) {
                // Limits of shapes and windows, checked where those are made.
                throw node.badInput("has impossible dimensions: " + e.getMessage());
            }
        }
        if (translator.views.containsKey(graph.output())) {
            translator.materialiseOutput(graph.nodes().get(graph.nodes().size() - 1));
        }
        if (!translator.tensors.containsKey(graph.output())) {
            throw IsosException.unsupported(graph.file() + ": output " + OnnxNode.printable(graph.output())
                    + " is a constant, expected something computed from the input");
        }
        return new FloatGraph(
                graph.file(),
                graph.input(),
                graph.inputShape(),
                translator.nodes,
                graph.output(),
                translator.formats,
                translator.notes());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!formats.isEmpty()) {
            notes.add("tensors and weights that the model holds in 8 bits keep their scales");
        }
        if (requantised > 0) {
            notes.add(requantised
                    + " tensors or weights whose zero points are neither 0 nor a shift between int8 and uint8"
                    + " are quantised anew with zero point 0");
        }
        return notes;
    }

    private void visit(OnnxNode node) {
        boolean shape = node.operator().equals("Shape") && node.standard();
        if (shape && (tensors.containsKey(node.requiredInput(0)) || views.containsKey(node.requiredInput(0)))) {
            String of = node.requiredInput(0);
            int[] dims = views.containsKey(of)
                    ? views.get(of).dims()
                    : tensors.get(of).dims();
            constants.put(node.output(), ConstantFolding.shape(node, dims));
            return;
        }
        if (node.inputs().stream().allMatch(t -> t.isEmpty() || constants.containsKey(t))) {
            List<ConstantTensor> inputs = new ArrayList<>();
            node.inputs().forEach(t -> inputs.add(constants.get(t)));
            Optional<ConstantTensor> value = folding.fold(node, inputs);
            if (value.isPresent()) {
                constants.put(node.output(), value.get());
                if (node.operator().equals("DequantizeLinear")) {
                    int axis = (int) node.integer("axis", 1);
                    QuantisedConstant origin = new QuantisedConstant(
                            inputs.get(0),
                            inputs.get(1),
                            inputs.size() > 2 ? inputs.get(2) : null,
                            axis < 0 ? axis + inputs.get(0).rank() : axis);
                    quantisedConstants.put(node.output(), origin);
                }
                return;
            }
        }
        if (node.standard()) {
            translate(node);
        } else if (node.proto().getDomain().equals("com.microsoft")) {
            translateMicrosoft(node);
        } else {
            throw unsupportedOperator(node);
        }
    }

    private void translateMicrosoft(OnnxNode node) {
        switch (node.operator()) {
            case "QLinearAdd" -> qLinearAdd(node);
            case "QLinearConcat" -> qLinearConcat(node);
            case "QLinearGlobalAveragePool" -> qLinearPool(node, true);
            case "QLinearAveragePool" -> qLinearPool(node, false);
            case "QGemm" -> qGemm(node);
            case "QLinearLeakyRelu" -> qLinear(node, new FloatOp.Activation(activation(node, Kind.LEAKY_RELU)));
            case "QLinearSigmoid" -> qLinear(node, new FloatOp.Activation(activation(node, Kind.SIGMOID)));
            case "QLinearSoftmax" -> qLinear(node, new FloatOp.Softmax());
            case "Gelu" -> same(node, new FloatOp.Activation(activation(node, Kind.GELU)));
            case "QuantizeLinear" -> quantizeLinear(node);
            case "DequantizeLinear" -> dequantizeLinear(node);
            default -> throw unsupportedOperator(node);
        }
    }

    private void translate(OnnxNode node) {
        switch (node.operator()) {
            case "Conv" -> convolution(node);
            case "Gemm" -> gemm(node);
            case "MatMul" -> matMul(node);
            case "MaxPool" -> pooling(node, PoolingKind.MAX);
            case "AveragePool" -> pooling(node, PoolingKind.AVERAGE);
            case "GlobalMaxPool" -> globalPooling(node, PoolingKind.MAX, 4);
            case "GlobalAveragePool" -> globalPooling(node, PoolingKind.AVERAGE, 4);
            case "ReduceMean" -> reduceMean(node);
            case "Relu" -> same(node, new Clamp(0f, Float.POSITIVE_INFINITY));
            case "Clip" -> clip(node);
            case "BatchNormalization" -> batchNormalization(node);
            case "Add", "Sub", "Mul", "Div" -> arithmetic(node);
            case "Sum" -> sum(node);
            case "Concat" -> concat(node);
            case "Pad" -> pad(node);
            case "Flatten" -> flatten(node);
            case "Reshape" -> reshape(node);
            case "Squeeze" -> squeeze(node);
            case "Identity", "Dropout" -> same(node, new FloatOp.Identity());
            case "Softmax", "LogSoftmax" -> softmax(node);
            case "Unsqueeze" -> unsqueeze(node);
            case "Transpose" -> transpose(node);
            case "Split" -> split(node);
            case "Slice" -> slice(node);
            case "Gather" -> gather(node);
            case "LRN" -> lrn(node);
            case "LeakyRelu" -> activate(node, Kind.LEAKY_RELU);
            case "PRelu" -> pRelu(node);
            case "Elu" -> activate(node, Kind.ELU);
            case "Selu" -> activate(node, Kind.SELU);
            case "Celu" -> activate(node, Kind.CELU);
            case "Sigmoid" -> activate(node, Kind.SIGMOID);
            case "HardSigmoid" -> activate(node, Kind.HARD_SIGMOID);
            case "HardSwish" -> activate(node, Kind.HARD_SWISH);
            case "Swish" -> activate(node, Kind.SWISH);
            case "Tanh" -> activate(node, Kind.TANH);
            case "Softplus" -> activate(node, Kind.SOFTPLUS);
            case "Softsign" -> activate(node, Kind.SOFTSIGN);
            case "Mish" -> activate(node, Kind.MISH);
            case "Gelu" -> activate(node, Kind.GELU);
            case "ThresholdedRelu" -> activate(node, Kind.THRESHOLDED_RELU);
            case "Abs" -> activate(node, Kind.ABS);
            case "Exp" -> activate(node, Kind.EXP);
            case "Neg" -> negate(node);
            case "QuantizeLinear" -> quantizeLinear(node);
            case "DequantizeLinear" -> dequantizeLinear(node);
            case "QLinearConv" -> qLinearConv(node);
            case "QLinearMatMul" -> qLinearMatMul(node);
            default -> throw unsupportedOperator(node);
        }
    }

    private static IsosException unsupportedOperator(OnnxNode node) {
        return node.unsupported("has an operator that is not supported");
    }

    // Convolutions and matrix products.

    private void convolution(OnnxNode node) {
        Tensor in = map(node, 0);
        ConstantTensor weights = constant(node, 1, "weights");
        QuantisedConstant quantised = quantisedConstants.get(node.requiredInput(1));
        int outputs = weights.rank() == 0 ? 0 : weights.dims()[0];
        float[] bias = bias(node, 2, outputs);
        int[] integerBias = node.input(2).isPresent()
                ? integerBias(quantised, quantisedConstants.get(node.requiredInput(2)), outputs, node.requiredInput(0))
                : new int[0];
        Optional<IntegerWeights> integers =
                integers(quantised, 0, outputs, integerBias, scaleOf(node.requiredInput(0)));
        convolution(node, in, weights, bias, integers, node.output());
    }

    private void convolution(
            OnnxNode node,
            Tensor in,
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
                new Tensor(outputShape(node, dims[0], window, shape), 4),
                output,
                List.of(node.requiredInput(0)));
    }

    /** Weights of the model in int8, where it holds them so and shifting them by their zero points keeps them int8. */
    private Optional<IntegerWeights> integers(
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
                    requantised++;
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

    /** Scale that the model prescribes for a tensor, or 0. */
    private float scaleOf(String tensor) {
        Quantisation quantisation = quantisations.get(tensor);
        return quantisation == null ? 0 : quantisation.scale();
    }

    private void gemm(OnnxNode node) {
        Tensor in = features(node, 0);
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
        QuantisedConstant quantised = alpha == 1f ? quantisedConstants.get(node.requiredInput(1)) : null;
        int[] integerBias = beta == 1f && node.input(2).isPresent()
                ? integerBias(quantised, quantisedConstants.get(node.requiredInput(2)), outputs, node.requiredInput(0))
                : new int[0];
        Optional<IntegerWeights> integers =
                integers(quantised, transposed ? 0 : 1, outputs, integerBias, scaleOf(node.requiredInput(0)));
        fullyConnected(node, weights, transposed, alpha, bias, integers, in, node.output());
    }

    private void matMul(OnnxNode node) {
        Tensor in = features(node, 0);
        ConstantTensor weights = constant(node, 1, "weights");
        int outputs = outputs(node, weights, false, in);
        QuantisedConstant quantised = quantisedConstants.get(node.requiredInput(1));
        Optional<IntegerWeights> integers = integers(quantised, 1, outputs, new int[0], scaleOf(node.requiredInput(0)));
        fullyConnected(node, weights, false, 1f, new float[outputs], integers, in, node.output());
    }

    private static int outputs(OnnxNode node, ConstantTensor weights, boolean transposed, Tensor in) {
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

    private void fullyConnected(
            OnnxNode node,
            ConstantTensor weights,
            boolean transposed,
            float alpha,
            float[] bias,
            Optional<IntegerWeights> integers,
            Tensor in,
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
                new Tensor(new FeatureMapShape(outputs, 1, 1), 2),
                output,
                List.of(node.requiredInput(0)));
    }

    // Pooling.

    private void pooling(OnnxNode node, PoolingKind kind) {
        pooling(node, kind, node.output());
    }

    private void pooling(OnnxNode node, PoolingKind kind, String output) {
        if (node.proto().getOutputCount() > 1 && !node.proto().getOutput(1).isEmpty()) {
            throw node.unsupported("gives the places of maxima as well, expected their values alone");
        }
        FeatureMapShape shape = map(node, 0).shape();
        boolean countPadding = kind == PoolingKind.AVERAGE && node.integer("count_include_pad", 0) != 0;
        Window window = WindowReader.pooling(node, shape.height(), shape.width(), countPadding);
        emit(
                node,
                new Pooling(kind, window, countPadding),
                new Tensor(outputShape(node, shape.channels(), window, shape), 4),
                output,
                List.of(node.requiredInput(0)));
    }

    private void globalPooling(OnnxNode node, PoolingKind kind, int rank) {
        globalPooling(node, kind, rank, node.output());
    }

    private void globalPooling(OnnxNode node, PoolingKind kind, int rank, String output) {
        FeatureMapShape shape = map(node, 0).shape();
        Window window = new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
        emit(
                node,
                new Pooling(kind, window, false),
                new Tensor(new FeatureMapShape(shape.channels(), 1, 1), rank),
                output,
                List.of(node.requiredInput(0)));
    }

    private void reduceMean(OnnxNode node) {
        map(node, 0);
        ConstantTensor input = node.input(1).isPresent() ? constant(node, 1, "axes") : null;
        int[] axes = ConstantFolding.axes(node, input, 4);
        if (axes == null || !Arrays.equals(axes, new int[] {2, 3})) {
            throw node.unsupported("reduces other axes than height and width");
        }
        globalPooling(node, PoolingKind.AVERAGE, node.integer("keepdims", 1) != 0 ? 4 : 2);
    }

    // Elements one by one.

    private void clip(OnnxNode node) {
        float low = node.number("min", Float.NEGATIVE_INFINITY);
        float high = node.number("max", Float.POSITIVE_INFINITY);
        if (node.input(1).isPresent()) {
            low = scalar(node, 1, "lower bound");
        }
        if (node.input(2).isPresent()) {
            high = scalar(node, 2, "upper bound");
        }
        if (!(low <= high)) {
            throw node.badInput("clips to " + low + ".." + high);
        }
        same(node, new Clamp(low, high));
    }

    private void batchNormalization(OnnxNode node) {
        if (node.integer("training_mode", 0) != 0 || node.integer("spatial", 1) == 0) {
            throw node.unsupported(
                    "normalises by statistics of the batch or per element, expected inference per channel");
        }
        Tensor in = tensor(node, 0);
        int channels = in.shape().channels();
        float[] gamma = vector(node, 1, "scale", channels);
        float[] beta = vector(node, 2, "bias", channels);
        float[] mean = vector(node, 3, "mean", channels);
        float[] variance = vector(node, 4, "variance", channels);
        float epsilon = node.number("epsilon", 1e-5f);
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            double factor = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
            scale[c] = (float) factor;
            shift[c] = (float) (beta[c] - mean[c] * factor);
        }
        emit(node, new ChannelAffine(scale, shift), in);
    }

    private void arithmetic(OnnxNode node) {
        boolean leftConstant = constants.containsKey(node.requiredInput(0));
        boolean rightConstant = constants.containsKey(node.requiredInput(1));
        if (!leftConstant && !rightConstant) {
            if (node.operator().equals("Mul") && gated(node)) {
                return;
            }
            Tensor left = tensor(node, 0);
            Tensor right = tensor(node, 1);
            if (!node.operator().equals("Add")) {
                boolean gate = left.shape().fibers() == 1 != (right.shape().fibers() == 1);
                throw node.unsupported("combines two computed tensors"
                        + (gate ? ", one of them a factor per channel as in squeeze-and-excitation blocks" : "")
                        + "; of computed tensors only additions of equal shapes are supported");
            }
            requireSame(node, left, right);
            emit(node, new FloatOp.Add(), left, node.output(), List.of(node.requiredInput(0), node.requiredInput(1)));
            return;
        }
        int variable = leftConstant ? 1 : 0;
        Tensor in = tensor(node, variable);
        float[] operand = perChannel(node, constant(node, 1 - variable, "operand"), in);
        float[] scale = new float[operand.length];
        float[] shift = new float[operand.length];
        Arrays.fill(scale, 1f);
        for (int c = 0; c < operand.length; c++) {
            switch (node.operator()) {
                case "Add" -> shift[c] = operand[c];
                case "Mul" -> scale[c] = operand[c];
                case "Sub" -> {
                    scale[c] = leftConstant ? -1f : 1f;
                    shift[c] = leftConstant ? operand[c] : -operand[c];
                }
                default -> {
                    if (leftConstant) {
                        throw node.unsupported("divides by a computed tensor");
                    }
                    scale[c] = 1f / operand[c];
                }
            }
        }
        emit(node, new ChannelAffine(scale, shift), in, node.output(), List.of(node.requiredInput(variable)));
    }

    /** A constant that broadcasts along everything but the channels, one value per channel. */
    private static float[] perChannel(OnnxNode node, ConstantTensor constant, Tensor in) {
        int[] dims = constant.dims();
        int[] target = in.dims();
        int channels = in.shape().channels();
        for (int i = 0; i < dims.length; i++) {
            int axis = target.length - dims.length + i;
            boolean fits = dims[i] == 1 || axis == 1 && dims[i] == channels;
            if (axis < 0 || !fits) {
                throw node.unsupported("has a constant operand of shape " + Arrays.toString(dims)
                        + ", expected one value or one per channel");
            }
        }
        float[] values = new float[channels];
        for (int c = 0; c < channels; c++) {
            values[c] = constant.floatAt(constant.elements() == 1 ? 0 : c);
        }
        return values;
    }

    private void sum(OnnxNode node) {
        int count = node.inputs().size();
        Tensor first = tensor(node, 0);
        if (count == 1) {
            same(node, new FloatOp.Identity());
            return;
        }
        String left = node.requiredInput(0);
        for (int i = 1; i < count; i++) {
            requireSame(node, first, tensor(node, i));
            String output = i == count - 1 ? node.output() : node.output() + "#" + i;
            emit(node, new FloatOp.Add(), first, output, List.of(left, node.requiredInput(i)));
            left = output;
        }
    }

    private static void requireSame(OnnxNode node, Tensor left, Tensor right) {
        if (!left.equals(right)) {
            throw node.unsupported(
                    "adds tensors of shapes " + left.shape() + " and " + right.shape() + ", expected equal ones");
        }
    }

    // Shapes.

    private void concat(OnnxNode node) {
        concat(
                node,
                java.util.stream.IntStream.range(0, node.inputs().size())
                        .boxed()
                        .toList(),
                node.output());
    }

    private void concat(OnnxNode node, List<Integer> parts, String output) {
        if (parts.isEmpty()) {
            throw node.badInput("joins nothing");
        }
        List<String> inputs = new ArrayList<>();
        Tensor first = tensor(node, parts.get(0));
        long channels = 0;
        for (int i : parts) {
            Tensor part = tensor(node, i);
            channels += part.shape().channels();
            boolean fits = part.rank() == first.rank()
                    && part.shape().height() == first.shape().height()
                    && part.shape().width() == first.shape().width();
            if (!fits) {
                throw node.badInput("joins tensors of shapes " + first.shape() + " and " + part.shape());
            }
            inputs.add(node.requiredInput(i));
        }
        if (ConstantFolding.axis(node, node.integer("axis", 1), first.rank()) != 1) {
            throw node.unsupported("joins along axis " + node.integer("axis", 1) + ", expected the channels, axis 1");
        }
        FeatureMapShape shape = checkedShape(
                node, channels, first.shape().height(), first.shape().width());
        FloatOp op = inputs.size() == 1 ? new FloatOp.Identity() : new FloatOp.Concatenation();
        emit(node, op, new Tensor(shape, first.rank()), output, inputs);
    }

    private void pad(OnnxNode node) {
        Tensor in = map(node, 0);
        if (!node.text("mode", "constant").equals("constant")) {
            throw node.unsupported("pads in mode " + OnnxNode.printable(node.text("mode", "")) + ", expected constant");
        }
        float value = node.input(2).isPresent() ? scalar(node, 2, "value") : node.number("value", 0f);
        if (value != 0f || node.input(3).isPresent()) {
            throw node.unsupported("pads selected axes or with " + value + ", expected all axes and zero");
        }
        long[] pads = node.input(1).isPresent()
                ? constant(node, 1, "pads").integers()
                : Optional.ofNullable(node.integers("pads")).orElseThrow(() -> node.badInput("has no pads"));
        if (pads.length != 8 || pads[0] != 0 || pads[4] != 0) {
            throw node.badInput("has pads " + Arrays.toString(pads) + ", expected 8 without any for the batch");
        }
        for (long p : pads) {
            if (p < 0 || p > OnnxModelReader.MAX_ELEMENTS) {
                throw node.unsupported(
                        "has pads " + Arrays.toString(pads) + ", expected 0.." + OnnxModelReader.MAX_ELEMENTS);
            }
        }
        FeatureMapShape s = in.shape();
        FeatureMapShape out = checkedShape(
                node, s.channels() + pads[1] + pads[5], s.height() + pads[2] + pads[6], s.width() + pads[3] + pads[7]);
        FloatOp op = new FloatOp.Padding(
                (int) pads[2], (int) pads[3], (int) pads[6], (int) pads[7], (int) pads[1], (int) pads[5]);
        emit(node, out.equals(s) ? new FloatOp.Identity() : op, new Tensor(out, 4));
    }

    private void flatten(OnnxNode node) {
        Tensor in = tensor(node, 0);
        long axis = node.integer("axis", 1);
        long positive = axis < 0 ? axis + in.rank() : axis;
        // The batch is 1, so that [1, C*H*W] comes out with either axis.
        if (positive != 0 && positive != 1) {
            throw node.unsupported("flattens from axis " + axis + ", expected 1");
        }
        flattened(node, in, 2);
    }

    private void reshape(OnnxNode node) {
        ChannelView in = view(node);
        long[] asked = constant(node, 1, "shape").integers();
        reshaped(
                node,
                in,
                ConstantFolding.resolve(node, asked, in.dims(), in.shape().elements()));
    }

    private void squeeze(OnnxNode node) {
        ChannelView in = view(node);
        int[] dims = in.dims();
        int[] axes =
                ConstantFolding.axes(node, node.input(1).isPresent() ? constant(node, 1, "axes") : null, dims.length);
        int[] kept = new int[dims.length];
        int count = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean gone = axes == null ? dims[i] == 1 : Arrays.binarySearch(axes, i) >= 0;
            if (gone && dims[i] != 1) {
                throw node.badInput("squeezes a dimension of " + dims[i] + ", expected 1");
            }
            if (!gone) {
                kept[count++] = dims[i];
            }
        }
        reshaped(node, in, Arrays.copyOf(kept, count));
    }

    private void unsqueeze(OnnxNode node) {
        ChannelView in = view(node);
        ConstantTensor input = node.input(1).isPresent() ? constant(node, 1, "axes") : null;
        int added = node.has("axes") ? node.integers("axes").length : input == null ? 0 : input.elements();
        int[] dims = new int[in.dims().length + added];
        int[] axes = ConstantFolding.axes(node, input, dims.length);
        int next = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean isNew = axes != null && Arrays.binarySearch(axes, i) >= 0;
            if (!isNew && next == in.dims().length) {
                throw node.badInput("names an axis twice");
            }
            dims[i] = isNew ? 1 : in.dims()[next++];
        }
        reshaped(node, in, dims);
    }

    private void transpose(OnnxNode node) {
        ChannelView in = view(node);
        int rank = in.dims().length;
        long[] stored = node.integers("perm");
        if (stored != null && stored.length != rank) {
            throw node.badInput("permutes " + stored.length + " dimensions, expected " + rank);
        }
        int[] permutation = new int[rank];
        boolean[] seen = new boolean[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = stored == null ? rank - 1 - i : ConstantFolding.axis(node, stored[i], rank);
            if (seen[permutation[i]]) {
                throw node.badInput("names an axis twice");
            }
            seen[permutation[i]] = true;
        }
        ChannelView out = in.mapFrom() < 0 ? null : in.transposed(permutation);
        if (out == null) {
            throw node.unsupported("moves height or width of " + Arrays.toString(in.dims()) + " by "
                    + Arrays.toString(permutation) + ", expected an order of channels alone");
        }
        settle(node, out);
    }

    /** The first input under its present dimensions. */
    private ChannelView view(OnnxNode node) {
        String name = node.requiredInput(0);
        if (views.containsKey(name)) {
            return views.get(name);
        }
        Tensor in = tensor(node, 0);
        return ChannelView.of(name, in.shape(), in.dims());
    }

    private void reshaped(OnnxNode node, ChannelView in, int[] dims) {
        boolean flat2 = dims.length == 2 && dims[0] == 1;
        boolean flat4 = dims.length == 4 && dims[0] == 1 && dims[2] == 1 && dims[3] == 1;
        if ((flat2 || flat4) && in.shape().fibers() > 1) {
            String from = in.base();
            if (!in.inOrder()) {
                from = node.output() + "#order";
                emit(
                        node,
                        new FloatOp.ChannelSelection(in.order()),
                        new Tensor(in.shape(), 4),
                        from,
                        List.of(in.base()));
            }
            Tensor out = new Tensor(new FeatureMapShape(in.shape().elements(), 1, 1), flat2 ? 2 : 4);
            emit(node, new FloatOp.Flatten(), out, node.output(), List.of(from));
            return;
        }
        ChannelView out = in.reshaped(dims);
        if (out == null) {
            throw node.unsupported("reshapes " + Arrays.toString(in.dims()) + " to " + Arrays.toString(dims)
                    + ", expected a flattening to [1, " + in.shape().elements()
                    + "] or dimensions that keep channels and map apart");
        }
        settle(node, out);
    }

    /** Emits a view that is a tensor of the usual form, else keeps it for what follows. */
    private void settle(OnnxNode node, ChannelView view) {
        FeatureMapShape shape = view.shape();
        int[] dims = view.dims();
        boolean map = Arrays.equals(dims, new int[] {1, shape.channels(), shape.height(), shape.width()});
        boolean features = Arrays.equals(dims, new int[] {1, shape.channels()}) && shape.fibers() == 1;
        if (map || features) {
            materialise(node, view, node.output(), map ? 4 : 2);
        } else {
            views.put(node.output(), view);
        }
    }

    private void materialise(OnnxNode node, ChannelView view, String output, int rank) {
        FloatOp op = view.inOrder() ? new FloatOp.Identity() : new FloatOp.ChannelSelection(view.order());
        emit(node, op, new Tensor(view.shape(), rank), output, List.of(view.base()));
    }

    /** The network's output may have any dimensions. */
    private void materialiseOutput(OnnxNode node) {
        materialise(node, views.get(graph.output()), graph.output(), 4);
    }

    private void flattened(OnnxNode node, Tensor in, int rank) {
        emit(
                node,
                new FloatOp.Flatten(),
                new Tensor(new FeatureMapShape(in.shape().elements(), 1, 1), rank));
    }

    // Channels.

    private void split(OnnxNode node) {
        Tensor in = tensor(node, 0);
        requireChannels(node, node.integer("axis", 0), in);
        int channels = in.shape().channels();
        int outputs = node.proto().getOutputCount();
        long[] sizes = node.has("split")
                ? node.integers("split")
                : node.input(1).isPresent() ? constant(node, 1, "sizes").integers() : null;
        if (sizes == null) {
            // As equal as possible, the last one smaller.
            sizes = new long[outputs];
            int each = (channels + outputs - 1) / outputs;
            for (int i = 0; i < outputs; i++) {
                sizes[i] = Math.min(each, channels - (long) i * each);
            }
        }
        if (sizes.length != outputs || Arrays.stream(sizes).sum() != channels) {
            throw node.badInput(
                    "splits " + channels + " channels into " + Arrays.toString(sizes) + " for " + outputs + " outputs");
        }
        long at = 0;
        for (int i = 0; i < outputs; i++) {
            select(node, in, at, 1, sizes[i], node.proto().getOutput(i));
            at += sizes[i];
        }
    }

    private void slice(OnnxNode node) {
        Tensor in = tensor(node, 0);
        boolean attributes = node.has("starts");
        long[] starts = attributes
                ? node.integers("starts")
                : constant(node, 1, "starts").integers();
        long[] ends =
                attributes ? node.integers("ends") : constant(node, 2, "ends").integers();
        long[] axes = attributes
                ? node.integers("axes")
                : node.input(3).isPresent() ? constant(node, 3, "axes").integers() : null;
        long[] steps = !attributes && node.input(4).isPresent()
                ? constant(node, 4, "steps").integers()
                : null;
        int[] dims = in.dims();
        boolean fits = ends != null
                && ends.length == starts.length
                && starts.length <= dims.length
                && (axes == null || axes.length == starts.length)
                && (steps == null || steps.length == starts.length);
        if (!fits) {
            throw node.badInput("has starts, ends, axes and steps of different lengths");
        }
        long from = 0;
        long step = 1;
        long count = in.shape().channels();
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : ConstantFolding.axis(node, axes[i], dims.length);
            long by = steps == null ? 1 : steps[i];
            long[] range = ConstantFolding.sliceRange(node, starts[i], ends[i], by, dims[axis]);
            if (axis == 1) {
                from = range[0];
                count = range[1];
                step = by;
            } else if (range[1] != dims[axis] || by != 1) {
                throw node.unsupported("cuts along axis " + axis + ", expected the channels, axis 1");
            }
        }
        select(node, in, from, step, count, node.output());
    }

    private void gather(OnnxNode node) {
        Tensor in = tensor(node, 0);
        requireChannels(node, node.integer("axis", 0), in);
        ConstantTensor indices = constant(node, 1, "indices");
        if (indices.rank() != 1) {
            throw node.unsupported(
                    "gathers by indices of " + indices.rank() + " dimensions, expected a list of channels");
        }
        int[] channels = new int[indices.elements()];
        for (int i = 0; i < channels.length; i++) {
            channels[i] =
                    ConstantFolding.axis(node, indices.integerAt(i), in.shape().channels());
        }
        select(node, in, channels, node.output());
    }

    private static void requireChannels(OnnxNode node, long axis, Tensor in) {
        if (ConstantFolding.axis(node, axis, in.rank()) != 1) {
            throw node.unsupported("works along axis " + axis + ", expected the channels, axis 1");
        }
    }

    private void select(OnnxNode node, Tensor in, long from, long step, long count, String output) {
        if (count <= 0) {
            throw node.unsupported("selects no channels");
        }
        int[] channels = new int[(int) count];
        for (int i = 0; i < count; i++) {
            channels[i] = (int) (from + i * step);
        }
        select(node, in, channels, output);
    }

    private void select(OnnxNode node, Tensor in, int[] channels, String output) {
        FeatureMapShape s = in.shape();
        boolean all = channels.length == s.channels();
        for (int i = 0; all && i < channels.length; i++) {
            all = channels[i] == i;
        }
        FeatureMapShape shape = checkedShape(node, channels.length, s.height(), s.width());
        FloatOp op = all ? new FloatOp.Identity() : new FloatOp.ChannelSelection(channels);
        emit(node, op, new Tensor(shape, in.rank()), output, List.of(node.requiredInput(0)));
    }

    private void lrn(OnnxNode node) {
        map(node, 0);
        long size = node.integer("size", 0);
        if (size < 1 || size > LayerOp.LocalResponseNormalisation.MAX_SIZE) {
            throw node.badInput("normalises over " + size + " channels");
        }
        same(
                node,
                new FloatOp.LocalResponseNormalisation(
                        (int) size, node.number("alpha", 1e-4f), node.number("beta", 0.75f), node.number("bias", 1f)));
    }

    // Activation functions.

    private void activate(OnnxNode node, Kind kind) {
        same(node, new FloatOp.Activation(activation(node, kind)));
    }

    private static ActivationFunction activation(OnnxNode node, Kind kind) {
        return switch (kind) {
            case LEAKY_RELU -> new ActivationFunction(kind, node.number("alpha", 0.01f), 0);
            case ELU, CELU, THRESHOLDED_RELU, SWISH -> new ActivationFunction(kind, node.number("alpha", 1f), 0);
            case SELU ->
                new ActivationFunction(kind, node.number("alpha", 1.6732632f), node.number("gamma", 1.050701f));
            case HARD_SIGMOID -> new ActivationFunction(kind, node.number("alpha", 0.2f), node.number("beta", 0.5f));
            case GELU ->
                new ActivationFunction(
                        node.text("approximate", "none").equals("tanh") ? Kind.GELU_TANH : Kind.GELU, 0, 0);
            default -> new ActivationFunction(kind, 0, 0);
        };
    }

    private void pRelu(OnnxNode node) {
        ConstantTensor slope = constant(node, 1, "slope");
        for (int i = 1; i < slope.elements(); i++) {
            if (slope.floatAt(i) != slope.floatAt(0)) {
                throw node.unsupported("has a slope per channel, expected one for all");
            }
        }
        if (slope.elements() == 0) {
            throw node.badInput("has no slope");
        }
        same(node, new FloatOp.Activation(new ActivationFunction(Kind.LEAKY_RELU, slope.floatAt(0), 0)));
    }

    private void negate(OnnxNode node) {
        Tensor in = tensor(node, 0);
        float[] minus = new float[in.shape().channels()];
        Arrays.fill(minus, -1f);
        emit(node, new ChannelAffine(minus, new float[minus.length]), in);
    }

    private void softmax(OnnxNode node) {
        Tensor in = tensor(node, 0);
        long axis = node.integer("axis", node.opset() < 13 ? 1 : -1);
        // Over more than the channels it is only the softmax of ONNX before opset 13 on one-pixel maps.
        if (ConstantFolding.axis(node, axis, in.rank()) != 1 && in.shape().fibers() > 1) {
            throw node.unsupported("works along axis " + axis + ", expected the channels, axis 1");
        }
        same(node, new FloatOp.Softmax());
    }

    /** A product of x and a gate of x is one activation function: SiLU, or HardSwish. */
    private boolean gated(OnnxNode node) {
        for (int i = 0; i < 2; i++) {
            String gate = node.requiredInput(i);
            String x = node.requiredInput(1 - i);
            if (!(writers.get(gate) instanceof FloatOp.Activation a) || !x.equals(firstInputs.get(gate))) {
                continue;
            }
            ActivationFunction f = a.function();
            Kind kind = f.kind() == Kind.SIGMOID
                    ? Kind.SWISH
                    : f.kind() == Kind.HARD_SIGMOID && Math.abs(f.alpha() - 1 / 6f) < 1e-6f && f.beta() == 0.5f
                            ? Kind.HARD_SWISH
                            : null;
            if (kind != null) {
                FloatOp op = new FloatOp.Activation(new ActivationFunction(kind, 1f, 0));
                emit(node, op, tensor(node, 1 - i), node.output(), List.of(x));
                return true;
            }
        }
        return false;
    }

    // Models in 8 bits.

    private void quantizeLinear(OnnxNode node) {
        Quantisation quantisation = quantisation(node, 1, 2);
        tensor(node, 0);
        quantised(node, node.requiredInput(0), quantisation);
    }

    private void dequantizeLinear(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        same(node, new FloatOp.Identity());
    }

    private void qLinearConv(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        ConstantTensor stored = constant(node, 3, "weights");
        QuantisedConstant weights = quantisedConstant(node, 3, 4, 5, 0);
        int outputs = stored.rank() == 0 ? 0 : stored.dims()[0];
        float inputScale = scaleOf(node.requiredInput(0));
        int[] bias = qBias(node, 8, outputs);
        String output = node.output() + "#real";
        convolution(
                node,
                map(node, 0),
                real(weights, 0, outputs),
                realBias(bias, weights, inputScale, outputs),
                integers(weights, 0, outputs, bias, inputScale),
                output);
        quantised(node, output, quantisation(node, 6, 7));
    }

    private void qLinearMatMul(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        Tensor in = features(node, 0);
        ConstantTensor stored = constant(node, 3, "weights");
        QuantisedConstant weights = quantisedConstant(node, 3, 4, 5, 1);
        int outputs = outputs(node, stored, false, in);
        String output = node.output() + "#real";
        fullyConnected(
                node,
                real(weights, 1, outputs),
                false,
                1f,
                new float[outputs],
                integers(weights, 1, outputs, new int[0], scaleOf(node.requiredInput(0))),
                in,
                output);
        quantised(node, output, quantisation(node, 6, 7));
    }

    private void qGemm(OnnxNode node) {
        requireQuantisation(node, 0, 1, 2);
        Tensor in = features(node, 0);
        if (node.number("alpha", 1f) != 1f || node.integer("transA", 0) != 0) {
            throw node.unsupported("scales or transposes its input, expected alpha = 1 and transA = 0");
        }
        boolean transposed = node.integer("transB", 0) != 0;
        int axis = transposed ? 0 : 1;
        ConstantTensor stored = constant(node, 3, "weights");
        QuantisedConstant weights = quantisedConstant(node, 3, 4, 5, axis);
        int outputs = outputs(node, stored, transposed, in);
        float inputScale = scaleOf(node.requiredInput(0));
        int[] bias = qBias(node, 6, outputs);
        boolean real = node.input(7).isEmpty();
        String output = real ? node.output() : node.output() + "#real";
        fullyConnected(
                node,
                real(weights, axis, outputs),
                transposed,
                1f,
                realBias(bias, weights, inputScale, outputs),
                integers(weights, axis, outputs, bias, inputScale),
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
        Tensor left = tensor(node, 0);
        requireSame(node, left, tensor(node, 3));
        String output = node.output() + "#real";
        emit(node, new FloatOp.Add(), left, output, List.of(node.requiredInput(0), node.requiredInput(3)));
        quantised(node, output, quantisation(node, 6, 7));
    }

    private void qLinearConcat(OnnxNode node) {
        List<Integer> parts = new ArrayList<>();
        for (int i = 2; i < node.inputs().size(); i += 3) {
            requireQuantisation(node, i, i + 1, i + 2);
            parts.add(i);
        }
        String output = node.output() + "#real";
        concat(node, parts, output);
        quantised(node, output, quantisation(node, 0, 1));
    }

    private void qLinearPool(OnnxNode node, boolean global) {
        if (node.integer("channels_last", 0) != 0) {
            throw node.unsupported("has the channels last, expected N x C x H x W");
        }
        requireQuantisation(node, 0, 1, 2);
        String output = node.output() + "#real";
        if (global) {
            globalPooling(node, PoolingKind.AVERAGE, 4, output);
        } else {
            pooling(node, PoolingKind.AVERAGE, output);
        }
        quantised(node, output, quantisation(node, 3, 4));
    }

    private void qLinear(OnnxNode node, FloatOp op) {
        requireQuantisation(node, 0, 1, 2);
        String output = node.output() + "#real";
        emit(node, op, tensor(node, 0), output, List.of(node.requiredInput(0)));
        quantised(node, output, quantisation(node, 3, 4));
    }

    /** Ends a node by what an 8-bit format can hold, and remembers the format. */
    private void quantised(OnnxNode node, String from, Quantisation quantisation) {
        emit(node, new Clamp(quantisation.low(), quantisation.high()), tensors.get(from), node.output(), List.of(from));
        quantisations.put(node.output(), quantisation);
        prescribe(node.output(), quantisation);
    }

    private void prescribe(String tensor, Quantisation quantisation) {
        Optional<TensorFormat> format = quantisation.withoutZeroPoint();
        if (format.isPresent()) {
            formats.put(tensor, format.get());
        } else {
            requantised++;
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
        tensor(node, index);
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

    // Helpers.

    /** A node with one input whose output has the same shape. */
    private void same(OnnxNode node, FloatOp op) {
        emit(node, op, tensor(node, 0));
    }

    private void emit(OnnxNode node, FloatOp op, Tensor output) {
        emit(node, op, output, node.output(), List.of(node.requiredInput(0)));
    }

    private void emit(OnnxNode node, FloatOp op, Tensor output, String name, List<String> inputs) {
        if (tensors.containsKey(name) || constants.containsKey(name) || views.containsKey(name)) {
            throw node.badInput("writes tensor " + OnnxNode.printable(name) + ", which something else gives as well");
        }
        String unique = uniqueName(node, name);
        writers.put(name, op);
        firstInputs.put(name, inputs.get(0));
        boolean sameFormat = op instanceof FloatOp.Identity
                || op instanceof FloatOp.Flatten
                || op instanceof FloatOp.ChannelSelection
                || op instanceof Pooling p && p.kind() == PoolingKind.MAX;
        if (sameFormat && quantisations.containsKey(inputs.get(0))) {
            quantisations.put(name, quantisations.get(inputs.get(0)));
        }
        nodes.add(new FloatNode(unique, node.operator(), op, inputs, name, output.shape()));
        tensors.put(name, output);
    }

    /** Name of a node that may be one of several for a node of the file; the one that computes has the plain name. */
    private String uniqueName(OnnxNode node, String output) {
        String first = node.output();
        if (output.equals(first)) {
            return tensors.containsKey(first + "#real") ? node.name() + "_quantised" : node.name();
        }
        if (output.startsWith(first + "#")) {
            return output.endsWith("#real") ? node.name() : node.name() + output.substring(first.length());
        }
        return node.name() + "#" + node.proto().getOutputList().indexOf(output);
    }

    private static FeatureMapShape outputShape(OnnxNode node, int channels, Window window, FeatureMapShape in) {
        int height = window.outputHeight(in.height());
        int width = window.outputWidth(in.width());
        if (height <= 0 || width <= 0) {
            throw node.badInput("has a window of " + window.rows() + "x" + window.columns()
                    + " that does not fit its input of " + in);
        }
        return checkedShape(node, channels, height, width);
    }

    private static FeatureMapShape checkedShape(OnnxNode node, long channels, long height, long width) {
        int max = OnnxModelReader.MAX_ELEMENTS;
        boolean fits = channels <= max && height <= max && width <= max;
        fits &= channels * height <= max && channels * height * width <= max;
        if (channels <= 0 || height <= 0 || width <= 0 || !fits) {
            throw node.badInput("gives a tensor of " + channels + "x" + height + "x" + width
                    + ", expected positive dimensions and at most " + max + " elements");
        }
        return new FeatureMapShape((int) channels, (int) height, (int) width);
    }

    /** A computed input of any rank. */
    private Tensor tensor(OnnxNode node, int index) {
        String name = node.requiredInput(index);
        Tensor tensor = tensors.get(name);
        if (tensor == null && views.containsKey(name)) {
            throw node.unsupported("has an input of the dimensions "
                    + Arrays.toString(views.get(name).dims()) + ", expected [1, C, H, W] or [1, C]");
        }
        if (tensor == null) {
            throw constants.containsKey(name)
                    ? node.unsupported("has a constant as input " + index + ", expected a computed tensor")
                    : node.badInput(
                            "reads tensor " + OnnxNode.printable(name) + ", which is not supported as an input");
        }
        return tensor;
    }

    /** A computed input of rank 4. */
    private Tensor map(OnnxNode node, int index) {
        Tensor tensor = tensor(node, index);
        if (tensor.rank() != 4) {
            throw node.unsupported("has an input of " + tensor.rank() + " dimensions, expected 4");
        }
        return tensor;
    }

    /** A computed input of rank 2. */
    private Tensor features(OnnxNode node, int index) {
        Tensor tensor = tensor(node, index);
        if (tensor.rank() != 2) {
            throw node.unsupported("has an input of " + tensor.rank() + " dimensions, expected a flattened one");
        }
        return tensor;
    }

    private ConstantTensor constant(OnnxNode node, int index, String what) {
        ConstantTensor constant = constants.get(node.requiredInput(index));
        if (constant == null) {
            throw node.unsupported("has computed " + what + ", expected a constant");
        }
        return constant;
    }

    private float scalar(OnnxNode node, int index, String what) {
        ConstantTensor constant = constant(node, index, what);
        if (constant.elements() != 1) {
            throw node.badInput("has " + constant.elements() + " values as " + what + ", expected one");
        }
        return constant.floatAt(0);
    }

    private float[] vector(OnnxNode node, int index, String what, int length) {
        ConstantTensor constant = constant(node, index, what);
        if (constant.elements() != length) {
            throw node.badInput("has " + constant.elements() + " values as " + what + ", expected " + length);
        }
        return constant.floats();
    }

    private float[] bias(OnnxNode node, int index, int length) {
        return node.input(index).isPresent() ? vector(node, index, "bias", length) : new float[length];
    }
}
