package dev.isos.baselines.systolic;

/**
 * Cycles of an array of {@code rows} x {@code columns} processing elements. A fold takes
 *
 * <pre>
 *   preloaded rows + streamed elements + rows + columns - 2
 * </pre>
 *
 * <p>The stationary operand is loaded one row per cycle; rows + columns - 2 is the skew between the first and the last processing
 * element. A fold that does not fill the array takes as long as one that does, and folds do not overlap. This is the timing
 * of SCALE-Sim (Samajdar et al., "A Systematic Methodology for Characterizing Scalability of DNN Accelerators using
 * SCALE-Sim", ISPASS 2020), version 3, whose {@code compute_cycles} is the index of the last cycle and so smaller by one.
 */
record ArrayTiming(int rows, int columns) {
    /** Cycles of one fold; of an item without streamed elements, which carries further products of the fold before, none. */
    long fold(int preloadedRows, long streamed) {
        return streamed == 0 ? 0 : preloadedRows + streamed + rows + columns - 2;
    }

    /** Cycles of all folds of a layer, without waiting for memory. */
    long layer(FoldPlan plan) {
        return plan.folds() * fold(plan.preloadedRows(), plan.streamed());
    }

    /** Multiply-accumulates of a layer per processing element and cycle, 0..1. */
    double utilization(FoldPlan plan) {
        return plan.macs() / ((double) rows * columns * layer(plan));
    }
}
