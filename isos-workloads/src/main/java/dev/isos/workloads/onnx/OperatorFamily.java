package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Operators that belong together, and what all of them need: operands laid out as they want them, and new nodes. */
abstract class OperatorFamily {
    final TranslationState state;
    final OnnxGraph graph;
    final Map<String, ConstantTensor> constants;
    final Map<String, TensorView> views;
    final Map<String, Quantisation> quantisations;
    final DataMovement movement;

    OperatorFamily(TranslationState state) {
        this.state = state;
        this.graph = state.graph;
        this.constants = state.constants;
        this.views = state.views;
        this.quantisations = state.quantisations;
        this.movement = new DataMovement(state);
    }

    /** Adds a translator for each operator, by its name in ONNX and in the domain com.microsoft. */
    abstract void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft);

    /** An operation on each element by itself, which keeps the view of its input. */
    void pointwise(OnnxNode node, FloatOp op) {
        pointwise(node, node.output(), view(node, 0), op, node.input(0).orElse(""));
    }

    /** As {@link #pointwise(OnnxNode, FloatOp)} of any tensor, under any name. */
    void pointwise(OnnxNode node, String output, TensorView in, FloatOp op, String from) {
        TensorView whole = in.whole() ? in : movement.natural(node, in);
        String tensor = layer(node, output, op, whole.shape(), List.of(whole.base()));
        define(node, output, whole.withBase(tensor), op instanceof FloatOp.Identity ? from : "");
    }

    void emit(OnnxNode node, FloatOp op, Operand in, FeatureMapShape shape) {
        emit(node, op, in.withShape(shape), node.output(), List.of(in.tensor()));
    }

    /** A node of the float graph whose result has the usual layout. */
    void emit(OnnxNode node, FloatOp op, Operand output, String name, List<String> inputs) {
        String tensor = layer(node, name, op, output.shape(), inputs);
        define(node, name, TensorView.standard(tensor, output.shape(), output.rank(), graph.images()), "");
        boolean sameFormat = op instanceof FloatOp.Identity
                || op instanceof FloatOp.Flatten
                || op instanceof FloatOp.ChannelSelection
                || op instanceof Pooling p && p.kind() == PoolingKind.MAX;
        if (sameFormat && quantisations.containsKey(node.requiredInput(0))) {
            quantisations.put(name, quantisations.get(node.requiredInput(0)));
        }
    }

    /** A node of the float graph; returns the name of the tensor that it writes. */
    String layer(OnnxNode node, String output, FloatOp op, FeatureMapShape shape, List<String> inputs) {
        return movement.layer(node, output, op, shape, inputs);
    }

    /**
     * Says where a tensor of the model lies.
     *
     * @param from tensor of the model whose elements it has, or an empty name
     */
    void define(OnnxNode node, String name, TensorView view, String from) {
        if (constants.containsKey(name) || views.containsKey(name)) {
            throw node.badInput("writes tensor " + OnnxNode.printable(name) + ", which something else gives as well");
        }
        views.put(name, view);
        if (quantisations.containsKey(from)) {
            quantisations.put(name, quantisations.get(from));
        }
    }

    static FeatureMapShape outputShape(OnnxNode node, int channels, Window window, FeatureMapShape in) {
        int height = window.outputHeight(in.height());
        int width = window.outputWidth(in.width());
        if (height <= 0 || width <= 0) {
            throw node.badInput("has a window of " + window.rows() + "x" + window.columns()
                    + " that does not fit its input of " + in);
        }
        return checkedShape(node, channels, height, width);
    }

    static FeatureMapShape checkedShape(OnnxNode node, long channels, long height, long width) {
        int max = OnnxModelReader.MAX_ELEMENTS;
        boolean fits = channels <= max && height <= max && width <= max;
        fits &= channels * height <= max && channels * height * width <= max;
        if (channels <= 0 || height <= 0 || width <= 0 || !fits) {
            throw node.badInput("gives a tensor of " + channels + "x" + height + "x" + width
                    + ", expected positive dimensions and at most " + max + " elements");
        }
        return new FeatureMapShape((int) channels, (int) height, (int) width);
    }

    /** A computed input, wherever it lies. */
    TensorView view(OnnxNode node, int index) {
        String name = node.requiredInput(index);
        TensorView view = views.get(name);
        if (view == null) {
            throw constants.containsKey(name)
                    ? node.unsupported("has a constant as input " + index + ", expected a computed tensor")
                    : node.badInput(
                            "reads tensor " + OnnxNode.printable(name) + ", which is not supported as an input");
        }
        return view;
    }

    /** A computed input of 2 to 4 dimensions, laid out with the second as channels. */
    Operand tensor(OnnxNode node, int index) {
        TensorView view = view(node, index);
        if (view.rank() < 2 || view.rank() > 4) {
            throw node.unsupported("has an input of the dimensions " + Arrays.toString(view.dims())
                    + ", expected [N, C, H, W], [N, C, W] or [N, C]");
        }
        TensorView layout = movement.mapLayout(node, view);
        return new Operand(movement.arrange(node, view, layout), layout.shape(), view.rank());
    }

    /** A computed input of rank 4, or 3 where its maps have one row. */
    Operand map(OnnxNode node, int index) {
        TensorView view = view(node, index);
        if (view.rank() != 4 && view.rank() != 3) {
            throw node.unsupported("has an input of the dimensions " + Arrays.toString(view.dims())
                    + ", expected [N, C, H, W] or [N, C, W]");
        }
        return tensor(node, index);
    }

    ConstantTensor constant(OnnxNode node, int index, String what) {
        ConstantTensor constant = constants.get(node.requiredInput(index));
        if (constant == null) {
            throw node.unsupported("has computed " + what + ", expected a constant");
        }
        return constant;
    }

    /** A constant that may be left out. */
    Optional<ConstantTensor> optional(OnnxNode node, int index, String what) {
        return node.input(index).isPresent() ? Optional.of(constant(node, index, what)) : Optional.empty();
    }

    float scalar(OnnxNode node, int index, String what) {
        ConstantTensor constant = constant(node, index, what);
        if (constant.elements() != 1) {
            throw node.badInput("has " + constant.elements() + " values as " + what + ", expected one");
        }
        return constant.floatAt(0);
    }

    float[] vector(OnnxNode node, int index, String what, int length) {
        ConstantTensor constant = constant(node, index, what);
        if (constant.elements() != length) {
            throw node.badInput("has " + constant.elements() + " values as " + what + ", expected " + length);
        }
        return constant.floats();
    }

    float[] bias(OnnxNode node, int index, int length) {
        return node.input(index).isPresent() ? vector(node, index, "bias", length) : new float[length];
    }

    static void requireSame(OnnxNode node, Operand left, Operand right) {
        if (!left.shape().equals(right.shape())) {
            throw node.unsupported(
                    "adds tensors of shapes " + left.shape() + " and " + right.shape() + ", expected equal ones");
        }
    }

    /** Scale that the model prescribes for a tensor, or 0. */
    float scaleOf(String tensor) {
        Quantisation quantisation = quantisations.get(tensor);
        return quantisation == null ? 0 : quantisation.scale();
    }
}
