package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.Window;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Padding;
import java.util.List;

/** Makes zeros around the map of a convolution part of its window, when nothing else reads the padded tensor. */
final class FoldPaddingIntoConvolution implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null || !(node.op() instanceof Convolution c)) {
                continue;
            }
            FloatNode before = graph.writerNode(node.inputs().get(0));
            if (before != null
                    && before.op() instanceof Padding p
                    && p.channelsBefore() + p.channelsAfter() == 0
                    && graph.hasOneReader(before.output())) {
                Window w = c.window();
                Window wider = new Window(
                        w.rows(),
                        w.columns(),
                        w.strideRows(),
                        w.strideColumns(),
                        w.padTop() + p.top(),
                        w.padLeft() + p.left(),
                        w.padBottom() + p.bottom(),
                        w.padRight() + p.right(),
                        w.dilationRows(),
                        w.dilationColumns());
                graph.remove(graph.writer(before.output()));
                graph.replace(
                        i,
                        node.withOp(new Convolution(c.filter(), wider, c.weights(), c.bias(), c.integers()))
                                .withInputs(List.of(before.inputs().get(0))));
            }
        }
    }
}
