package dev.isos.workloads.quantise;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.Signedness;
import dev.isos.workloads.quantise.ActivationRanges.Range;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One scale per tensor; of tensors that share one it is the scale that the model file prescribes, or that of the widest
 * range among them.
 */
final class ScaleGroups {
    private static final int INT8_MAX = 127;
    private static final int UINT8_MAX = 255;

    private final Map<String, Boolean> signed;
    private final Map<String, Float> scales = new HashMap<>();
    private final Set<String> filters;

    ScaleGroups(FloatGraph graph, ActivationRanges ranges) {
        signed = Signedness.of(graph);
        SharedScales shared = new SharedScales(graph);
        filters = filters(graph, shared);
        Map<String, Range> widest = new HashMap<>();
        for (String tensor : signed.keySet()) {
            widest.merge(shared.group(tensor), ranges.of(tensor), Range::union);
        }
        Map<String, Float> prescribed = new HashMap<>();
        graph.formats().forEach((tensor, format) -> {
            if (signed.containsKey(tensor)) {
                prescribed.put(shared.group(tensor), format.scale());
            }
        });
        for (String tensor : signed.keySet()) {
            String group = shared.group(tensor);
            Float stated = prescribed.get(group);
            boolean isFilter = filters.contains(tensor);
            if (stated != null && isFilter && !signed.get(tensor)) {
                throw IsosException.unsupported(graph.source() + ": tensor " + tensor
                        + " is prescribed as uint8, but it is the second factor of a product, which has to be int8");
            }
            scales.put(tensor, stated != null ? stated : scaleOf(widest.get(group), isFilter || signed.get(tensor)));
        }
    }

    /** Tensors that take the place of filters, whose values are at most 127, and all that share a scale with them. */
    static Set<String> filters(FloatGraph graph, SharedScales shared) {
        Set<String> filters = new HashSet<>();
        for (FloatNode node : graph.nodes()) {
            if (node.op() instanceof FloatOp.MatrixProduct || node.op() instanceof FloatOp.Product) {
                filters.addAll(shared.members(shared.group(node.inputs().get(1))));
            }
        }
        return filters;
    }

    /** Largest 8-bit value of a tensor. */
    int largest(String tensor) {
        return largest(signed(tensor) || filters.contains(tensor));
    }

    /** Scale that maps the larger magnitude of a range to 127. */
    static float signedScale(Range range) {
        return scaleOf(range, true);
    }

    /** Scale that maps a range to int8 or uint8. */
    static float scaleOf(Range range, boolean signed) {
        return positive(signed ? (double) range.magnitude() / INT8_MAX : (double) range.max() / UINT8_MAX);
    }

    /** Largest value of a format. */
    static int largest(boolean signed) {
        return signed ? INT8_MAX : UINT8_MAX;
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
}
