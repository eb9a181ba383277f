package dev.isos.api.dataflow;

import java.util.List;

/**
 * The phases of a dataflow's work items and the metrics that it counts, in the order in which items carry them.
 *
 * @param phases what {@link WorkItem#phase()} counts into
 * @param metrics each takes {@link WorkMetric#width()} values of an item; one of them is {@link WorkMetric#PRODUCTS}
 */
public record WorkSchema(List<Phase> phases, List<WorkMetric> metrics) {
    /**
     * Copies the lists.
     *
     * @param phases with ids that differ
     * @param metrics with ids that differ
     * @throws IllegalArgumentException where {@link WorkMetric#PRODUCTS} is not counted
     */
    public WorkSchema {
        phases = List.copyOf(phases);
        metrics = List.copyOf(metrics);
        if (metrics.stream().noneMatch(m -> m.id().equals(WorkMetric.PRODUCTS.id()))) {
            throw new IllegalArgumentException("a work schema must count '" + WorkMetric.PRODUCTS.id() + "'");
        }
    }

    /** {@return number of count values that each item carries} */
    public int width() {
        return metrics.stream().mapToInt(WorkMetric::width).sum();
    }

    /**
     * Position of the first value of a metric in an item's counts, or -1 when the metric is not counted.
     *
     * @param metric id of the metric
     * @return from 0 to {@link #width()} - 1, or -1
     */
    public int offset(String metric) {
        int offset = 0;
        for (WorkMetric m : metrics) {
            if (m.id().equals(metric)) {
                return offset;
            }
            offset += m.width();
        }
        return -1;
    }

    /**
     * Index of a phase, or -1 when there is none of that id.
     *
     * @param id of the phase
     * @return position in {@link #phases()}, or -1
     */
    public int phase(String id) {
        for (int i = 0; i < phases.size(); i++) {
            if (phases.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }
}
