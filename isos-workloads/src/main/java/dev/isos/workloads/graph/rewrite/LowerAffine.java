package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Convolution;

/**
 * Makes a batch normalisation that no convolution could take over a depthwise 1x1 convolution. A factor per channel alone
 * stays: it is a layer of post-operations, whose multipliers it becomes.
 */
final class LowerAffine implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node != null && node.op() instanceof ChannelAffine a && !a.scalesOnly()) {
                int channels = node.shape().channels();
                FilterShape filter = new FilterShape(channels, 1, 1, 1, channels);
                graph.replace(i, node.withOp(new Convolution(filter, Window.square(1, 1, 0), a.scale(), a.shift())));
                graph.note("a " + node.operatorName()
                        + " without a convolution before it is computed as a depthwise 1x1 convolution");
            }
        }
    }
}
