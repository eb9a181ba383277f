package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Padding;
import dev.isos.workloads.graph.IntegerWeights;
import java.util.Arrays;
import java.util.Optional;

/**
 * Replaces zero padding that no convolution could take over by a 1x1 convolution with one unit weight per channel:
 * padding around the map becomes padding of its window, channels that are padded become filters without weights.
 */
final class LowerPadding implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof Padding p)) {
                continue;
            }
            FeatureMapShape in = graph.shape(node.inputs().get(0));
            boolean sameChannels = p.channelsBefore() + p.channelsAfter() == 0;
            int groups = sameChannels ? in.channels() : 1;
            FilterShape filter = new FilterShape(node.shape().channels(), in.channels() / groups, 1, 1, groups);
            float[] weights = new float[filter.elements()];
            byte[] integers = new byte[weights.length];
            float[] scale = new float[filter.outputChannels()];
            Arrays.fill(scale, 1f);
            for (int c = 0; c < in.channels(); c++) {
                int at = sameChannels ? c : (c + p.channelsBefore()) * in.channels() + c;
                weights[at] = 1f;
                integers[at] = 1;
            }
            Window window = new Window(1, 1, 1, 1, p.top(), p.left(), p.bottom(), p.right(), 1, 1);
            Convolution unit = new Convolution(
                    filter,
                    window,
                    weights,
                    new float[scale.length],
                    Optional.of(new IntegerWeights(integers, scale, new int[0], 0f)));
            graph.replace(i, node.withOp(unit));
            graph.note("each zero-padding " + node.operatorName()
                    + " is computed as a 1x1 convolution with one unit weight per channel");
        }
    }
}
