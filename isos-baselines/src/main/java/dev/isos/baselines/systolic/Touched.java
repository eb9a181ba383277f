package dev.isos.baselines.systolic;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;

/**
 * Rows and columns of an input map that some window covers; strided windows step over others.
 *
 * @param rows number of such rows
 * @param columns for each column whether it is one
 */
record Touched(int rows, boolean[] columns) {
    static Touched of(Layer layer, Window window) {
        int height = layer.inputShape().height();
        boolean[] rows = new boolean[height];
        for (int p = 0; p < layer.outputShape().height(); p++) {
            for (int r = 0; r < window.rows(); r++) {
                int h = window.inputRow(p, r);
                if (h >= 0 && h < height) {
                    rows[h] = true;
                }
            }
        }
        int width = layer.inputShape().width();
        boolean[] columns = new boolean[width];
        for (int q = 0; q < layer.outputShape().width(); q++) {
            for (int s = 0; s < window.columns(); s++) {
                int w = window.inputColumn(q, s);
                if (w >= 0 && w < width) {
                    columns[w] = true;
                }
            }
        }
        return new Touched(count(rows), columns);
    }

    int columnCount() {
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
