package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.List;

/**
 * Moves an activation function after a max pooling before it, where a convolution can take it: clamping never changes the
 * order of two values, so the maximum of the clamped values is the clamped maximum. Where the
 * clamp stands for a prescribed 8-bit format it stays.
 */
final class SwapClampAndMaxPooling implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof Clamp) || graph.format(node.output()) != null) {
                continue;
            }
            String between = node.inputs().get(0);
            FloatNode pool = graph.writerNode(between);
            if (pool != null
                    && pool.op() instanceof Pooling p
                    && p.kind() == PoolingKind.MAX
                    && graph.hasOneReader(between)
                    && graph.hasOneReader(pool.inputs().get(0))) {
                String unpooled = pool.inputs().get(0);
                int poolAt = graph.writer(between);
                graph.remove(i);
                FloatNode clamp = new FloatNode(
                        node.name(), node.operator(), node.op(), List.of(unpooled), between, graph.shape(unpooled));
                graph.replace(poolAt, clamp);
                graph.replace(i, pool.withInputs(List.of(between)).withOutput(node.output()));
            }
        }
    }
}
