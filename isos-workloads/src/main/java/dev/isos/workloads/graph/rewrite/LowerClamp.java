package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Clamp;

/** Makes a clamp that no layer could take over a layer of post-operations alone. */
final class LowerClamp implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node != null && node.op() instanceof Clamp c) {
                graph.replace(i, node.withOp(new FloatOp.Identity()).clampedTo(c.low(), c.high()));
                graph.note("a " + node.operatorName() + " that no layer before it can take over is a layer of its own");
            }
        }
    }
}
