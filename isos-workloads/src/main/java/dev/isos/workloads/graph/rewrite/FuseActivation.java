package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Activation;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Pooling;
import dev.isos.workloads.graph.TensorFormat;

/** Makes an activation function that is no clamp a post-operation of the convolution, average pooling or
 * addition before it, together with the quantisation between the two if there is one. */
final class FuseActivation implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof Activation a)) {
                continue;
            }
            graph.note("the function " + node.operatorName()
                    + " is a table over 8 bits; it leaves few zeros, and its dense outputs are simulated as they are");
            String between = node.inputs().get(0);
            FloatNode before = graph.writerNode(between);
            if (before == null || !graph.hasOneReader(between)) {
                continue;
            }
            String result = between;
            TensorFormat format = graph.format(between);
            if (format != null && before.op() instanceof FloatOp.Clamp) {
                result = before.inputs().get(0);
                before = graph.writerNode(result);
            }
            boolean fits = before != null
                    && (before.op() instanceof Convolution
                            || before.op() instanceof FloatOp.Add
                            || before.op() instanceof Pooling p && p.kind() == PoolingKind.AVERAGE)
                    && before.activation().isEmpty()
                    && !before.clamped()
                    && graph.hasOneReader(result);
            if (fits) {
                graph.remove(graph.writer(between));
                if (format != null) {
                    graph.remove(graph.writer(result));
                    graph.format(FloatGraph.beforeActivation(node.output()), format);
                }
                graph.renameIntermediates(result, node.output());
                graph.replace(i, before.withActivation(a.function()).withOutput(node.output()));
            }
        }
    }
}
