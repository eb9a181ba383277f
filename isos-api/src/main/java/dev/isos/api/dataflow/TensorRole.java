package dev.isos.api.dataflow;

/** What a tensor is to the segment that moves it; off-chip traffic is reported by role. */
public enum TensorRole {
    WEIGHTS,
    INPUTS,
    OUTPUTS,
    RESIDUALS
}
