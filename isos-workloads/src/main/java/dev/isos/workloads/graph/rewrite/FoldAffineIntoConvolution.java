package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Convolution;

/** Multiplies batch normalisation into the weights and bias of the convolution before it; zero weights stay zero. */
final class FoldAffineIntoConvolution implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof ChannelAffine a)) {
                continue;
            }
            FloatNode before = graph.writerNode(node.inputs().get(0));
            if (before != null
                    && before.op() instanceof Convolution c
                    && !before.clamped()
                    && before.residual().isEmpty()
                    && before.activation().isEmpty()
                    && graph.hasOneReader(before.output())) {
                if (c.integers().isPresent()) {
                    graph.note("8-bit weights before a " + node.operatorName() + " are quantised anew with it");
                }
                graph.remove(graph.writer(before.output()));
                graph.replace(i, before.withOp(scaled(c, a)).withOutput(node.output()));
            }
        }
    }

    private static Convolution scaled(Convolution c, ChannelAffine a) {
        float[] weights = c.weights().clone();
        float[] bias = new float[c.bias().length];
        int perFilter = weights.length / bias.length;
        for (int k = 0; k < bias.length; k++) {
            for (int i = k * perFilter; i < (k + 1) * perFilter; i++) {
                weights[i] *= a.scale()[k];
            }
            bias[k] = c.bias()[k] * a.scale()[k] + a.shift()[k];
        }
        return new Convolution(c.filter(), c.window(), weights, bias);
    }
}
