package dev.isos.core.loopnest;

/** Ranks of a convolution: O[g,k,p,q] = sum over c,r,s of I[g,c,h,w] * F[g,c,k,r,s]. C and K count within a group. */
public enum Rank {
    G(Axis.GROUPS, 0),
    C(Axis.INPUT_CHANNELS, 0),
    K(Axis.OUTPUT_CHANNELS, 0),
    H(Axis.ROWS, 0),
    P(Axis.ROWS, 1),
    R(Axis.ROWS, 2),
    W(Axis.COLUMNS, 0),
    Q(Axis.COLUMNS, 1),
    S(Axis.COLUMNS, 2);

    private final Axis axis;
    private final int slot;

    Rank(Axis axis, int slot) {
        this.axis = axis;
        this.slot = slot;
    }

    public Axis axis() {
        return axis;
    }

    /** Position among the ranks of its axis: input, output, kernel; 0 where the axis has one rank. */
    int slot() {
        return slot;
    }
}
