package dev.isos.baselines.systolic;

/**
 * How a matrix product of M output positions, N filters and T window elements (C/G * R * S) is folded onto an array of
 * {@code rows} x {@code columns} processing elements:
 *
 * <pre>
 *                      over rows   over columns   streamed   loaded before
 *   output stationary      M            N            T             -
 *   weight stationary      T            N            M           rows
 *   input stationary       T            M            N           rows
 *
 *   folds = ceil(over rows / rows) * ceil(over columns / columns)
 * </pre>
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

    /** Multiply-accumulates, with those of padding and of zeros. */
    public long macs() {
        return (long) groups * positions * filters * window;
    }

    /** Share of the processing elements that the folds occupy, 0..1: what is lost at their edges alone. */
    public double mappingEfficiency() {
        return (double) groups * overRows() * overColumns() / ((double) folds() * rows * columns);
    }

    static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}
