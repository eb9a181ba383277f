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
        while (true) {
            FloatNode last = graph.writerNode(graph.output());
            if (last == null || !graph.readers(graph.output()).isEmpty()) {
                return;
            }
            if (last.op() instanceof FloatOp.Softmax) {
                graph.note("the final " + last.operator() + " is left out, outputs are the scores before it");
            } else if (!(last.op() instanceof FloatOp.Flatten)) {
                return;
            }
            graph.bypass(graph.writer(graph.output()));
        }
    }
}
