package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;

/**
 * Moves one positive factor behind a clamp before it, where a convolution can take it: {@code s * clamp(x, l, h)} is
 * {@code clamp(s * x, s * l, s * h)}.
 */
final class SwapScaleAndClamp implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof ChannelAffine a) || !a.scalesOnly()) {
                continue;
            }
            String between = node.inputs().get(0);
            FloatNode clamp = graph.writerNode(between);
            float factor = a.scale()[0];
            boolean swaps = clamp != null
                    && clamp.op() instanceof Clamp
                    && a.uniform()
                    && factor > 0
                    && graph.hasOneReader(between)
                    && graph.format(between) == null
                    && graph.format(node.output()) == null;
            if (swaps) {
                Clamp c = (Clamp) clamp.op();
                int at = graph.writer(between);
                graph.remove(i);
                graph.replace(at, clamp.withOp(a));
                graph.replace(i, node.withOp(new Clamp(factor * c.low(), factor * c.high())));
            }
        }
    }
}
