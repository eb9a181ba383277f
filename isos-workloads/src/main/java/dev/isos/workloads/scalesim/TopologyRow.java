package dev.isos.workloads.scalesim;

import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;

/**
 * A layer of a topology.
 *
 * @param line number of its line, from 1
 */
record TopologyRow(int line, String name, FeatureMapShape input, Convolution convolution) {
    /**
     * A convolution as SCALE-Sim sees it: without padding, but with {@code ceil((H - R) / stride) + 1} output rows, of
     * which the last may look beyond the map; that much padding is added below and to the right.
     */
    static TopologyRow convolution(
            int line,
            String name,
            int height,
            int width,
            int rows,
            int columns,
            int channels,
            int filters,
            int strideRows,
            int strideColumns) {
        if (rows > height || columns > width) {
            throw new IllegalArgumentException("layer " + name + " has a filter of " + rows + "x" + columns
                    + ", larger than its input of " + height + "x" + width);
        }
        Window window = new Window(
                rows,
                columns,
                strideRows,
                strideColumns,
                0,
                0,
                overhang(height, rows, strideRows),
                overhang(width, columns, strideColumns),
                1,
                1);
        return new TopologyRow(
                line, name, new FeatureMapShape(channels, height, width), new Convolution(filters, 1, window));
    }

    /** The product of an MxK and a KxN matrix: a 1x1 convolution of K channels and N filters over a map of M rows. */
    static TopologyRow product(int line, String name, int m, int n, int k) {
        return new TopologyRow(line, name, new FeatureMapShape(k, m, 1), new Convolution(n, 1, Window.square(1, 1, 0)));
    }

    private static int overhang(int size, int kernel, int stride) {
        int rest = (size - kernel) % stride;
        return rest == 0 ? 0 : stride - rest;
    }
}
