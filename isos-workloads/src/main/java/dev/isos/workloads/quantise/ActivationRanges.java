package dev.isos.workloads.quantise;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Smallest and largest values of every tensor of a network over the calibration inputs. */
final class ActivationRanges {
    /** A range that holds zero. */
    record Range(float min, float max) {
        float magnitude() {
            return Math.max(-min, max);
        }

        Range union(Range other) {
            return new Range(Math.min(min, other.min), Math.max(max, other.max));
        }
    }

    private final Map<String, Range> tensors = new HashMap<>();
    private final Map<String, Range> beforeResidual = new HashMap<>();

    private ActivationRanges() {}

    /** Runs the network on every input, each in rank order [C, H, W]. */
    static ActivationRanges measure(FloatGraph graph, List<float[]> inputs) {
        ActivationRanges ranges = new ActivationRanges();
        for (float[] input : inputs) {
            ranges.tensors.merge(graph.input(), range(graph, "the input", input), Range::union);
            FloatExecutor.run(graph, input, new FloatExecutor.Observer() {
                @Override
                public void beforeResidual(FloatNode node, float[] values) {
                    ranges.beforeResidual.merge(node.output(), range(graph, node.name(), values), Range::union);
                }

                @Override
                public void output(FloatNode node, float[] values) {
                    ranges.tensors.merge(node.output(), range(graph, node.name(), values), Range::union);
                }
            });
        }
        return ranges;
    }

    /** Range of a tensor by name. */
    Range of(String tensor) {
        return tensors.get(tensor);
    }

    /** Range of a convolution's result before its residual operand is added. */
    Range beforeResidual(FloatNode node) {
        return beforeResidual.get(node.output());
    }

    private static Range range(FloatGraph graph, String where, float[] values) {
        float min = 0f;
        float max = 0f;
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw IsosException.badInput(graph.source() + ": " + where
                        + " computes a value that is not a finite number, so that no scale can be calibrated");
            }
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return new Range(min, max);
    }
}
