package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;

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
            boolean leftFits = fits(graph, left) && !left.equals(right);
            boolean rightFits = fits(graph, right) && !left.equals(right);
            if (!leftFits && !rightFits) {
                continue;
            }
            boolean takeRight = rightFits && (!leftFits || graph.writer(right) > graph.writer(left));
            int at = graph.writer(takeRight ? right : left);
            FloatNode convolution = graph.node(at);
            graph.remove(at);
            // At the place of the addition both operands are complete.
            graph.replace(i, convolution.withResidual(takeRight ? left : right).withOutput(node.output()));
        }
    }

    private static boolean fits(GraphEditor graph, String tensor) {
        FloatNode writer = graph.writerNode(tensor);
        return writer != null
                && writer.op() instanceof Convolution
                && writer.residual().isEmpty()
                && !writer.clamped()
                && graph.hasOneReader(tensor);
    }
}
