package dev.isos.baselines.fusedlayer;

import dev.isos.api.network.Layer;

/**
 * The pyramid of a group for one size of tiles: regions, storage and off-chip traffic. All tensors are dense, one byte per
 * element.
 */
final class Pyramid {
    private final FusedGroup group;
    private final PyramidAxis rows;
    private final PyramidAxis columns;
    private final boolean recompute;

    Pyramid(FusedGroup group, PyramidAxis rows, PyramidAxis columns, boolean recompute) {
        this.group = group;
        this.rows = rows;
        this.columns = columns;
        this.recompute = recompute;
    }

    static Pyramid of(FusedGroup group, int tileRows, int tileColumns, boolean recompute) {
        return new Pyramid(
                group,
                new PyramidAxis(group, true, tileRows, recompute),
                new PyramidAxis(group, false, tileColumns, recompute),
                recompute);
    }

    PyramidAxis rows() {
        return rows;
    }

    PyramidAxis columns() {
        return columns;
    }

    int tiles() {
        return rows.tiles() * columns.tiles();
    }

    /** Output positions that tile (i, j) computes of a node, or loads of a tensor from outside. */
    long pixels(int tensor, int i, int j) {
        return (long) rows.size(tensor, i) * columns.size(tensor, j);
    }

    /** Positions of a leaving tensor that tile (i, j) completes. */
    long newPixels(int tensor, int i, int j) {
        int row = rows.end(tensor, i) - (i == 0 ? 0 : rows.end(tensor, i - 1));
        int column = columns.end(tensor, j) - (j == 0 ? 0 : columns.end(tensor, j - 1));
        return (long) row * column;
    }

    /** Largest number of output positions of a node in one tile. */
    long largestTile(int node) {
        return (long) rows.largest(node) * columns.largest(node);
    }

    /** Elements of a tensor that are loaded from off chip. */
    long loadedElements(int tensor) {
        return rows.total(tensor) * columns.total(tensor) * group.shape(tensor).channels();
    }

    /** Elements of a leaving tensor; each is stored once. */
    long storedElements(int tensor) {
        return group.shape(tensor).elements();
    }

    /** Elements of everything that enters and leaves the group, without filters. */
    long featureMapElements() {
        long elements = 0;
        for (int tensor = 0; tensor < group.tensors(); tensor++) {
            if (group.external(tensor)) {
                elements += loadedElements(tensor);
            } else if (group.leaves(tensor)) {
                elements += storedElements(tensor);
            }
        }
        return elements;
    }

    /**
     * Elements of overlap kept for later tiles: full-width rows, as of the buffers BT of Alwani et al., and columns as high
     * as the working rows, as of their BL.
     */
    long reuseElements(int tensor) {
        long perChannel = 0;
        if (rows.tiles() > 1) {
            perChannel += (long) rows.overlap(tensor) * columns.last(tensor);
        }
        if (columns.tiles() > 1) {
            perChannel += (long) columns.overlap(tensor) * rows.working(tensor, 1);
        }
        return perChannel * group.shape(tensor).channels();
    }

    /** Elements of on-chip space for one tensor: overlaps and the buffers of the tile. */
    long bufferElements(int tensor) {
        int slots = group.slots(tensor);
        long channels = group.shape(tensor).channels();
        if (recompute) {
            return channels * Math.min(slots, tiles()) * rows.largest(tensor) * columns.largest(tensor);
        }
        long whole = channels * rows.last(tensor) * columns.last(tensor);
        if (tiles() == 1) {
            return whole;
        }
        long bytes;
        if (columns.tiles() == 1) {
            bytes = channels * rows.working(tensor, slots) * columns.last(tensor);
        } else if (rows.tiles() == 1) {
            bytes = channels * rows.last(tensor) * columns.working(tensor, slots);
        } else {
            bytes = reuseElements(tensor) + channels * slots * rows.largest(tensor) * columns.largest(tensor);
        }
        return Math.min(whole, bytes);
    }

    /** Elements of on-chip space for all tensors. */
    long bufferElements() {
        long elements = 0;
        for (int tensor = 0; tensor < group.tensors(); tensor++) {
            elements += bufferElements(tensor);
        }
        return elements;
    }

    /** Tiles in which a node computes something. */
    int busyTiles(int node) {
        int busyRows = 0;
        int busyColumns = 0;
        for (int i = 0; i < rows.tiles(); i++) {
            busyRows += rows.size(node, i) > 0 ? 1 : 0;
        }
        for (int j = 0; j < columns.tiles(); j++) {
            busyColumns += columns.size(node, j) > 0 ? 1 : 0;
        }
        return busyRows * busyColumns;
    }

    /** Steps of array and vector unit for the whole group. */
    long steps(ArrayCost cost) {
        return overTiles(cost::steps);
    }

    /** Filter bytes read on chip for the whole group. */
    long weightReads(ArrayCost cost) {
        return overTiles(cost::weightReads);
    }

    private interface TileCount {
        long of(Layer layer, long pixels);
    }

    private long overTiles(TileCount count) {
        long sum = 0;
        for (int node = 0; node < group.nodes(); node++) {
            int[] heights = rows.sizes(node);
            int[] widths = columns.sizes(node);
            for (int i = 0; i < heights.length; i++) {
                for (int j = 0; j < widths.length; j++) {
                    long times = (long) rows.sizeCounts(node)[i] * columns.sizeCounts(node)[j];
                    sum += times * count.of(group.layer(node), (long) heights[i] * widths[j]);
                }
            }
        }
        return sum;
    }
}
