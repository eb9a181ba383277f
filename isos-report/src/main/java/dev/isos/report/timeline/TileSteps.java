package dev.isos.report.timeline;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.List;

/** One convolution in 2D tiles of outputs, on real operands: what each tile reads and multiplies. */
final class TileSteps {
    /** Rows and columns of a map, ends excluded. */
    record Region(int fromRow, int toRow, int fromColumn, int toColumn) {
        int positions() {
            return (toRow - fromRow) * (toColumn - fromColumn);
        }
    }

    /**
     * A tile.
     *
     * @param inputs what its windows cover, clipped to the map
     * @param products effectual products
     */
    record Tile(Region outputs, Region inputs, long products) {}

    private TileSteps() {}

    /** All tiles, rows outside columns. */
    static List<Tile> of(Layer layer, ActivationTensor input, FilterTensor filters, int rows, int columns) {
        Window window = layer.convolution().orElseThrow().window();
        long[] products = products(layer, window, input, filters);
        int height = layer.outputShape().height();
        int width = layer.outputShape().width();
        List<Tile> tiles = new ArrayList<>();
        for (int p = 0; p < height; p += rows) {
            for (int q = 0; q < width; q += columns) {
                Region outputs = new Region(p, Math.min(height, p + rows), q, Math.min(width, q + columns));
                Region inputs = new Region(
                        clip(
                                window.inputRow(outputs.fromRow(), 0),
                                input.shape().height()),
                        clip(
                                window.inputRow(outputs.toRow() - 1, window.rows() - 1) + 1,
                                input.shape().height()),
                        clip(
                                window.inputColumn(outputs.fromColumn(), 0),
                                input.shape().width()),
                        clip(
                                window.inputColumn(outputs.toColumn() - 1, window.columns() - 1) + 1,
                                input.shape().width()));
                long sum = 0;
                for (int row = outputs.fromRow(); row < outputs.toRow(); row++) {
                    for (int column = outputs.fromColumn(); column < outputs.toColumn(); column++) {
                        sum += products[column * height + row];
                    }
                }
                tiles.add(new Tile(outputs, inputs, sum));
            }
        }
        return tiles;
    }

    private static int clip(int position, int size) {
        return Math.max(0, Math.min(size, position));
    }

    /** Effectual products of each output position, at {@code q * P + p}. */
    private static long[] products(Layer layer, Window window, ActivationTensor input, FilterTensor filters) {
        int height = layer.outputShape().height();
        FilterShape shape = filters.shape();
        int[] starts = filters.starts();
        byte[] values = input.values();
        long[] products = new long[layer.outputShape().fibers()];
        for (int q = 0; q < layer.outputShape().width(); q++) {
            for (int p = 0; p < height; p++) {
                for (int s = 0; s < shape.columns(); s++) {
                    int w = window.inputColumn(q, s);
                    for (int r = 0;
                            r < shape.rows() && w >= 0 && w < input.shape().width();
                            r++) {
                        int h = window.inputRow(p, r);
                        if (h >= 0 && h < input.shape().height()) {
                            int from = input.fiberStart(w, h);
                            for (int c = 0; c < input.shape().channels(); c++) {
                                if (values[from + c] != 0) {
                                    int fiber = filters.fiber(c, r, s);
                                    products[q * height + p] += starts[fiber + 1] - starts[fiber];
                                }
                            }
                        }
                    }
                }
            }
        }
        return products;
    }
}
