package dev.isos.workloads.graph.rewrite;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.Signedness;
import dev.isos.workloads.graph.TensorFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parts of a concatenation share one 8-bit format. Where some have passed a ReLU and others have not, or where the model
 * file prescribes different formats, those that differ get a layer of post-operations that hands them on in the common
 * format.
 */
final class AlignConcatenatedParts {
    private final FloatGraph graph;
    private final Map<String, Boolean> signed;
    private final Map<String, FeatureMapShape> shapes;
    private final Map<String, TensorFormat> formats;
    private final Map<String, Long> readers = new HashMap<>();
    private final Map<String, FloatOp> writers = new HashMap<>();
    private final Map<String, String> copies = new HashMap<>();
    private final List<FloatNode> nodes = new ArrayList<>();

    private AlignConcatenatedParts(FloatGraph graph) {
        this.graph = graph;
        this.signed = Signedness.of(graph);
        this.shapes = graph.shapes();
        this.formats = new HashMap<>(graph.formats());
        for (FloatNode node : graph.nodes()) {
            node.operands().forEach(tensor -> readers.merge(tensor, 1L, Long::sum));
            writers.put(node.output(), node.op());
        }
    }

    static FloatGraph apply(FloatGraph graph) {
        return new AlignConcatenatedParts(graph).aligned();
    }

    private FloatGraph aligned() {
        for (FloatNode node : graph.nodes()) {
            if (node.op() instanceof FloatOp.Concatenation) {
                nodes.add(aligned(node));
            } else {
                TensorFormat format = formats.get(node.inputs().get(0));
                if (Signedness.passesThrough(node.op()) && format != null) {
                    formats.put(node.output(), format);
                }
                nodes.add(node);
            }
        }
        List<String> notes = new ArrayList<>(graph.notes());
        if (!copies.isEmpty()) {
            notes.add(
                    "parts of a concatenation that differ in their 8-bit format are aligned by layers of post-operations");
        }
        return graph.with(nodes, formats, notes);
    }

    private FloatNode aligned(FloatNode node) {
        boolean signedOutput = signed.get(node.output());
        TensorFormat target = formats.get(node.output());
        for (String part : node.inputs()) {
            target = target == null ? formats.get(part) : target;
        }
        List<String> inputs = new ArrayList<>();
        for (String part : node.inputs()) {
            boolean fits = signed.get(part) == signedOutput;
            if (fits && target != null) {
                TensorFormat format = formats.get(part);
                boolean free = format == null
                        && readers.get(part) == 1
                        && writers.get(part) != null
                        && !Signedness.passesThrough(writers.get(part));
                if (free) {
                    formats.put(part, target);
                }
                fits = free || format != null && format.scale() == target.scale();
            }
            inputs.add(fits ? part : copy(node, part, signedOutput, target));
        }
        if (target != null) {
            formats.put(node.output(), target);
        }
        return node.withInputs(inputs);
    }

    private String copy(FloatNode node, String part, boolean signedOutput, TensorFormat target) {
        String key = part + "#" + (signedOutput ? "int8" : "uint8") + (target == null ? "" : "_" + target.scale());
        if (copies.putIfAbsent(key, key) == null) {
            FeatureMapShape shape = shapes.get(part);
            FloatNode copy = new FloatNode(
                    node.name() + "_part_" + nodes.size(),
                    node.operator(),
                    new FloatOp.Identity(),
                    List.of(part),
                    key,
                    shape);
            nodes.add(signedOutput ? copy : copy.clampedTo(0f, Float.POSITIVE_INFINITY));
            if (target != null) {
                formats.put(key, target);
            }
        }
        return key;
    }
}
