package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.onnx.TensorView.Atom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Arithmetic element by element, with constants or between tensors, which broadcast as ONNX defines it. */
final class ArithmeticOperators extends OperatorFamily {
    private final ShapeOperators shapes;

    ArithmeticOperators(TranslationState state, ShapeOperators shapes) {
        super(state);
        this.shapes = shapes;
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Relu", node -> pointwise(node, new Clamp(0f, Float.POSITIVE_INFINITY)));
        standard.put("Clip", this::clip);
        standard.put("BatchNormalization", this::batchNormalization);
        standard.put("Add", node -> chain(node, false));
        standard.put("Sum", node -> chain(node, false));
        standard.put("Mul", node -> chain(node, true));
        standard.put("Sub", this::subtract);
        standard.put("Div", this::divide);
        standard.put("Pow", this::power);
        standard.put("Max", node -> extreme(node, true));
        standard.put("Min", node -> extreme(node, false));
        standard.put("PRelu", this::pRelu);
        standard.put("Neg", node -> {
            TensorView in = whole(node, view(node, 0));
            define(node, node.output(), scaled(node, node.output(), in, -1), "");
        });
        standard.put("Identity", node -> pointwise(node, new FloatOp.Identity()));
        standard.put("Dropout", node -> pointwise(node, new FloatOp.Identity()));
        standard.put("Cast", node -> {
            long to = node.integer("to", 1);
            // FLOAT, FLOAT16, DOUBLE and BFLOAT16: all arithmetic here is in float32 until it is quantised.
            if (to != 1 && to != 10 && to != 11 && to != 16) {
                throw node.unsupported("casts a computed tensor to type " + to
                        + ", expected a floating-point type; remove the cast from the model");
            }
            pointwise(node, new FloatOp.Identity());
        });
    }

    private TensorView whole(OnnxNode node, TensorView view) {
        return view.whole() ? view : movement.natural(node, view);
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
        pointwise(node, clamp(low, high));
    }

    /** A clamp; one whose range leaves zero out is a table like any other function. */
    private static FloatOp clamp(float low, float high) {
        if (low <= 0 && high >= 0 && low < high) {
            return new Clamp(low, high);
        }
        double least = low;
        double most = high;
        return new FloatOp.Activation(ActivationFunction.composite(x -> Math.max(least, Math.min(most, x)), low));
    }

    private void batchNormalization(OnnxNode node) {
        if (node.integer("training_mode", 0) != 0 || node.integer("spatial", 1) == 0) {
            throw node.unsupported(
                    "normalises by statistics of the batch or per element, expected inference per channel");
        }
        TensorView in = view(node, 0);
        int channels = in.rank() > 1 ? in.size(1) : 1;
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
        int[] dims = new int[Math.max(1, in.rank() - 1)];
        Arrays.fill(dims, 1);
        dims[0] = channels;
        define(
                node,
                node.output(),
                affine(
                        node,
                        node.output(),
                        in,
                        ConstantTensor.ofFloats(dims, scale),
                        ConstantTensor.ofFloats(dims, shift)),
                "");
    }

    /** Sum or product of any number of tensors and constants, from the left. */
    private void chain(OnnxNode node, boolean product) {
        int count = node.inputs().size();
        if (count == 1) {
            pointwise(node, new FloatOp.Identity());
            return;
        }
        TensorView result = null;
        ConstantTensor pending = null;
        for (int i = 0; i < count; i++) {
            String output = i == count - 1 ? node.output() : node.output() + "#" + i;
            ConstantTensor constant = constants.get(node.requiredInput(i));
            if (constant != null && result == null) {
                if (pending != null) {
                    throw node.unsupported("begins with several constants, expected at most one; join them");
                }
                pending = constant;
            } else if (constant != null) {
                result = withConstant(node, output, result, constant, product);
            } else {
                TensorView next = view(node, i);
                result = result == null ? next : combined(node, output, result, next, product);
                if (pending != null) {
                    result = withConstant(node, output, result, pending, product);
                    pending = null;
                }
            }
        }
        if (result == null) {
            throw node.unsupported("has constants only, expected a computed tensor");
        }
        define(node, node.output(), result, "");
    }

    private TensorView withConstant(
            OnnxNode node, String output, TensorView in, ConstantTensor constant, boolean product) {
        return product ? affine(node, output, in, constant, null) : affine(node, output, in, null, constant);
    }

