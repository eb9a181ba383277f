package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp;
import dev.isos.workloads.graph.FloatOp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Operators that relate the channels of a position: normalisations and softmax. */
final class NormalisationOperators extends OperatorFamily {
    NormalisationOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("LRN", this::lrn);
        standard.put("LayerNormalization", this::layerNormalisation);
        standard.put("Softmax", this::softmax);
        standard.put("LogSoftmax", this::softmax);
    }

    private void lrn(OnnxNode node) {
        Operand in = map(node, 0);
        long size = node.integer("size", 0);
        if (size < 1 || size > LayerOp.LocalResponseNormalisation.MAX_SIZE) {
            throw node.badInput("normalises over " + size + " channels");
        }
        FloatOp op = new FloatOp.LocalResponseNormalisation(
                (int) size, node.number("alpha", 1e-4f), node.number("beta", 0.75f), node.number("bias", 1f));
        emit(node, op, in, in.shape());
    }

    private void softmax(OnnxNode node) {
        TensorView in = view(node, 0);
        int rank = in.rank();
        int axis = ShapeArithmetic.axis(node, node.integer("axis", node.opset() < 13 ? 1 : -1), rank);
        boolean[] over = new boolean[rank];
        // Before opset 13 all axes from there on count as one.
        Arrays.fill(over, axis, node.opset() < 13 ? rank : axis + 1, true);
        int size = 1;
        for (int i = 0; i < rank; i++) {
            size *= over[i] ? in.size(i) : 1;
        }
        TensorView layout = channelsInnermost(node, in, over, false);
        int groups = layout.shape().channels() / size;
        FloatOp op = new FloatOp.Softmax(groups);
        String tensor = layer(node, node.output(), op, layout.shape(), List.of(movement.arrange(node, in, layout)));
        define(node, node.output(), layout.withBase(tensor), "");
    }

    /**
     * A layout with the given axes as the innermost channels.
     *
     * @param alone whether all other axes become positions
     */
    private TensorView channelsInnermost(OnnxNode node, TensorView in, boolean[] over, boolean alone) {
        int[] order = new int[in.rank()];
        int[] back = new int[in.rank()];
        int at = 0;
        for (boolean last : new boolean[] {false, true}) {
            for (int i = 0; i < over.length; i++) {
                if (over[i] == last) {
                    order[at] = i;
                    back[i] = at++;
                }
            }
        }
        return movement.layout(
                        in.transposed(order),
                        (axis, atom) -> over[order[axis]]
                                ? TensorView.Kind.CHANNEL
                                : alone ? TensorView.Kind.POSITION : atom.kind())
                .transposed(back);
    }

    private void layerNormalisation(OnnxNode node) {
        TensorView in = view(node, 0);
        boolean[] over = new boolean[in.rank()];
        long[] axes = node.integers("axes");
        if (axes == null) {
            Arrays.fill(over, ShapeArithmetic.axis(node, node.integer("axis", -1), in.rank()), over.length, true);
        } else {
            for (long axis : axes) {
                over[ShapeArithmetic.axis(node, axis, in.rank())] = true;
            }
        }
        int size = 1;
        for (int i = 0; i < over.length; i++) {
            size *= over[i] ? in.size(i) : 1;
        }
        float[] scale = new float[size];
        Arrays.fill(scale, 1f);
        scale = node.input(1).isPresent() ? vector(node, 1, "scale", size) : scale;
        float[] shift = bias(node, 2, size);
        TensorView layout = channelsInnermost(node, in, over, true);
        FloatOp op = new FloatOp.LayerNormalisation(node.number("epsilon", 1e-5f), scale, shift);
        String tensor = layer(node, node.output(), op, layout.shape(), List.of(movement.arrange(node, in, layout)));
        define(node, node.output(), layout.withBase(tensor), "");
    }
}
