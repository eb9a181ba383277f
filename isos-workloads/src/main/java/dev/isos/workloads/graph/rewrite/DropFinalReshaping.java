package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;

/**
 * Removes softmax and flattening at the end of the network: neither changes which class wins, and softmax has no place in
 * 8-bit arithmetic.
 */
final class DropFinalReshaping implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (String output : graph.outputs()) {
            drop(graph, output);
        }
    }

    private static void drop(GraphEditor graph, String output) {
        FloatNode last = graph.writerNode(output);
        if (last == null || !graph.readers(output).isEmpty()) {
            return;
        }
        if (last.op() instanceof FloatOp.Softmax) {
            graph.note("the final " + last.operatorName() + " is left out, outputs are the scores before it");
        } else if (!(last.op() instanceof FloatOp.Flatten)) {
            return;
        }
        graph.bypass(graph.writer(output));
        drop(graph, last.inputs().get(0));
    }
}
