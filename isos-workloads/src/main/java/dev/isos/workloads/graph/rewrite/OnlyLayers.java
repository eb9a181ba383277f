package dev.isos.workloads.graph.rewrite;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import java.util.Map;

/** What must hold of a graph after rewriting. */
final class OnlyLayers {
    private OnlyLayers() {}

    static void check(FloatGraph graph) {
        if (graph.nodes().isEmpty()) {
            throw IsosException.unsupported(
                    graph.source() + ": the model has no convolution, pooling or matrix product to simulate");
        }
        Map<String, FeatureMapShape> shapes = graph.shapes();
        for (FloatNode node : graph.nodes()) {
            FloatOp op = node.op();
            if (op instanceof FloatOp.Product
                    && !shapes.get(node.inputs().get(1))
                            .equals(new FeatureMapShape(node.shape().channels(), 1, 1))) {
                throw IsosException.unsupported(graph.source() + ": node " + node.name() + " (" + node.operator()
                        + ") multiplies two computed tensors element by element; only x * Sigmoid(x), x * HardSigmoid(x) and the"
                        + " like, and one factor per channel, are supported");
            }
            if (!(op instanceof Convolution
                    || op instanceof FloatOp.Pooling
                    || op instanceof FloatOp.Add
                    || op instanceof FloatOp.Identity
                    || op instanceof FloatOp.ChannelSelection
                    || op instanceof FloatOp.LocalResponseNormalisation
                    || op instanceof FloatOp.LayerNormalisation
                    || op instanceof FloatOp.Softmax
                    || op instanceof FloatOp.PositionSelection
                    || op instanceof FloatOp.Transposition
                    || op instanceof FloatOp.MatrixProduct
                    || op instanceof FloatOp.Product
                    || op instanceof FloatOp.Concatenation)) {
                throw IsosException.unsupported(graph.source() + ": node " + node.name() + " (" + node.operator()
                        + ") is only supported before a matrix product or at the end of the network");
            }
            if (op instanceof Convolution c && !(finite(c.weights()) && finite(c.bias()))) {
                throw IsosException.badInput(graph.source() + ": node " + node.name() + " (" + node.operator()
                        + ") has weights or biases that are not finite numbers");
            }
            if (!(node.low() <= 0f && node.high() >= 0f && node.low() < node.high())) {
                throw IsosException.unsupported(graph.source() + ": node " + node.name() + " (" + node.operator()
                        + ") is clamped to " + node.low() + ".." + node.high()
                        + ", expected a range that holds zero");
            }
        }
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
