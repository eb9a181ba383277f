package dev.isos.workloads.graph.rewrite;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.Signedness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parts of a concatenation share one 8-bit format. Where some have passed a ReLU and others have not, those that have get
 * a depthwise 1x1 convolution with unit weights that hands them on as signed numbers.
 */
final class SignConcatenatedParts {
    private SignConcatenatedParts() {}

    static FloatGraph apply(FloatGraph graph) {
        Map<String, Boolean> signed = Signedness.of(graph);
        Map<String, FeatureMapShape> shapes = graph.shapes();
        Map<String, String> signedCopies = new HashMap<>();
        List<FloatNode> nodes = new ArrayList<>();
        for (FloatNode node : graph.nodes()) {
            boolean mixed = node.op() instanceof FloatOp.Concatenation && signed.get(node.output());
            List<String> inputs = new ArrayList<>();
            for (String part : node.inputs()) {
                if (!mixed || signed.get(part)) {
                    inputs.add(part);
                    continue;
                }
                if (!signedCopies.containsKey(part)) {
                    signedCopies.put(part, part + "#signed");
                    nodes.add(copy(node, part, shapes.get(part), nodes.size()));
                }
                inputs.add(signedCopies.get(part));
            }
            nodes.add(node.withInputs(inputs));
        }
        if (signedCopies.isEmpty()) {
            return graph;
        }
        List<String> notes = new ArrayList<>(graph.notes());
        notes.add("parts of a concatenation that are never negative are made signed by depthwise 1x1 convolutions");
        return new FloatGraph(graph.source(), graph.input(), graph.inputShape(), nodes, graph.output(), notes);
    }

    private static FloatNode copy(FloatNode concatenation, String part, FeatureMapShape shape, int position) {
        int channels = shape.channels();
        float[] ones = new float[channels];
        Arrays.fill(ones, 1f);
        FilterShape filter = new FilterShape(channels, 1, 1, 1, channels);
        return new FloatNode(
                concatenation.name() + "_signed_" + position,
                concatenation.operator(),
                new Convolution(filter, Window.square(1, 1, 0), ones, new float[channels]),
                List.of(part),
                part + "#signed",
                shape);
    }
}
