package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.TensorFormat;

/**
 * Makes the addition after a convolution that nothing else reads a post-operation of it. Of two such convolutions the
 * later one is chosen, so that the other operand is complete as early as possible.
 */
final class FuseResidual implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof FloatOp.Add)) {
                continue;
            }
            String left = node.inputs().get(0);
            String right = node.inputs().get(1);
            int leftAt = left.equals(right) ? -1 : convolution(graph, left);
            int rightAt = left.equals(right) ? -1 : convolution(graph, right);
            int at = Math.max(leftAt, rightAt);
            if (at < 0) {
                continue;
            }
            String between = at == leftAt ? left : right;
            FloatNode convolution = graph.node(at);
            TensorFormat format = graph.format(between);
            if (format != null) {
                graph.remove(graph.writer(between));
                graph.format(FloatGraph.beforeResidual(node.output()), format);
            }
            graph.remove(at);
            // At the place of the addition both operands are complete.
            graph.replace(
                    i, convolution.withResidual(at == leftAt ? right : left).withOutput(node.output()));
        }
    }

    /**
     * Position of the convolution that gives a tensor and can take the residual, or -1. It may have a prescribed format, as
     * long as that is the int8 that a residual addition rounds to.
     */
    private static int convolution(GraphEditor graph, String tensor) {
        FloatNode writer = graph.writerNode(tensor);
        TensorFormat format = graph.format(tensor);
        if (writer == null || !graph.hasOneReader(tensor)) {
            return -1;
        }
        String result = tensor;
        if (format != null && format.signed() && writer.op() instanceof FloatOp.Clamp) {
            result = writer.inputs().get(0);
            writer = graph.writerNode(result);
        }
        boolean fits = writer != null
                && writer.op() instanceof Convolution
                && writer.residual().isEmpty()
                && writer.activation().isEmpty()
                && !writer.clamped()
                && graph.hasOneReader(result);
        return fits ? graph.writer(result) : -1;
    }
}
