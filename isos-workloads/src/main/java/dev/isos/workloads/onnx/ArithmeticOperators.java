package dev.isos.workloads.onnx;

import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Arithmetic element by element, with a constant per channel or between two tensors. */
final class ArithmeticOperators extends OperatorFamily {
    ArithmeticOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Relu", node -> same(node, new Clamp(0f, Float.POSITIVE_INFINITY)));
        standard.put("Clip", this::clip);
        standard.put("BatchNormalization", this::batchNormalization);
        standard.put("Add", this::arithmetic);
        standard.put("Sub", this::arithmetic);
        standard.put("Mul", this::arithmetic);
        standard.put("Div", this::arithmetic);
        standard.put("Sum", this::sum);
        standard.put("Neg", this::negate);
        standard.put("Identity", node -> same(node, new FloatOp.Identity()));
        standard.put("Dropout", node -> same(node, new FloatOp.Identity()));
    }

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
        ComputedTensor in = tensor(node, 0);
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
            ComputedTensor left = tensor(node, 0);
            ComputedTensor right = tensor(node, 1);
            boolean product = node.operator().equals("Mul") && left.equals(right);
            if (!product && !node.operator().equals("Add")) {
                boolean gate = left.shape().fibers() == 1 != (right.shape().fibers() == 1);
                throw node.unsupported("combines two computed tensors"
                        + (gate ? ", one of them a factor per channel as in squeeze-and-excitation blocks" : "")
                        + "; of computed tensors only additions of equal shapes are supported");
            }
            requireSame(node, left, right);
            FloatOp op = product ? new FloatOp.Product() : new FloatOp.Add();
            emit(node, op, left, node.output(), List.of(node.requiredInput(0), node.requiredInput(1)));
            return;
        }
        int variable = leftConstant ? 1 : 0;
        ComputedTensor in = tensor(node, variable);
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
    private static float[] perChannel(OnnxNode node, ConstantTensor constant, ComputedTensor in) {
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
        ComputedTensor first = tensor(node, 0);
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

    private void negate(OnnxNode node) {
        ComputedTensor in = tensor(node, 0);
        float[] minus = new float[in.shape().channels()];
        Arrays.fill(minus, -1f);
        emit(node, new ChannelAffine(minus, new float[minus.length]), in);
    }
}
