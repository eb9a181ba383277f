package dev.isos.workloads.graph;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.FullyConnected;
import dev.isos.workloads.prune.PrunableLayer;
import dev.isos.workloads.prune.Pruning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prunes the convolutions and matrix products of a graph, before batch normalisation is folded into them: magnitudes are
 * those that were trained.
 */
public final class GraphPruning {
    private GraphPruning() {}

    /** The graph with pruned weights; layers go by the names of their nodes. */
    public static FloatGraph prune(FloatGraph graph, Pruning pruning) {
        if (pruning.isNone()) {
            return graph;
        }
        Map<String, FeatureMapShape> shapes = graph.shapes();
        List<PrunableLayer> layers = new ArrayList<>();
        for (FloatNode node : graph.nodes()) {
            if (node.op() instanceof Convolution c) {
                layers.add(new PrunableLayer(node.name(), c.filter(), c.weights()));
            } else if (node.op() instanceof FullyConnected f) {
                int inputs = shapes.get(node.inputs().get(0)).elements();
                FilterShape shape = new FilterShape(f.outputs(), inputs, 1, 1, 1);
                layers.add(new PrunableLayer(node.name(), shape, f.weights()));
            }
        }
        List<float[]> pruned = pruning.apply(graph.source(), layers);
        List<FloatNode> nodes = new ArrayList<>();
        int next = 0;
        for (FloatNode node : graph.nodes()) {
            if (node.op() instanceof Convolution c) {
                float[] weights = pruned.get(next++);
                nodes.add(node.withOp(
                        new Convolution(c.filter(), c.window(), weights, c.bias(), integers(c.integers(), weights))));
            } else if (node.op() instanceof FullyConnected f) {
                float[] weights = pruned.get(next++);
                nodes.add(node.withOp(
                        new FullyConnected(f.outputs(), weights, f.bias(), integers(f.integers(), weights))));
            } else {
                nodes.add(node);
            }
        }
        return graph.with(nodes, graph.formats(), graph.notes());
    }

    private static Optional<IntegerWeights> integers(Optional<IntegerWeights> integers, float[] pruned) {
        if (integers.isEmpty()) {
            return integers;
        }
        byte[] weights = integers.get().weights().clone();
        for (int i = 0; i < weights.length; i++) {
            if (pruned[i] == 0f) {
                weights[i] = 0;
            }
        }
        IntegerWeights from = integers.get();
        return Optional.of(new IntegerWeights(weights, from.scale(), from.bias(), from.inputScale()));
    }
}
