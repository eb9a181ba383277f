package dev.isos.core.loopnest;

/** Tensors of a convolution. */
public enum Operand {
    /** Inputs I[g,c,h,w]. */
    I,
    /** Filters F[g,c,k,r,s]. */
    F,
    /** Outputs O[g,k,p,q]. */
    O,
    /** Partial results T[g,h,r,q,k] of IS-OS: summed over c and s, not yet over r. */
    T
}
