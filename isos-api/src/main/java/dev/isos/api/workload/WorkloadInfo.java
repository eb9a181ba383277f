package dev.isos.api.workload;

/**
 * Where a workload comes from.
 *
 * @param id name under which the user asked for it
 * @param network name of the network
 * @param seed seed of everything random in it; 0 when nothing is
 * @param source where weights, sparsity and activation profiles come from, in a sentence
 * @param inputScale real value of one unit of the input tensor
 */
public record WorkloadInfo(String id, String network, long seed, String source, float inputScale) {}
