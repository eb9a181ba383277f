package dev.isos.workloads.graph;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network in float arithmetic, between a model file and a quantised workload: batch size one, static shapes, one input
 * and at least one output.
 *
 * @param source name of the model file, for messages
 * @param nodes every node after the nodes whose outputs it reads
 * @param output name of the tensor that is the network's output
 * @param furtherOutputs names of tensors that are results beside the output
 * @param constants tensors that enter the network beside its input, with their values
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
        List<String> furtherOutputs,
        Map<String, Constant> constants,
        Map<String, TensorFormat> formats,
        List<String> notes) {

    /**
     * A tensor of known values, such as an embedding of positions.
     *
     * @param values rank order [C, H, W]
     */
    public record Constant(FeatureMapShape shape, float[] values) {}

    /** A graph of which no tensor has a prescribed format. */
    public FloatGraph(
            String source,
            String input,
            FeatureMapShape inputShape,
            List<FloatNode> nodes,
            String output,
            List<String> notes) {
        this(source, input, inputShape, nodes, output, List.of(), Map.of(), Map.of(), notes);
    }

    public FloatGraph {
        nodes = List.copyOf(nodes);
        furtherOutputs = List.copyOf(furtherOutputs);
        constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        formats = Map.copyOf(formats);
        notes = List.copyOf(notes);
        Map<String, FeatureMapShape> shapes = new HashMap<>();
        shapes.put(input, inputShape);
        constants.forEach((name, constant) -> shapes.put(name, constant.shape()));
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
        for (String result : outputs(output, furtherOutputs)) {
            if (!shapes.containsKey(result)) {
                throw IsosException.badInput(source + ": output " + result + " is written by no node");
            }
        }
    }

    private static List<String> outputs(String output, List<String> further) {
        List<String> all = new ArrayList<>(List.of(output));
        all.addAll(further);
        return all;
    }

    /** The output and whatever is a result beside it. */
    public List<String> outputs() {
        return outputs(output, furtherOutputs);
    }

    /** The same network with other nodes and what is said of them. */
    public FloatGraph with(List<FloatNode> newNodes, Map<String, TensorFormat> newFormats, List<String> newNotes) {
        return new FloatGraph(
                source, input, inputShape, newNodes, output, furtherOutputs, constants, newFormats, newNotes);
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
        constants.forEach((name, constant) -> shapes.put(name, constant.shape()));
        for (FloatNode node : nodes) {
            shapes.put(node.output(), node.shape());
        }
        return shapes;
    }
}
