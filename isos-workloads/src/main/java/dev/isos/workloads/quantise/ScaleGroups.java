package dev.isos.workloads.quantise;

import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.Signedness;
import dev.isos.workloads.quantise.ActivationRanges.Range;
import java.util.HashMap;
import java.util.Map;

/**
 * One scale per tensor. Concatenation and max pooling pass 8-bit values through, so all tensors that they connect share
 * one scale: the one that the model file prescribes or that of the widest range among them.
 */
final class ScaleGroups {
    private static final int INT8_MAX = 127;
    private static final int UINT8_MAX = 255;

    private final Map<String, String> parent = new HashMap<>();
    private final Map<String, Boolean> signed;
    private final Map<String, Float> scales = new HashMap<>();

    ScaleGroups(FloatGraph graph, ActivationRanges ranges) {
        signed = Signedness.of(graph);
        signed.keySet().forEach(tensor -> parent.put(tensor, tensor));
        for (FloatNode node : graph.nodes()) {
            if (Signedness.passesThrough(node.op())) {
                node.inputs().forEach(input -> parent.put(root(input), root(node.output())));
            }
        }
        Map<String, Range> widest = new HashMap<>();
        for (String tensor : signed.keySet()) {
            widest.merge(root(tensor), ranges.of(tensor), Range::union);
        }
        Map<String, Float> prescribed = new HashMap<>();
        graph.formats().forEach((tensor, format) -> {
            if (signed.containsKey(tensor)) {
                prescribed.put(root(tensor), format.scale());
            }
        });
        for (String tensor : signed.keySet()) {
            if (prescribed.containsKey(root(tensor))) {
                scales.put(tensor, prescribed.get(root(tensor)));
                continue;
            }
            Range range = widest.get(root(tensor));
            scales.put(tensor, signed.get(tensor) ? signedScale(range) : positive((double) range.max() / UINT8_MAX));
        }
    }

    /** Scale that maps the larger magnitude of a range to 127. */
    static float signedScale(Range range) {
        return positive((double) range.magnitude() / INT8_MAX);
    }

    /** A tensor that is zero everywhere, or nearly so, gets the scale 1. */
    private static float positive(double scale) {
        return scale < 1e-30 ? 1f : (float) scale;
    }

    /** Real value of one unit of a tensor. */
    float scale(String tensor) {
        return scales.get(tensor);
    }

    /** Whether a tensor is int8 (true) or uint8. */
    boolean signed(String tensor) {
        return signed.get(tensor);
    }

    private String root(String tensor) {
        String at = tensor;
        while (!parent.get(at).equals(at)) {
            parent.put(at, parent.get(parent.get(at)));
            at = parent.get(at);
        }
        return at;
    }
}
