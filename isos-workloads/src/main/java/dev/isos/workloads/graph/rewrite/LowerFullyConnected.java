package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import java.util.List;

/**
 * Makes a fully connected layer a convolution whose window is as large as its input; a flattening before it goes, since
 * weights [K, C*H*W] and weights [K, C, H, W] are the same numbers in the same order.
 */
final class LowerFullyConnected implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof FullyConnected f)) {
                continue;
            }
            String input = node.inputs().get(0);
            for (FloatNode before = graph.writerNode(input);
                    before != null && before.op() instanceof FloatOp.Flatten && !before.clamped();
                    before = graph.writerNode(input)) {
                input = before.inputs().get(0);
            }
            FeatureMapShape in = graph.shape(input);
            Window window = Window.wholeMap(in);
            FilterShape filter = new FilterShape(f.outputs(), in.channels(), in.height(), in.width(), 1);
            graph.replace(
                    i,
                    node.withOp(new Convolution(filter, window, f.weights(), f.bias(), f.integers()))
                            .withInputs(List.of(input)));
        }
        // A flattening of one-pixel maps changes nothing, whoever reads it.
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node != null
                    && node.op() instanceof FloatOp.Flatten
                    && node.shape().equals(graph.shape(node.inputs().get(0)))) {
                graph.bypass(i);
            }
        }
    }
}
