package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Operators that belong together, and what all of them need: operands with their shapes checked, and new nodes. */
abstract class OperatorFamily {
    final TranslationState state;
    final OnnxGraph graph;
    final Map<String, ConstantTensor> constants;
    final Map<String, ComputedTensor> tensors;
    final Map<String, ChannelView> views;
    final Map<String, Quantisation> quantisations;

    OperatorFamily(TranslationState state) {
        this.state = state;
        this.graph = state.graph;
        this.constants = state.constants;
        this.tensors = state.tensors;
        this.views = state.views;
        this.quantisations = state.quantisations;
    }

    /** Adds a translator for each operator, by its name in ONNX and in the domain com.microsoft. */
    abstract void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft);

    /** A node with one input whose output has the same shape. */
    void same(OnnxNode node, FloatOp op) {
        emit(node, op, tensor(node, 0));
    }

    void emit(OnnxNode node, FloatOp op, ComputedTensor output) {
        emit(node, op, output, node.output(), List.of(node.requiredInput(0)));
    }

    void emit(OnnxNode node, FloatOp op, ComputedTensor output, String name, List<String> inputs) {
        if (tensors.containsKey(name) || constants.containsKey(name) || views.containsKey(name)) {
            throw node.badInput("writes tensor " + OnnxNode.printable(name) + ", which something else gives as well");
        }
        String unique = uniqueName(node, name);
        boolean sameFormat = op instanceof FloatOp.Identity
                || op instanceof FloatOp.Flatten
                || op instanceof FloatOp.ChannelSelection
                || op instanceof Pooling p && p.kind() == PoolingKind.MAX;
        if (sameFormat && quantisations.containsKey(inputs.get(0))) {
            quantisations.put(name, quantisations.get(inputs.get(0)));
        }
        state.nodes.add(new FloatNode(unique, node.operator(), op, inputs, name, output.shape()));
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

    /** A computed input of any rank. */
    ComputedTensor tensor(OnnxNode node, int index) {
        String name = node.requiredInput(index);
        ComputedTensor tensor = tensors.get(name);
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
    ComputedTensor map(OnnxNode node, int index) {
        ComputedTensor tensor = tensor(node, index);
        if (tensor.rank() != 4) {
            throw node.unsupported("has an input of " + tensor.rank() + " dimensions, expected 4");
        }
        return tensor;
    }

    /** A computed input of rank 2. */
    ComputedTensor features(OnnxNode node, int index) {
        ComputedTensor tensor = tensor(node, index);
        if (tensor.rank() != 2) {
            throw node.unsupported("has an input of " + tensor.rank() + " dimensions, expected a flattened one");
        }
        return tensor;
    }

    ConstantTensor constant(OnnxNode node, int index, String what) {
        ConstantTensor constant = constants.get(node.requiredInput(index));
        if (constant == null) {
            throw node.unsupported("has computed " + what + ", expected a constant");
        }
        return constant;
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

    static void requireSame(OnnxNode node, ComputedTensor left, ComputedTensor right) {
        if (!left.equals(right)) {
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
