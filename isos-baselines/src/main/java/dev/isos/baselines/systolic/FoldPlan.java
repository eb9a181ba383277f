package dev.isos.baselines.systolic;

/**
 * How a matrix product of M output positions, N filters and T window elements (C/G * R * S) is folded onto an array of
 * {@code rows} x {@code columns} processing elements, and how many cycles that takes:
 *
 * <pre>
 *                      over rows   over columns   streamed   cycles of a fold
 *   output stationary      M            N            T       T + rows + columns - 2
 *   weight stationary      T            N            M       rows + M + rows + columns - 2
 *   input stationary       T            M            N       rows + N + rows + columns - 2
 *
 *   cycles = ceil(over rows / rows) * ceil(over columns / columns) * cycles of a fold
 * </pre>
 *
 * <p>The first {@code rows} of the last two is the loading of the stationary operand, one row per cycle; rows + columns - 2
 * is the skew between the first and the last processing element. A fold that does not fill the array takes as long as one that
 * does, and folds do not overlap. This is the timing of SCALE-Sim (Samajdar et al., "A Systematic Methodology for
 * Characterizing Scalability of DNN Accelerators using SCALE-Sim", ISPASS 2020), version 3, whose {@code compute_cycles} is
 * the index of the last cycle and so smaller by one.
 *
 * @param positions M, output positions
 * @param filters N, filters of one group
 * @param window T, elements of one filter
 * @param groups groups of a convolution, which run one after another
 */
public record FoldPlan(
        Stationarity stationarity, int rows, int columns, int positions, int filters, int window, int groups) {
    /** What is spread over the rows of the array. */
    public int overRows() {
        return stationarity == Stationarity.OUTPUT ? positions : window;
    }

    /** What is spread over its columns. */
    public int overColumns() {
        return stationarity == Stationarity.INPUT ? positions : filters;
    }

    /** What streams through it in each fold. */
    public int streamed() {
        return switch (stationarity) {
            case OUTPUT -> window;
            case WEIGHT -> positions;
            case INPUT -> filters;
        };
    }

    /** Rows that are loaded before a fold: those of the array, or none when the sums stay. */
    public int preloadedRows() {
        return stationarity == Stationarity.OUTPUT ? 0 : rows;
    }

    public int rowFolds() {
        return ceilDiv(overRows(), rows);
    }

    public int columnFolds() {
        return ceilDiv(overColumns(), columns);
    }

    /** Folds of all groups. */
    public long folds() {
        return (long) groups * rowFolds() * columnFolds();
    }

    public long cyclesPerFold() {
        return cycles(rows, columns, preloadedRows(), streamed());
    }

    /** Cycles of one fold on an array. */
    static long cycles(int rows, int columns, int preloadedRows, long streamed) {
        return preloadedRows + streamed + rows + columns - 2;
    }

    /** Cycles of all folds, without waiting for memory. */
    public long cycles() {
        return folds() * cyclesPerFold();
    }

    /** Multiply-accumulates, with those of padding and of zeros. */
    public long macs() {
        return (long) groups * positions * filters * window;
    }

    /** Multiply-accumulates per processing element and cycle, 0..1. */
    public double utilization() {
        return macs() / ((double) rows * columns * cycles());
    }

    /** Share of the processing elements that the folds occupy, 0..1: what is lost at their edges alone. */
    public double mappingEfficiency() {
        return (double) groups * overRows() * overColumns() / ((double) folds() * rows * columns);
    }

    static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}
