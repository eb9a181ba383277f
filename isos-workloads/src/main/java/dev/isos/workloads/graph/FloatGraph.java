package dev.isos.workloads.graph;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network in float arithmetic, between a model file and a quantised workload: batch size one, static shapes, one input
 * and one output.
 *
 * @param source name of the model file, for messages
 * @param nodes every node after the nodes whose outputs it reads
 * @param output name of the tensor that is the network's output
 * @param notes what rewriting changed that a user should know, each half a sentence
 */
public record FloatGraph(
        String source,
        String input,
        FeatureMapShape inputShape,
        List<FloatNode> nodes,
        String output,
        List<String> notes) {
    public FloatGraph {
        nodes = List.copyOf(nodes);
        notes = List.copyOf(notes);
        Map<String, FeatureMapShape> shapes = new HashMap<>();
        shapes.put(input, inputShape);
        for (FloatNode node : nodes) {
            for (String operand : node.operands()) {
                if (!shapes.containsKey(operand)) {
                    throw IsosException.badInput(source + ": node " + node.name() + " (" + node.operator()
                            + ") reads tensor " + operand + ", which nothing before it writes");
                }
            }
            if (shapes.put(node.output(), node.shape()) != null) {
                throw IsosException.badInput(source + ": tensor " + node.output() + " is written twice");
            }
        }
        if (!shapes.containsKey(output)) {
            throw IsosException.badInput(source + ": output " + output + " is written by no node");
        }
    }

    /** Shapes of all tensors by name. */
    public Map<String, FeatureMapShape> shapes() {
        Map<String, FeatureMapShape> shapes = new HashMap<>();
        shapes.put(input, inputShape);
        for (FloatNode node : nodes) {
            shapes.put(node.output(), node.shape());
        }
        return shapes;
    }
}
