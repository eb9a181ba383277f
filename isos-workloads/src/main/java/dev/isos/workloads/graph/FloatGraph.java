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
 * @param formats 8-bit formats that the model file prescribes, by tensor; see also {@link #beforeResidual} and
 *     {@link #beforeActivation}
 * @param notes what rewriting changed that a user should know, each half a sentence
 */
public record FloatGraph(
        String source,
        String input,
        FeatureMapShape inputShape,
        List<FloatNode> nodes,
        String output,
        Map<String, TensorFormat> formats,
        List<String> notes) {
    /** A graph of which no tensor has a prescribed format. */
    public FloatGraph(
            String source,
            String input,
            FeatureMapShape inputShape,
            List<FloatNode> nodes,
            String output,
            List<String> notes) {
        this(source, input, inputShape, nodes, output, Map.of(), notes);
    }

    public FloatGraph {
        nodes = List.copyOf(nodes);
        formats = Map.copyOf(formats);
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

    /** Name, in {@link #formats}, of what the writer of a tensor computes before its residual operand is added. */
    public static String beforeResidual(String tensor) {
        return tensor + "#own";
    }

    /** Name, in {@link #formats}, of what the writer of a tensor computes before its activation function. */
    public static String beforeActivation(String tensor) {
        return tensor + "#linear";
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