    /** {@code in * scale + shift}; either may be missing. */
    private TensorView affine(OnnxNode node, String output, TensorView in, ConstantTensor scale, ConstantTensor shift) {
        TensorView view = in;
        for (ConstantTensor constant : new ConstantTensor[] {scale, shift}) {
            if (constant != null) {
                int[] dims = ShapeArithmetic.broadcast(node, List.of(view.dims(), constant.dims()));
                view = Arrays.equals(dims, view.dims()) ? view : view.expanded(dims);
            }
        }
        view = whole(node, view);
        FeatureMapShape shape = view.shape();
        float[] factors = new float[shape.channels()];
        Arrays.fill(factors, 1f);
        float[] offsets = new float[shape.channels()];
        float[] factorMap = scale == null ? null : values(node, view, scale, factors);
        float[] offsetMap = shift == null ? null : values(node, view, shift, offsets);
        String tensor = view.base();
        if (factorMap == null && offsetMap == null) {
            return view.withBase(layer(node, output, new ChannelAffine(factors, offsets), shape, List.of(tensor)));
        }
        if (factorMap != null) {
            String constant = shapes.constantTensor(node, shape, factorMap);
            tensor = layer(node, output, new FloatOp.Product(), shape, List.of(tensor, constant));
        }
        if (offsetMap != null) {
            String constant = shapes.constantTensor(node, shape, offsetMap);
            tensor = layer(node, output, new FloatOp.Add(), shape, List.of(tensor, constant));
        }
        return view.withBase(tensor);
    }

    /** Fills in one value per channel, or returns one per element where a channel has several. */
    private static float[] values(OnnxNode node, TensorView view, ConstantTensor constant, float[] perChannel) {
        if (constant.elements() == 0) {
            throw node.badInput("has a constant without elements");
        }
        if (constant.elements() == 1) {
            Arrays.fill(perChannel, constant.floatAt(0));
            return null;
        }
        float[] values = new float[view.shape().elements()];
        constant.fill(node, view, values);
        int plane = view.shape().fibers();
        for (int c = 0; c < perChannel.length; c++) {
            perChannel[c] = values[c * plane];
            for (int i = 1; i < plane; i++) {
                if (values[c * plane + i] != perChannel[c]) {
                    return values;
                }
            }
        }
        return null;
    }

    /** Sum or product of two computed tensors. */
    private TensorView combined(OnnxNode node, String output, TensorView left, TensorView right, boolean product) {
        int[] dims = ShapeArithmetic.broadcast(node, List.of(left.dims(), right.dims()));
        boolean leftLeads = Arrays.equals(dims, left.dims());
        boolean rightLeads = !leftLeads && Arrays.equals(dims, right.dims());
        TensorView lead = whole(node, leftLeads ? left : rightLeads ? right : left.expanded(dims));
        TensorView other = (rightLeads ? left : right).withoutRepetition();
        FeatureMapShape shape = lead.shape();
        TensorView layout = lead.withBase("");
        TensorView gate = product && shape.fibers() > 1 ? gateLayout(lead, other) : null;
        String second = movement.arrange(node, other, gate != null ? gate : layout);
        List<String> inputs = rightLeads && gate == null ? List.of(second, lead.base()) : List.of(lead.base(), second);
        FloatOp op = product ? new FloatOp.Product() : new FloatOp.Add();
        return lead.withBase(layer(node, output, op, shape, inputs));
    }

    /** Layout of a factor per channel, K x 1 x 1; null where the other tensor varies over positions. */
    private static TensorView gateLayout(TensorView lead, TensorView other) {
        List<List<Atom>> axes = new ArrayList<>();
        int added = lead.rank() - other.rank();
        for (int axis = 0; axis < lead.rank(); axis++) {
            List<Atom> own = lead.axes().get(axis);
            boolean positions = own.stream().anyMatch(a -> a.kind() == TensorView.Kind.POSITION);
            boolean one = axis < added || other.axes().get(axis - added).isEmpty();
            if (positions && !one) {
                return null;
            }
            axes.add(positions ? List.of() : own);
        }
        FeatureMapShape shape = new FeatureMapShape(lead.shape().channels(), 1, 1);
        return new TensorView("", shape, lead.channelOffset(), 0, axes);
    }

    private TensorView scaled(OnnxNode node, String output, TensorView in, float factor) {
        return affine(node, output, in, ConstantTensor.ofFloats(new int[0], new float[] {factor}), null);
    }

    private TensorView function(OnnxNode node, String output, TensorView in, FloatOp op) {
        TensorView view = whole(node, in);
        return view.withBase(layer(node, output, op, view.shape(), List.of(view.base())));
    }

