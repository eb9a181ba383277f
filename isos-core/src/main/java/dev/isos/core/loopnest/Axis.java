package dev.isos.core.loopnest;

/** Independent directions of a convolution's iteration space: what happens along one does not depend on the others. */
public enum Axis {
    GROUPS,
    INPUT_CHANNELS,
    OUTPUT_CHANNELS,
    /** Ranks H, P and R, tied by {@code h = p*stride + r*dilation - pad}. */
    ROWS,
    /** Ranks W, Q and S, tied in the same way. */
    COLUMNS
}
