package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp;
import dev.isos.workloads.graph.FloatOp;
import java.util.Map;
import java.util.function.Consumer;

/** Operators that relate the channels of a position: local response normalisation and softmax. */
final class NormalisationOperators extends OperatorFamily {
    NormalisationOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("LRN", this::lrn);
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
        Operand in = tensor(node, 0);
        long axis = node.integer("axis", node.opset() < 13 ? 1 : -1);
        // Over more than the channels it is only the softmax of ONNX before opset 13 on one-pixel maps.
        if (ShapeArithmetic.axis(node, axis, in.rank()) != 1 && in.shape().fibers() > 1) {
            throw node.unsupported("works along axis " + axis + ", expected the channels, axis 1");
        }
        emit(node, new FloatOp.Softmax(1), in, in.shape());
    }
}
