package dev.isos.api.workload;

import java.util.Optional;

/**
 * A line in the list of built-in workloads.
 *
 * @param id what {@code --workload} names it by
 * @param network name of the network
 * @param weightSparsity share of zero weights over all layers, 0..1
 * @param description one sentence for lists
 * @param source where weights and sparsity come from, in a sentence
 * @param totals sums over its layers; empty when they are not known without building it
 */
public record WorkloadDescriptor(
        String id,
        String network,
        double weightSparsity,
        String description,
        String source,
        Optional<WorkloadTotals> totals) {
    /**
     * Without sums.
     *
     * @param id what {@code --workload} names it by
     * @param network name of the network
     * @param weightSparsity share of zero weights over all layers, 0..1
     * @param description one sentence for lists
     * @param source where weights and sparsity come from, in a sentence
     */
    public WorkloadDescriptor(String id, String network, double weightSparsity, String description, String source) {
        this(id, network, weightSparsity, description, source, Optional.empty());
    }
}
