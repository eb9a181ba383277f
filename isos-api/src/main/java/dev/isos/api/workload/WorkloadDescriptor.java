package dev.isos.api.workload;

/**
 * A line in the list of built-in workloads.
 *
 * @param weightSparsity share of zero weights that the source publishes, 0..1
 */
public record WorkloadDescriptor(String id, String network, double weightSparsity, String description, String source) {}
