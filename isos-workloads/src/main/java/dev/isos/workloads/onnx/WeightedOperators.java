package dev.isos.workloads.onnx;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import dev.isos.workloads.graph.IntegerWeights;
import java.util.ArrayList;
import java.util.Arrays;
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
        standard.put("ConvTranspose", this::transposedConvolution);
        standard.put("Gemm", this::gemm);
        standard.put("MatMul", this::matMul);
    }

    private void convolution(OnnxNode node) {
        Operand in = map(node, 0);
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
            Operand in,
            ConstantTensor weights,
            float[] bias,
            Optional<IntegerWeights> integers,
            String output) {
        int[] dims = filterDims(node, weights, in);
        long groups = node.integer("group", 1);
        FeatureMapShape shape = in.shape();
        if (groups <= 0 || groups > shape.channels() || groups * dims[1] != shape.channels()) {
            throw node.badInput("has " + groups + " groups and weights for " + dims[1]
                    + " channels each, but its input has " + shape.channels());
        }
        FilterShape filter = new FilterShape(dims[0], dims[1], dims[2], dims[3], (int) groups);
        Window window = WindowReader.convolution(node, in.rank() - 2, dims[2], dims[3], shape.height(), shape.width());
        FloatOp op = new Convolution(filter, window, weights.floats(), bias, integers);
        emit(node, op, in.withShape(outputShape(node, dims[0], window, shape)), output, List.of(in.tensor()));
    }

    /** Dimensions of filters; those over one axis are filters of one row. */
    private static int[] filterDims(OnnxNode node, ConstantTensor weights, Operand in) {
        int[] dims = weights.dims();
        if (dims.length != in.rank()) {
            throw node.unsupported("has weights of " + dims.length + " dimensions for an input of " + in.rank()
                    + ", expected K x C x R x S over maps or K x C x S over signals");
        }
        return dims.length == 3 ? new int[] {dims[0], dims[1], 1, dims[2]} : dims;
    }

    /**
     * A transposed convolution is a convolution over the map with zeros between its pixels, with its filters turned by
     * half a turn and their axes of inputs and outputs exchanged.
     */
    private void transposedConvolution(OnnxNode node) {
        Operand in = map(node, 0);
        ConstantTensor weights = constant(node, 1, "weights");
        int[] dims = filterDims(node, weights, in);
        FeatureMapShape shape = in.shape();
        long groups = node.integer("group", 1);
        if (groups < 1 || groups > shape.channels() || dims[0] != shape.channels() || dims[0] % groups != 0) {
            throw node.badInput("has " + groups + " groups and weights for " + dims[0] + " channels, but its input has "
                    + shape.channels());
        }
        int axes = in.rank() - 2;
        WindowReader reader = new WindowReader(node, axes);
        int[] extra = node.integers("output_padding", axes, 0, 0, 4096);
        long[] asked = node.integers("output_shape");
        int[] before = new int[2];
        int[] size = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            int own = axis == 0 ? shape.height() : shape.width();
            int at = axis - (2 - axes);
            int stride = reader.strides()[axis];
            long full = (own - 1L) * stride + (dims[2 + axis] - 1L) * reader.dilations()[axis] + 1;
            long out = full + (at < 0 ? 0 : extra[at]) - reader.pads()[axis] - reader.pads()[axis + 2];
            before[axis] = reader.pads()[axis];
            String auto = node.text("auto_pad", "NOTSET");
            if (at >= 0 && (asked != null || auto.startsWith("SAME"))) {
                out = asked == null ? (long) own * stride : asked[asked.length - axes + at];
                long total = full + extra[at] - out;
                before[axis] = (int) (auto.equals("SAME_UPPER") ? total / 2 : total - total / 2);
            }
            if (out < 1 || out > OnnxModelReader.MAX_ELEMENTS || before[axis] < 0) {
                throw node.badInput("gives " + out + " positions along an axis");
            }
            size[axis] = (int) out;
        }
        int perGroup = dims[1];
        int outputs = checkedShape(node, perGroup * groups, size[0], size[1]).channels();
        int rows = dims[2];
        int columns = dims[3];
        int inputs = dims[0] / (int) groups;
        float[] turned = new float[weights.elements()];
        for (int k = 0; k < outputs; k++) {
            for (int c = 0; c < inputs; c++) {
                int from = ((k / perGroup * inputs + c) * perGroup + k % perGroup) * rows * columns;
                int to = (k * inputs + c) * rows * columns;
                for (int i = 0; i < rows * columns; i++) {
                    turned[to + i] = weights.floatAt(from + rows * columns - 1 - i);
                }
            }
        }
        Window window = new Window(rows, columns, 1, 1, 0, 0, 0, 0, reader.dilations()[0], reader.dilations()[1]);
        int height = size[0] + (rows - 1) * window.dilationRows();
        int width = size[1] + (columns - 1) * window.dilationColumns();
        FeatureMapShape spread = checkedShape(node, shape.channels(), height, width);
        int top = (rows - 1) * window.dilationRows() - before[0];
        int left = (columns - 1) * window.dilationColumns() - before[1];
        int[] places = new int[spread.fibers()];
        for (int i = 0; i < places.length; i++) {
            int row = i / width - top;
            int column = i % width - left;
            boolean pixel = Math.floorMod(row, reader.strides()[0]) == 0
                    && Math.floorMod(column, reader.strides()[1]) == 0
                    && row >= 0
                    && column >= 0
                    && row / reader.strides()[0] < shape.height()
                    && column / reader.strides()[1] < shape.width();
            places[i] = pixel ? row / reader.strides()[0] * shape.width() + column / reader.strides()[1] : -1;
        }
        String tensor = layer(
                node,
                node.output() + "#spread",
                new FloatOp.PositionSelection(height, width, places),
                spread,
                List.of(in.tensor()));
        FilterShape filter = new FilterShape(outputs, inputs, rows, columns, (int) groups);
        FloatOp op = new Convolution(filter, window, turned, bias(node, 2, outputs), Optional.empty());
        Operand out = in.withShape(new FeatureMapShape(outputs, size[0], size[1]));
        emit(node, op, out, node.output(), List.of(tensor));
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
        TensorView in = view(node, 0);
        if (in.rank() != 2) {
            throw node.badInput("multiplies a tensor of " + in.rank() + " dimensions, expected 2");
        }
        if (node.integer("transA", 0) != 0) {
            throw node.unsupported("transposes its input, expected transA = 0; put a Transpose before it");
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
        ConstantTensor left = constants.get(node.requiredInput(0));
        ConstantTensor right = constants.get(node.requiredInput(1));
        if (left == null && right == null) {
            product(node, view(node, 0), view(node, 1));
            return;
        }
        if (left != null) {
            constantTimesTensor(node, left);
            return;
        }
        TensorView in = view(node, 0);
        ConstantTensor weights = right;
        while (weights.rank() > 2 && weights.dims()[0] == 1) {
            weights = weights.reshaped(Arrays.copyOfRange(weights.dims(), 1, weights.rank()));
        }
        int outputs = outputs(node, weights, false, in);
        QuantisedConstant quantised = state.quantisedConstants.get(node.requiredInput(1));
        Optional<IntegerWeights> integers = integers(quantised, 1, outputs, new int[0], scaleOf(node.requiredInput(0)));
        fullyConnected(node, weights, false, 1f, new float[outputs], integers, in, node.output());
    }

    /**
     * Product of two computed tensors: rows of the left one are positions, everything but rows is channels; axes before
     * the last two are groups. The right one stays as it is, whichever of its axes are channels.
     */
    private void product(OnnxNode node, TensorView left, TensorView right) {
        int rank = Math.max(left.rank(), right.rank());
        if (left.rank() < 2 || right.rank() < 2) {
            throw node.unsupported("multiplies tensors of " + left.rank() + " and " + right.rank()
                    + " dimensions, expected at least 2 each");
        }
        TensorView a = groupsExpanded(node, left, right);
        TensorView b = groupsExpanded(node, right, left);
        int depth = a.size(rank - 1);
        if (b.size(rank - 2) != depth) {
            throw node.badInput("multiplies " + depth + " columns by " + b.size(rank - 2) + " rows");
        }
        TensorView rows = movement.layout(
                a, (axis, atom) -> axis == rank - 2 ? TensorView.Kind.POSITION : TensorView.Kind.CHANNEL);
        boolean transposed = b.isOnly(rank - 2, TensorView.Kind.CHANNEL);
        int positions = transposed ? rank - 1 : rank - 2;
        TensorView columns = movement.layout(
                b, (axis, atom) -> axis == positions ? TensorView.Kind.POSITION : TensorView.Kind.CHANNEL);
        // Positions in the order of the axis, which is what the other operand's channels follow.
        columns = inOrder(columns, positions);
        int groups = rows.shape().channels() / depth;
        int outputs = b.size(rank - 1);
        FeatureMapShape shape = checkedShape(
                node,
                (long) groups * outputs,
                rows.shape().height(),
                rows.shape().width());
        FloatOp op = new FloatOp.MatrixProduct(groups, transposed);
        String tensor = layer(
                node,
                node.output(),
                op,
                shape,
                List.of(movement.arrange(node, a, rows), movement.arrange(node, b, columns)));
        List<List<TensorView.Atom>> axes = new ArrayList<>();
        int stride = groups * outputs;
        for (int axis = 0; axis < rank - 2; axis++) {
            List<TensorView.Atom> own = new ArrayList<>();
            for (TensorView.Atom atom : rows.axes().get(axis)) {
                boolean image = atom.kind() == TensorView.Kind.IMAGE;
                stride = image ? stride : stride / atom.size();
                own.add(image ? atom : new TensorView.Atom(TensorView.Kind.CHANNEL, atom.size(), stride));
            }
            axes.add(own);
        }
        axes.add(rows.axes().get(rank - 2));
        axes.add(TensorView.atoms(TensorView.Kind.CHANNEL, outputs, 1));
        define(node, node.output(), new TensorView(tensor, shape, 0, rows.positionOffset(), axes), "");
    }

    /** The tensor repeated for each group that only the other one has. */
    private static TensorView groupsExpanded(OnnxNode node, TensorView in, TensorView other) {
        int[] own = in.dims();
        int[] target = ShapeArithmetic.broadcast(
                node, List.of(Arrays.copyOf(own, own.length - 2), Arrays.copyOf(other.dims(), other.rank() - 2)));
        int[] dims = Arrays.copyOf(target, target.length + 2);
        dims[target.length] = own[own.length - 2];
        dims[target.length + 1] = own[own.length - 1];
        return Arrays.equals(dims, own) ? in : in.expanded(dims);
    }

    private static TensorView inOrder(TensorView layout, int axis) {
        List<List<TensorView.Atom>> axes = new ArrayList<>(layout.axes());
        axes.set(axis, TensorView.atoms(TensorView.Kind.POSITION, layout.size(axis), 1));
        return new TensorView("", layout.shape(), 0, 0, axes);
    }

    /** {@code W x X}: the rows of X are what is added up, and become channels. */
    private void constantTimesTensor(OnnxNode node, ConstantTensor weights) {
        TensorView in = view(node, 1);
        int rank = in.rank();
        if (weights.rank() != 2 || rank < 2 || weights.dims()[1] != in.size(rank - 2)) {
            throw node.unsupported("multiplies a constant of " + Arrays.toString(weights.dims()) + " by a tensor of "
                    + Arrays.toString(in.dims()) + ", expected constant weights of 2 dimensions that fit");
        }
        int[] swap = new int[rank];
        Arrays.setAll(swap, i -> i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2);
        int outputs = checkedShape(node, weights.dims()[0], 1, 1).channels();
        TensorView product = product(
                node, in.transposed(swap), weights.floats(), new float[outputs], Optional.empty(), node.output());
        define(node, node.output(), product.transposed(swap), "");
    }

    static int outputs(OnnxNode node, ConstantTensor weights, boolean transposed, TensorView in) {
        int[] dims = weights.dims();
        if (dims.length != 2) {
            throw node.unsupported("has weights of " + dims.length + " dimensions, expected 2");
        }
        int inputs = dims[transposed ? 1 : 0];
        if (in.rank() < 1 || inputs != in.size(in.rank() - 1)) {
            throw node.badInput("has weights for " + inputs + " inputs, but gets " + Arrays.toString(in.dims()));
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
            TensorView in,
            String output) {
        int outputs = bias.length;
        int inputs = in.size(in.rank() - 1);
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
        define(node, output, product(node, in, rows, bias, integers, output), "");
    }

    /**
     * The product of the last axis with weights [K, inputs]: a fully connected layer where the whole tensor is one vector, in
     * whatever order its elements lie, else a 1x1 convolution.
     */
    private TensorView product(
            OnnxNode node,
            TensorView in,
            float[] weights,
            float[] bias,
            Optional<IntegerWeights> integers,
            String output) {
        int last = in.rank() - 1;
        int inputs = in.size(last);
        int outputs = bias.length;
        if (in.whole() && inputs == in.shape().elements()) {
            int[] order = in.flatOrder(last);
            FeatureMapShape flat = new FeatureMapShape(inputs, 1, 1);
            String tensor = in.base();
            if (in.shape().fibers() > 1) {
                tensor = layer(node, node.output() + "#flat", new FloatOp.Flatten(), flat, List.of(tensor));
            }
            FloatOp op = new FullyConnected(
                    outputs,
                    reordered(weights, order),
                    bias,
                    integers.map(i ->
                            new IntegerWeights(reordered(i.weights(), order), i.scale(), i.bias(), i.inputScale())));
            FeatureMapShape shape = new FeatureMapShape(outputs, 1, 1);
            tensor = layer(node, output, op, shape, List.of(tensor));
            List<List<TensorView.Atom>> axes = new ArrayList<>(in.axes());
            axes.set(last, TensorView.atoms(TensorView.Kind.CHANNEL, outputs, 1));
            return new TensorView(tensor, shape, 0, 0, axes);
        }
        TensorView layout =
                movement.layout(in, (axis, atom) -> axis == last ? TensorView.Kind.CHANNEL : TensorView.Kind.POSITION);
        String tensor = movement.arrange(node, in, layout);
        FeatureMapShape shape = checkedShape(
                node, outputs, layout.shape().height(), layout.shape().width());
        FloatOp op = new Convolution(
                new FilterShape(outputs, inputs, 1, 1, 1), Window.square(1, 1, 0), weights, bias, integers);
        tensor = layer(node, output, op, shape, List.of(tensor));
        List<List<TensorView.Atom>> axes = new ArrayList<>(layout.axes());
        axes.set(last, TensorView.atoms(TensorView.Kind.CHANNEL, outputs, 1));
        return new TensorView(tensor, shape, 0, layout.positionOffset(), axes);
    }

    private static float[] reordered(float[] weights, int[] order) {
        float[] result = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            result[i / order.length * order.length + order[i % order.length]] = weights[i];
        }
        return result;
    }

    private static byte[] reordered(byte[] weights, int[] order) {
        byte[] result = new byte[weights.length];
        for (int i = 0; i < weights.length; i++) {
            result[i / order.length * order.length + order[i % order.length]] = weights[i];
        }
        return result;
    }
}