    private void subtract(OnnxNode node) {
        ConstantTensor left = constants.get(node.requiredInput(0));
        ConstantTensor right = constants.get(node.requiredInput(1));
        TensorView result;
        if (right != null) {
            float[] values = right.floats().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = -values[i];
            }
            result = affine(node, node.output(), view(node, 0), null, ConstantTensor.ofFloats(right.dims(), values));
        } else if (left != null) {
            ConstantTensor minus = ConstantTensor.ofFloats(new int[0], new float[] {-1});
            result = affine(node, node.output(), view(node, 1), minus, left);
        } else {
            TensorView minus = scaled(node, node.output() + "#minus", view(node, 1), -1);
            result = combined(node, node.output(), view(node, 0), minus, false);
        }
        define(node, node.output(), result, "");
    }

    private void divide(OnnxNode node) {
        ConstantTensor left = constants.get(node.requiredInput(0));
        ConstantTensor right = constants.get(node.requiredInput(1));
        TensorView result;
        if (right != null) {
            float[] values = right.floats().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = 1 / values[i];
            }
            result = affine(node, node.output(), view(node, 0), ConstantTensor.ofFloats(right.dims(), values), null);
        } else {
            FloatOp reciprocal = new FloatOp.Activation(new ActivationFunction(Kind.RECIPROCAL, 0, 0));
            boolean one = left != null && left.elements() == 1 && left.floatAt(0) == 1;
            TensorView inverse = function(node, node.output() + (one ? "" : "#inverse"), view(node, 1), reciprocal);
            result = one
                    ? inverse
                    : left != null
                            ? affine(node, node.output(), inverse, left, null)
                            : combined(node, node.output(), view(node, 0), inverse, true);
        }
        define(node, node.output(), result, "");
    }

    private void power(OnnxNode node) {
        float exponent = scalar(node, 1, "exponent");
        if (exponent == 1) {
            pointwise(node, new FloatOp.Identity());
        } else {
            pointwise(node, new FloatOp.Activation(new ActivationFunction(Kind.POWER, exponent, 0)));
        }
    }

    /** Maxima and minima: a clamp where the other operand is one number, else {@code b + max(a - b, 0)}. */
    private void extreme(OnnxNode node, boolean max) {
        TensorView result = null;
        Clamp positive = max ? new Clamp(0, Float.POSITIVE_INFINITY) : new Clamp(Float.NEGATIVE_INFINITY, 0);
        List<ConstantTensor> bounds = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            if (constants.containsKey(node.requiredInput(i))) {
                bounds.add(constants.get(node.requiredInput(i)));
            } else if (result == null) {
                result = view(node, i);
            } else {
                TensorView other = view(node, i);
                TensorView minus = scaled(node, node.output() + "#minus", other, -1);
                TensorView difference = combined(node, node.output() + "#difference", result, minus, false);
                TensorView beyond = function(node, node.output() + "#beyond", difference, positive);
                result = combined(node, node.output() + "#extreme", beyond, other, false);
            }
        }
        if (result == null) {
            throw node.unsupported("has constants only, expected a computed tensor");
        }
        for (ConstantTensor bound : bounds) {
            if (bound.elements() == 1) {
                float value = bound.floatAt(0);
                FloatOp clamp = max ? clamp(value, Float.POSITIVE_INFINITY) : clamp(Float.NEGATIVE_INFINITY, value);
                result = function(node, node.output(), result, clamp);
            } else {
                float[] minus = bound.floats().clone();
                for (int i = 0; i < minus.length; i++) {
                    minus[i] = -minus[i];
                }
                ConstantTensor negative = ConstantTensor.ofFloats(bound.dims(), minus);
                TensorView difference = affine(node, node.output() + "#difference", result, null, negative);
                TensorView beyond = function(node, node.output() + "#beyond", difference, positive);
                result = affine(node, node.output(), beyond, null, bound);
            }
        }
        define(node, node.output(), result, "");
    }

    /** One slope is a table; a slope per channel is the positive part plus the scaled negative part. */
    private void pRelu(OnnxNode node) {
        ConstantTensor slope = constant(node, 1, "slope");
        boolean one = true;
        for (int i = 1; i < slope.elements(); i++) {
            one &= slope.floatAt(i) == slope.floatAt(0);
        }
        if (slope.elements() == 0) {
            throw node.badInput("has no slope");
        }
        if (one) {
            FloatOp leaky = new FloatOp.Activation(new ActivationFunction(Kind.LEAKY_RELU, slope.floatAt(0), 0));
            pointwise(node, leaky);
            return;
        }
        TensorView in = whole(node, view(node, 0));
        TensorView positive = function(node, node.output() + "#positive", in, new Clamp(0, Float.POSITIVE_INFINITY));
        boolean positiveSlopes = true;
        for (float value : slope.floats()) {
            positiveSlopes &= value >= 0;
        }
        if (positiveSlopes) {
            // Then cutting off after scaling is the same, and one layer.
            TensorView scaled = affine(node, node.output() + "#scaled", in, slope, null);
            TensorView cut = function(node, node.output() + "#sloped", scaled, new Clamp(Float.NEGATIVE_INFINITY, 0));
            define(node, node.output(), combined(node, node.output(), cut, positive, false), "");
            return;
        }
        TensorView negative = function(node, node.output() + "#negative", in, new Clamp(Float.NEGATIVE_INFINITY, 0));
        TensorView sloped = affine(node, node.output() + "#sloped", negative, slope, null);
        define(node, node.output(), combined(node, node.output(), sloped, positive, false), "");
    }
}
