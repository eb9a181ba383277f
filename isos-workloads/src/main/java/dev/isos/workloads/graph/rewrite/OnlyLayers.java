package dev.isos.workloads.graph.rewrite;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;

/** What must hold of a graph after rewriting. */
final class OnlyLayers {
    private OnlyLayers() {}

    static void check(FloatGraph graph) {
        if (graph.nodes().isEmpty()) {
            throw IsosException.unsupported(
                    graph.source() + ": the model has no convolution, pooling or matrix product to simulate");
        }
        for (FloatNode node : graph.nodes()) {
            FloatOp op = node.op();
            if (op instanceof FloatOp.Product) {
                throw IsosException.unsupported(graph.source() + ": node " + node.name() + " (" + node.operator()
                        + ") combines two computed tensors; of computed tensors only additions of equal shapes and"
                        + " x * Sigmoid(x), x * HardSigmoid(x) and the like are supported");
            }
            if (!(op instanceof Convolution
                    || op instanceof FloatOp.Pooling
                    || op instanceof FloatOp.Add
                    || op instanceof FloatOp.Identity
                    || op instanceof FloatOp.ChannelSelection
                    || op instanceof FloatOp.LocalResponseNormalisation
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
