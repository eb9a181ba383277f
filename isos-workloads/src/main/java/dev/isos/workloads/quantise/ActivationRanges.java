package dev.isos.workloads.quantise;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ranges of values of every tensor of a network over the calibration inputs: the extremes or, with a percentile, what is
 * left of them when the largest magnitudes are cut off. The percentile is found in a histogram of {@value #BINS} bins over
 * a second run.
 */
final class ActivationRanges {
    private static final int BINS = 4096;

    /** A range that holds zero. */
    record Range(float min, float max) {
        float magnitude() {
            return Math.max(-min, max);
        }

        Range union(Range other) {
            return new Range(Math.min(min, other.min), Math.max(max, other.max));
        }

        /** What is left of it within a magnitude. */
        Range cut(float limit) {
            return new Range(Math.max(min, -limit), Math.min(max, limit));
        }
    }

    /** What is asked for each tensor; intermediate results of a node go by the names of {@link FloatGraph}. */
    interface Visitor {
        void visit(String tensor, String where, float[] values);
    }

    private final FloatGraph graph;
    private final Map<String, Range> ranges = new HashMap<>();
    private final Map<String, MagnitudeHistogram> histograms = new HashMap<>();

    private ActivationRanges(FloatGraph graph) {
        this.graph = graph;
    }

    /** Runs the network on every input, each in rank order [C, H, W]; twice where there is a percentile. */
    static ActivationRanges measure(FloatGraph graph, List<float[]> inputs, ActivationCalibration calibration) {
        ActivationRanges measured = new ActivationRanges(graph);
        boolean density = calibration.keepsDensities();
        forEach(graph, inputs, (tensor, where, values) -> {
            measured.ranges.merge(tensor, measured.range(where, values), Range::union);
            if (density) {
                measured.histograms
                        .computeIfAbsent(tensor, t -> MagnitudeHistogram.whole())
                        .add(values, 0, values.length);
            }
        });
        if (calibration.kind() == ActivationCalibration.Kind.PERCENTILE) {
            measured.cut(inputs, calibration.percent());
        }
        return measured;
    }

    static void forEach(FloatGraph graph, List<float[]> inputs, Visitor visitor) {
        graph.constants().forEach((name, constant) -> visitor.visit(name, "constant " + name, constant.values()));
        for (float[] input : inputs) {
            visitor.visit(graph.input(), "the input", input);
            FloatExecutor.run(graph, input, new FloatExecutor.Observer() {
                @Override
                public void beforeResidual(FloatNode node, float[] values) {
                    visitor.visit(FloatGraph.beforeResidual(node.output()), node.name(), values);
                }

                @Override
                public void beforeActivation(FloatNode node, float[] values) {
                    visitor.visit(FloatGraph.beforeActivation(node.output()), node.name(), values);
                }

                @Override
                public void output(FloatNode node, float[] values) {
                    visitor.visit(node.output(), node.name(), values);
                }
            });
        }
    }

    private void cut(List<float[]> inputs, double percentile) {
        Map<String, long[]> histograms = new HashMap<>();
        forEach(graph, inputs, (tensor, where, values) -> {
            float magnitude = ranges.get(tensor).magnitude();
            long[] bins = histograms.computeIfAbsent(tensor, t -> new long[BINS]);
            for (float value : values) {
                if (value != 0f) {
                    bins[Math.min(BINS - 1, (int) (Math.abs(value) / magnitude * BINS))]++;
                }
            }
        });
        histograms.forEach((tensor, bins) -> ranges.computeIfPresent(tensor, (t, range) -> {
            long total = 0;
            for (long count : bins) {
                total += count;
            }
            long within = 0;
            int bin = 0;
            while (bin < BINS - 1 && (within += bins[bin]) < total * (percentile / 100)) {
                bin++;
            }
            return range.cut(range.magnitude() * (bin + 1) / BINS);
        }));
    }

    /** Range of a tensor by name. */
    Range of(String tensor) {
        return ranges.get(tensor);
    }

    /** Magnitudes of a tensor; only where the calibration keeps densities. */
    MagnitudeHistogram histogram(String tensor) {
        return histograms.get(tensor);
    }

    /** Leaves no more of a tensor's range than a magnitude. */
    void cut(String tensor, double limit) {
        ranges.computeIfPresent(tensor, (t, range) -> range.cut((float) limit));
    }

    private Range range(String where, float[] values) {
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
