package dev.isos.baselines.scnn;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import java.util.Locale;

/**
 * How a convolution is laid out on the grid. Each processing element owns a tile of the input and accumulates every output that
 * its inputs reach: the tile's own outputs and a halo. Groups of Kc output channels are as large as the accumulators allow.
 * Where even one channel does not fit, the map is cut into bands that are worked on one after another.
 *
 * <p>A strided convolution is the sum of stride x stride convolutions of stride 1: one for each remainder of the padded input
 * coordinates (a phase), with the kernel elements of the same remainder. So every product of an activation and a weight of
 * one phase belongs to an output. In the reduced coordinates y = (h + pad) / stride and r' = r * dilation / stride of a
 * phase, output row p is y - r'.
 *
 * <p>A map of a single position, as of a fully connected layer, has one tile only. Its channels are divided over the elements
 * instead, each of which accumulates all outputs; their sums are added like halos.
 */
final class LayerTiling {
    /** Lists of weights, one of each channel and phase of the strides: tables of 512 MiB. */
    private static final int MOST_LISTS = 1 << 24;

    final Layer layer;
    final Window window;
    final int phases;

    /** Largest r' and s'. */
    final int reachRows;

    final int reachColumns;
    final int bandsOfRows;
    final int bandsOfColumns;

    /** Accumulator rows and columns of one output channel. */
    final int spanRows;

    final int spanColumns;

    /** Kc, output channels of a group. */
    final int groupSize;

    final int groups;

    /** Whether elements own channels instead of positions. */
    final boolean tilesOfChannels;

    private final ScnnGeometry geometry;

    LayerTiling(Layer layer, ScnnGeometry geometry) {
        this.layer = layer;
        this.geometry = geometry;
        this.window = ((Convolution) layer.op()).window();
        this.tilesOfChannels = layer.inputShape().fibers() == 1;
        double lists = (double) window.strideRows()
                * window.strideColumns()
                * layer.inputShape().channels();
        if (lists > MOST_LISTS) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    String.format(
                            Locale.ROOT,
                            "layer %s has strides of %d x %d and %d input channels, for which scnn keeps %,.0f lists of"
                                    + " weights, at most %,d are allowed",
                            layer.name(),
                            window.strideRows(),
                            window.strideColumns(),
                            layer.inputShape().channels(),
                            lists,
                            MOST_LISTS));
        }
        this.phases = window.strideRows() * window.strideColumns();
        this.reachRows = (window.rows() - 1) * window.dilationRows() / window.strideRows();
        this.reachColumns = (window.columns() - 1) * window.dilationColumns() / window.strideColumns();
        int height = layer.inputShape().height();
        int width = layer.inputShape().width();
        int rowBands = 1;
        int columnBands = 1;
        while ((long) span(height, rowBands, geometry.gridRows(), window.strideRows(), reachRows)
                        * span(width, columnBands, geometry.gridColumns(), window.strideColumns(), reachColumns)
                > geometry.accumulators()) {
            int tileRows = tile(height, rowBands, geometry.gridRows());
            int tileColumns = tile(width, columnBands, geometry.gridColumns());
            if (tileRows == 1 && tileColumns == 1) {
                throw new IsosException(
                        ErrorCode.INFEASIBLE,
                        "layer " + layer.name() + " needs " + (reachRows + 1L) * (reachColumns + 1L)
                                + " accumulators for one input, a processing element of scnn has "
                                + geometry.accumulators());
            }
            if (tileRows > tileColumns) {
                rowBands++;
            } else {
                columnBands++;
            }
        }
        this.bandsOfRows = rowBands;
        this.bandsOfColumns = columnBands;
        this.spanRows = span(height, rowBands, geometry.gridRows(), window.strideRows(), reachRows);
        this.spanColumns = span(width, columnBands, geometry.gridColumns(), window.strideColumns(), reachColumns);
        int outputs = layer.outputShape().channels();
        this.groupSize = Math.min(outputs, geometry.accumulators() / (spanRows * spanColumns));
        this.groups = ScnnGeometry.ceilDiv(outputs, groupSize);
    }

    private static int tile(int size, int bands, int places) {
        return new Tiling(new Tiling(size, bands).tile(), places).tile();
    }

    /** Accumulators along one rank: reduced input coordinates of a tile, wherever it begins, and the reach of the kernel. */
    private static int span(int size, int bands, int places, int stride, int reach) {
        return (tile(size, bands, places) + stride - 2) / stride + 1 + reach;
    }

    int bands() {
        return bandsOfRows * bandsOfColumns;
    }

    int accumulatorsPerChannel() {
        return spanRows * spanColumns;
    }

    /** First input row of a processing element's tile in a band. */
    int firstRow(int band, int pe) {
        return row(band, pe, false);
    }

    int endRow(int band, int pe) {
        return row(band, pe, true);
    }

    int firstColumn(int band, int pe) {
        return column(band, pe, false);
    }

    int endColumn(int band, int pe) {
        return column(band, pe, true);
    }

    private int row(int band, int pe, boolean end) {
        if (tilesOfChannels) {
            return end ? 1 : 0;
        }
        Tiling bands = new Tiling(layer.inputShape().height(), bandsOfRows);
        return position(bands, band / bandsOfColumns, geometry.gridRows(), pe / geometry.gridColumns(), end);
    }

    private int column(int band, int pe, boolean end) {
        if (tilesOfChannels) {
            return end ? 1 : 0;
        }
        Tiling bands = new Tiling(layer.inputShape().width(), bandsOfColumns);
        return position(bands, band % bandsOfColumns, geometry.gridColumns(), pe % geometry.gridColumns(), end);
    }

    private static int position(Tiling bands, int band, int places, int place, boolean end) {
        int from = bands.from(band);
        Tiling tiles = new Tiling(bands.to(band) - from, places);
        return from + (end ? tiles.to(place) : tiles.from(place));
    }

    /** Whether a processing element owns the inputs of its tile in a channel. */
    boolean owns(int pe, int channel) {
        // alternating, so that the parts in which inputs arrive and the groups of a convolution reach all elements
        return !tilesOfChannels || channel % geometry.pes() == pe;
    }

    /** Reduced coordinate of an input row: y. */
    int reducedRow(int h) {
        return (h + window.padTop()) / window.strideRows();
    }

    int reducedColumn(int w) {
        return (w + window.padLeft()) / window.strideColumns();
    }

    /** Phase of an input position. */
    int phase(int h, int w) {
        return (h + window.padTop()) % window.strideRows() * window.strideColumns()
                + (w + window.padLeft()) % window.strideColumns();
    }

    /** Phase of a kernel position. */
    int kernelPhase(int r, int s) {
        return r * window.dilationRows() % window.strideRows() * window.strideColumns()
                + s * window.dilationColumns() % window.strideColumns();
    }

    int reducedKernelRow(int r) {
        return r * window.dilationRows() / window.strideRows();
    }

    int reducedKernelColumn(int s) {
        return s * window.dilationColumns() / window.strideColumns();
    }
}
