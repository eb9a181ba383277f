package dev.isos.core.wavefront.estimate;

import java.util.List;

/**
 * What a segment's work items are expected to count and move.
 *
 * @param layers those that compute, ascending
 * @param traffic off-chip bytes of each of them
 * @param queuedBytes bytes that enter queues, each counted at one of the lanes that share a fiber
 */
public record ExpectedSegment(List<ExpectedLayer> layers, List<Traffic> traffic, double queuedBytes) {
    /** Off-chip bytes that a layer's items move, by role. */
    public record Traffic(double weights, double inputs, double outputs, double residuals) {
        /** Of all roles. */
        public double total() {
            return weights + inputs + outputs + residuals;
        }
    }

    public ExpectedSegment {
        layers = List.copyOf(layers);
        traffic = List.copyOf(traffic);
    }

    /** Bytes read off chip. */
    public double read() {
        return traffic.stream().mapToDouble(t -> t.total() - t.outputs()).sum();
    }

    /** Bytes of weights. */
    public double weights() {
        return traffic.stream().mapToDouble(Traffic::weights).sum();
    }

    /** Bytes written off chip. */
    public double written() {
        return traffic.stream().mapToDouble(Traffic::outputs).sum();
    }
}
