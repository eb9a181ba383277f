package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Activation;
import dev.isos.workloads.graph.TensorFormat;

/** Makes an activation function that no layer could take over a layer of post-operations alone. */
final class LowerActivation implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof Activation a)) {
                continue;
            }
            TensorFormat format = graph.format(node.inputs().get(0));
            if (format != null) {
                graph.format(FloatGraph.beforeActivation(node.output()), format);
            }
            graph.replace(i, node.withOp(new FloatOp.Identity()).withActivation(a.function()));
            graph.note("a " + node.operatorName() + " that no layer before it can take over is a layer of its own");
        }
    }
}
