package dev.isos.workloads.onnx;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import dev.isos.workloads.graph.FloatOp.Pooling;
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
        if (!translator.tensors.containsKey(graph.output())) {
            throw IsosException.unsupported(graph.file() + ": output " + OnnxNode.printable(graph.output())
                    + " is a constant, expected something computed from the input");
        }
        return new FloatGraph(
                graph.file(), graph.input(), graph.inputShape(), translator.nodes, graph.output(), List.of());
    }

    private void visit(OnnxNode node) {
        if (node.operator().equals("Shape") && node.standard() && tensors.containsKey(node.requiredInput(0))) {
            int[] dims = tensors.get(node.requiredInput(0)).dims();
            constants.put(node.output(), ConstantFolding.shape(node, dims));
            return;
        }
        if (node.inputs().stream().allMatch(t -> t.isEmpty() || constants.containsKey(t))) {
            List<ConstantTensor> inputs = new ArrayList<>();
            node.inputs().forEach(t -> inputs.add(constants.get(t)));
            Optional<ConstantTensor> value = folding.fold(node, inputs);
            if (value.isPresent()) {
                constants.put(node.output(), value.get());
                return;
            }
        }
        if (!node.standard()) {
            throw unsupportedOperator(node);
        }
        translate(node);
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
            case "Softmax", "LogSoftmax" -> same(node, new FloatOp.Softmax());
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
        int[] dims = weights.dims();
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
                new Convolution(filter, window, weights.floats(), bias(node, 2, dims[0])),
                new Tensor(outputShape(node, dims[0], window, shape), 4));
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
        fullyConnected(node, weights, transposed, alpha, bias, in);
    }

    private void matMul(OnnxNode node) {
        Tensor in = features(node, 0);
        ConstantTensor weights = constant(node, 1, "weights");
        fullyConnected(node, weights, false, 1f, new float[outputs(node, weights, false, in)], in);
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
            OnnxNode node, ConstantTensor weights, boolean transposed, float alpha, float[] bias, Tensor in) {
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
        emit(node, new FullyConnected(outputs, rows, bias), new Tensor(new FeatureMapShape(outputs, 1, 1), 2));
    }

    // Pooling.

    private void pooling(OnnxNode node, PoolingKind kind) {
        FeatureMapShape shape = map(node, 0).shape();
        boolean countPadding = kind == PoolingKind.AVERAGE && node.integer("count_include_pad", 0) != 0;
        Window window = WindowReader.pooling(node, shape.height(), shape.width(), countPadding);
        emit(
                node,
                new Pooling(kind, window, countPadding),
                new Tensor(outputShape(node, shape.channels(), window, shape), 4));
    }

    private void globalPooling(OnnxNode node, PoolingKind kind, int rank) {
        FeatureMapShape shape = map(node, 0).shape();
        Window window = new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
        emit(node, new Pooling(kind, window, false), new Tensor(new FeatureMapShape(shape.channels(), 1, 1), rank));
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
            if (!node.operator().equals("Add")) {
                throw node.unsupported("combines two computed tensors, which is supported for additions only");
            }
            Tensor left = tensor(node, 0);
            requireSame(node, left, tensor(node, 1));
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
        List<String> inputs = new ArrayList<>();
        Tensor first = tensor(node, 0);
        long channels = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
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
        emit(node, op, new Tensor(shape, first.rank()), node.output(), inputs);
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
        Tensor in = tensor(node, 0);
        long[] asked = constant(node, 1, "shape").integers();
        reshaped(
                node,
                in,
                ConstantFolding.resolve(node, asked, in.dims(), in.shape().elements()));
    }

    private void squeeze(OnnxNode node) {
        Tensor in = map(node, 0);
        int[] axes = ConstantFolding.axes(node, node.input(1).isPresent() ? constant(node, 1, "axes") : null, 4);
        boolean onePixel = in.shape().fibers() == 1;
        if (axes == null || !Arrays.equals(axes, new int[] {2, 3}) || !onePixel) {
            throw node.unsupported("removes other dimensions than a height and width of 1");
        }
        flattened(node, in, 2);
    }

    private void reshaped(OnnxNode node, Tensor in, int[] dims) {
        if (Arrays.equals(dims, in.dims())) {
            same(node, new FloatOp.Identity());
        } else if (dims.length == 2 && dims[0] == 1) {
            flattened(node, in, 2);
        } else if (dims.length == 4 && dims[0] == 1 && dims[2] == 1 && dims[3] == 1) {
            flattened(node, in, 4);
        } else {
            throw node.unsupported("reshapes " + Arrays.toString(in.dims()) + " to " + Arrays.toString(dims)
                    + ", expected a flattening to [1, " + in.shape().elements() + "]");
        }
    }

    private void flattened(OnnxNode node, Tensor in, int rank) {
        emit(
                node,
                new FloatOp.Flatten(),
                new Tensor(new FeatureMapShape(in.shape().elements(), 1, 1), rank));
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
        if (tensors.containsKey(name) || constants.containsKey(name)) {
            throw node.badInput("writes tensor " + OnnxNode.printable(name) + ", which something else gives as well");
        }
        String unique = name.equals(node.output())
                ? node.name()
                : node.name() + name.substring(node.output().length());
        nodes.add(new FloatNode(unique, node.operator(), op, inputs, name, output.shape()));
        tensors.put(name, output);
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
