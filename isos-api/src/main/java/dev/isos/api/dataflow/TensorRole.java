package dev.isos.api.dataflow;

/** What a tensor is to the segment that moves it; off-chip traffic is reported by role. */
public enum TensorRole {
    /** Filters of a convolution. */
    WEIGHTS,
    /** Activations that a layer reads as its main inputs, and partial sums that come back from off chip. */
    INPUTS,
    /** Activations that a layer makes, and partial sums that go off chip; the one role that is written. */
    OUTPUTS,
    /** The second operand of a convolution with a fused addition. */
    RESIDUALS
}
