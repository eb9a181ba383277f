package dev.isos.api.workload;

import java.util.Optional;

/**
 * What the plain reference found for one layer; a simulation is verified when its own outputs have the same digests.
 *
 * @param outputSha256 digest of the output tensor, see {@link dev.isos.api.tensor.ActivationTensor#sha256()}
 * @param outputNonZeros non-zero outputs
 * @param effectualMacs products of which both operands are non-zero
 * @param comparison with the float model that the layer was quantised from; empty where there was none
 */
public record LayerReference(
        String outputSha256, long outputNonZeros, long effectualMacs, Optional<FloatComparison> comparison) {
    /**
     * Without a float model.
     *
     * @param outputSha256 digest of the output tensor
     * @param outputNonZeros non-zero outputs
     * @param effectualMacs products of which both operands are non-zero
     */
    public LayerReference(String outputSha256, long outputNonZeros, long effectualMacs) {
        this(outputSha256, outputNonZeros, effectualMacs, Optional.empty());
    }

    /** {@return what the plain reference alone finds: a copy without {@link #comparison()}} */
    public LayerReference withoutComparison() {
        return new LayerReference(outputSha256, outputNonZeros, effectualMacs);
    }
}
