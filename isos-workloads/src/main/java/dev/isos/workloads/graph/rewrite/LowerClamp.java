package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import java.util.Arrays;

/** Makes an activation function that no layer could take over a depthwise 1x1 convolution with unit weights. */
final class LowerClamp implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node != null && node.op() instanceof Clamp c) {
                int channels = node.shape().channels();
                float[] ones = new float[channels];
                Arrays.fill(ones, 1f);
                Convolution unit = new Convolution(
                        new FilterShape(channels, 1, 1, 1, channels),
                        Window.square(1, 1, 0),
                        ones,
                        new float[channels]);
                graph.replace(i, node.withOp(unit).clampedTo(c.low(), c.high()));
                graph.note("a " + node.operator()
                        + " that no layer before it can take over is computed as a depthwise 1x1 convolution");
            }
        }
    }
}
