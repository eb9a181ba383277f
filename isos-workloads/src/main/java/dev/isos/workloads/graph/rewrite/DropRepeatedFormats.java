package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.Signedness;
import dev.isos.workloads.graph.TensorFormat;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes quantisations to the format that a tensor has anyhow: after another one, after pooling or concatenation of
 * tensors of that format, and of the network's input, which takes the format over.
 */
final class DropRepeatedFormats implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node == null) {
                continue;
            }
            TensorFormat format = graph.format(node.output());
            String input = node.inputs().get(0);
            if (Signedness.passesThrough(node.op())) {
                Set<TensorFormat> formats = node.inputs().stream()
                        .map(graph::format)
                        .map(f -> f == null ? new TensorFormat(0, false) : f)
                        .collect(Collectors.toSet());
                if (format == null && formats.size() == 1 && graph.format(input) != null) {
                    graph.format(node.output(), graph.format(input));
                }
            } else if (format != null && node.op() instanceof FloatOp.Clamp) {
                boolean takenOver = graph.writer(input) < 0 && graph.hasOneReader(input);
                if (takenOver) {
                    graph.format(input, format);
                }
                if (takenOver || format.equals(graph.format(input))) {
                    graph.bypass(i);
                }
            }
        }
    }
}
