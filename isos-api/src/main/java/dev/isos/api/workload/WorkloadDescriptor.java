package dev.isos.api.workload;

import java.util.Optional;

/**
 * A line in the list of built-in workloads.
 *
 * @param weightSparsity share of zero weights over all layers, 0..1
 * @param totals sums over its layers; empty when they are not known without building it
 */
public record WorkloadDescriptor(
        String id,
        String network,
        double weightSparsity,
        String description,
        String source,
        Optional<WorkloadTotals> totals) {
    /** Without sums. */
    public WorkloadDescriptor(String id, String network, double weightSparsity, String description, String source) {
        this(id, network, weightSparsity, description, source, Optional.empty());
    }
}
