package dev.isos.api.workload;

/**
 * What the plain reference found for one layer; a simulation is verified when its own outputs have the same digests.
 *
 * @param outputSha256 digest of the output tensor, see {@link dev.isos.api.tensor.ActivationTensor#sha256()}
 * @param outputNonZeros non-zero outputs
 * @param effectualMacs products of which both operands are non-zero
 */
public record LayerReference(String outputSha256, long outputNonZeros, long effectualMacs) {}
