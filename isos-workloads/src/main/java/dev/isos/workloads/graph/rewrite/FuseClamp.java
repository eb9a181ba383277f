package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.FloatOp.Pooling;
import dev.isos.workloads.graph.TensorFormat;

/** Makes ReLU, ReLU6 and other clamps a post-operation of the convolution, average pooling or addition before them. */
final class FuseClamp implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof Clamp c)) {
                continue;
            }
            String between = node.inputs().get(0);
            FloatNode before = graph.writerNode(between);
            if (before != null
                    && takesClamp(before.op())
                    && graph.hasOneReader(between)
                    && keepsFormat(graph, between, node.output())) {
                graph.remove(graph.writer(between));
                graph.renameIntermediates(between, node.output());
                graph.replace(i, before.clampedTo(c.low(), c.high()).withOutput(node.output()));
            }
        }
    }

    /** A clamp of a tensor of prescribed format keeps that; rounding to one format and then to another takes two layers. */
    private static boolean keepsFormat(GraphEditor graph, String from, String to) {
        TensorFormat format = graph.format(from);
        if (format != null && graph.format(to) == null) {
            graph.format(to, format);
        }
        return format == null || format.equals(graph.format(to));
    }

    private static boolean takesClamp(FloatOp op) {
        return op instanceof FloatOp.Convolution
                || op instanceof FloatOp.Identity
                || op instanceof FloatOp.ChannelAffine
                || op instanceof FloatOp.LocalResponseNormalisation
                || op instanceof FloatOp.Add
                || op instanceof FloatOp.MatrixProduct
                || op instanceof FloatOp.Product
                || op instanceof Pooling p && p.kind() == PoolingKind.AVERAGE;
    }
}
