package dev.isos.workloads.graph.rewrite;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.Problems;
import java.util.Map;

/** What must hold of a graph after rewriting. */
final class NormalFormCheck {
    private NormalFormCheck() {}

    static void check(FloatGraph graph) {
        if (graph.nodes().isEmpty()) {
            throw IsosException.unsupported(
                    graph.source() + ": the model has no convolution, pooling or matrix product to simulate");
        }
        Problems problems = new Problems(graph.source());
        Map<String, FeatureMapShape> shapes = graph.shapes();
        for (FloatNode node : graph.nodes()) {
            String where = graph.source() + ": node " + node.name() + " (" + node.operator() + ") ";
            FloatOp op = node.op();
            boolean layer = op instanceof Convolution
                    || op instanceof FloatOp.Pooling
                    || op instanceof FloatOp.Add
                    || op instanceof FloatOp.Identity
                    || op instanceof FloatOp.ChannelAffine
                    || op instanceof FloatOp.ChannelSelection
                    || op instanceof FloatOp.LocalResponseNormalisation
                    || op instanceof FloatOp.LayerNormalisation
                    || op instanceof FloatOp.Softmax
                    || op instanceof FloatOp.PositionSelection
                    || op instanceof FloatOp.Transposition
                    || op instanceof FloatOp.MatrixProduct
                    || op instanceof FloatOp.Product
                    || op instanceof FloatOp.Concatenation;
            boolean gated = !(op instanceof FloatOp.Product)
                    || shapes.get(node.inputs().get(1))
                            .equals(new FeatureMapShape(node.shape().channels(), 1, 1));
            boolean numbers = !(op instanceof Convolution c && !(finite(c.weights()) && finite(c.bias())))
                    && !(op instanceof FloatOp.ChannelAffine a && !finite(a.scale()));
            if (op instanceof FloatOp.Flatten) {
                problems.add(IsosException.unsupported(where + "joins channels and positions, which is only supported"
                        + " before a matrix product or at the end of the network; pool the map to one pixel first"));
            } else if (!gated) {
                problems.add(
                        IsosException.unsupported(
                                where + "multiplies two computed tensors element by element,"
                                        + " expected one factor per channel or x * f(x); replace the product or cut the model before it"));
            } else if (!layer) {
                problems.add(IsosException.unsupported(where + "is no operation of a layer that is simulated; "
                        + Problems.advice(node.operatorName())));
            } else if (!numbers) {
                problems.add(IsosException.badInput(where + "has weights or biases that are not finite numbers"));
            } else if (!(node.low() <= 0f && node.high() >= 0f && node.low() < node.high())) {
                problems.add(IsosException.unsupported(where + "is clamped to " + node.low() + ".." + node.high()
                        + ", expected a range that holds zero"));
            }
        }
        problems.raise();
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
