package dev.isos.support.layers;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;

/**
 * Rows and columns of an input map that some window covers; strided windows step over others.
 *
 * @param rows for each row whether it is one
 * @param columns for each column whether it is one
 */
public record WindowCoverage(boolean[] rows, boolean[] columns) {
    /**
     * Those of a layer's inputs.
     *
     * @param layer whose input and output maps count
     * @param window of the layer; padding that it covers is left out
     * @return as many flags as the input has rows and columns
     */
    public static WindowCoverage of(Layer layer, Window window) {
        boolean[] rows = new boolean[layer.inputShape().height()];
        for (int p = 0; p < layer.outputShape().height(); p++) {
            for (int r = 0; r < window.rows(); r++) {
                mark(rows, window.inputRow(p, r));
            }
        }
        boolean[] columns = new boolean[layer.inputShape().width()];
        for (int q = 0; q < layer.outputShape().width(); q++) {
            for (int s = 0; s < window.columns(); s++) {
                mark(columns, window.inputColumn(q, s));
            }
        }
        return new WindowCoverage(rows, columns);
    }

    private static void mark(boolean[] touched, int at) {
        if (at >= 0 && at < touched.length) {
            touched[at] = true;
        }
    }

    /** {@return number of rows that some window covers} */
    public int rowCount() {
        return count(rows);
    }

    /** {@return number of columns that some window covers} */
    public int columnCount() {
        return count(columns);
    }

    private static int count(boolean[] touched) {
        int count = 0;
        for (boolean t : touched) {
            count += t ? 1 : 0;
        }
        return count;
    }
}
