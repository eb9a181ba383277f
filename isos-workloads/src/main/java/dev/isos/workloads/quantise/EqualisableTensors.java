package dev.isos.workloads.quantise;

import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors of which each channel may be multiplied by a positive factor without changing the network: those that a
 * convolution with or without ReLU writes and only convolutions read, directly or behind poolings. The factors go into the
 * weights of both.
 */
final class EqualisableTensors {
    private final FloatGraph graph;
    private final Map<String, List<FloatNode>> readers = new HashMap<>();

    private EqualisableTensors(FloatGraph graph) {
        this.graph = graph;
        for (FloatNode node : graph.nodes()) {
            node.operands()
                    .forEach(tensor -> readers.computeIfAbsent(tensor, t -> new ArrayList<>())
                            .add(node));
        }
    }

    /** By the output of a convolution, that tensor and the pooled ones that have the same factors. */
    static Map<String, List<String>> of(FloatGraph graph) {
        EqualisableTensors tensors = new EqualisableTensors(graph);
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (FloatNode node : graph.nodes()) {
            boolean clamp = !node.clamped() || node.low() == 0;
            if (node.op() instanceof Convolution c
                    && c.integers().isEmpty()
                    && node.residual().isEmpty()
                    && node.activation().isEmpty()
                    && clamp) {
                List<String> same = new ArrayList<>(List.of(node.output()));
                if (tensors.follow(same)) {
                    all.put(node.output(), same);
                }
            }
        }
        return all;
    }

    private boolean follow(List<String> same) {
        for (int i = 0; i < same.size(); i++) {
            String tensor = same.get(i);
            List<FloatNode> found = readers.getOrDefault(tensor, List.of());
            if (found.isEmpty()
                    || graph.outputs().contains(tensor)
                    || graph.formats().containsKey(tensor)) {
                return false;
            }
            for (FloatNode reader : found) {
                if (reader.residual().filter(tensor::equals).isPresent()) {
                    return false;
                } else if (reader.op() instanceof Pooling
                        && reader.activation().isEmpty()
                        && reader.high() == Float.POSITIVE_INFINITY) {
                    same.add(reader.output());
                } else if (!(reader.op() instanceof Convolution c)
                        || c.integers().isPresent()) {
                    return false;
                }
            }
        }
        return true;
    }
}
