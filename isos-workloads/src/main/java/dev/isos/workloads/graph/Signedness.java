package dev.isos.workloads.graph;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.HashMap;
import java.util.Map;

/**
 * Which tensors of a rewritten graph can be negative by construction, and so are int8 rather than uint8: the input, and
 * whatever no ReLU cuts off at zero. Pooling, concatenation, channel selection and local response normalisation keep the
 * sign of what they read.
 */
public final class Signedness {
    private Signedness() {}

    /** For every tensor by name, whether it is signed. */
    public static Map<String, Boolean> of(FloatGraph graph) {
        Map<String, Boolean> signed = new HashMap<>();
        TensorFormat input = graph.formats().get(graph.input());
        signed.put(graph.input(), input == null || input.signed());
        graph.constants().forEach((name, constant) -> {
            boolean negative = false;
            for (float value : constant.values()) {
                negative |= value < 0;
            }
            signed.put(name, negative);
        });
        for (FloatNode node : graph.nodes()) {
            boolean any = node.inputs().stream().anyMatch(signed::get);
            boolean keeps = node.op() instanceof Pooling
                    || node.op() instanceof FloatOp.Concatenation
                    || node.op() instanceof FloatOp.ChannelSelection
                    || node.op() instanceof FloatOp.PositionSelection
                    || node.op() instanceof FloatOp.Transposition
                    || node.op() instanceof FloatOp.MatrixProduct
                    || node.op() instanceof FloatOp.Product
                    || node.op() instanceof FloatOp.LocalResponseNormalisation;
            boolean never =
                    node.op() instanceof FloatOp.Softmax && node.activation().isEmpty();
            signed.put(node.output(), node.low() < 0 && !never && (any || !keeps));
        }
        return signed;
    }

    /** Whether a node hands 8-bit values on unchanged, so that what it reads and writes has one scale. */
    public static boolean passesThrough(FloatOp op) {
        return op instanceof FloatOp.Concatenation
                || op instanceof FloatOp.ChannelSelection
                || op instanceof FloatOp.PositionSelection
                || op instanceof FloatOp.Transposition
                || op instanceof Pooling p && p.kind() == PoolingKind.MAX;
    }
}
