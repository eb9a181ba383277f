package dev.isos.core.dataflow.isos;

import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;

/**
 * Bytes of the filters of a layer, tile by tile, in every format. A fiber (c, r, s) of a tile spans the output channels of
 * its group within the tile; where there are none it does not exist.
 */
final class FilterFootprint {
    private final long[][] bytes;

    /** @param tiles bounds of the K-tiles */
    FilterFootprint(FilterTensor filters, int[] tiles) {
        FilterShape shape = filters.shape();
        int count = tiles.length - 1;
        bytes = new long[FibertreeFormat.values().length][count];
        char[] coordinates = filters.coordinates();
        int kernel = shape.rows() * shape.columns();
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            int first = fiber / kernel / shape.channelsPerGroup() * shape.outputsPerGroup();
            int end = first + shape.outputsPerGroup();
            int from = filters.starts()[fiber];
            int stop = filters.starts()[fiber + 1];
            for (int tile = 0; tile < count; tile++) {
                int to = from;
                while (to < stop && coordinates[to] < tiles[tile + 1]) {
                    to++;
                }
                int base = Math.max(first, tiles[tile]);
                int positions = Math.min(end, tiles[tile + 1]) - base;
                if (positions > 0) {
                    int coded = FibertreeFormat.coordinateEntries(coordinates, from, to, base);
                    add(FibertreeFormat.COORDINATE, tile, positions, coded);
                    add(FibertreeFormat.BITMASK, tile, positions, to - from);
                    add(FibertreeFormat.DENSE, tile, positions, to - from);
                }
                from = to;
            }
        }
    }

    private void add(FibertreeFormat format, int tile, int positions, int entries) {
        bytes[format.ordinal()][tile] += format.fiberBytes(positions, entries);
    }

    long bytes(FibertreeFormat format, int tile) {
        return bytes[format.ordinal()][tile];
    }

    /** Bytes over all tiles. */
    long total(FibertreeFormat format) {
        long total = 0;
        for (long tile : bytes[format.ordinal()]) {
            total += tile;
        }
        return total;
    }

    /** Bytes that the largest tile takes in the filter buffer, which holds compressed filters. */
    long largestTile() {
        long largest = 0;
        for (long tile : bytes[FibertreeFormat.COORDINATE.ordinal()]) {
            largest = Math.max(largest, tile);
        }
        return largest;
    }

    /** The format in which all tiles together are smallest; of equals the one that is simplest. */
    FibertreeFormat smallest(boolean bitmaskAllowed) {
        FibertreeFormat best = FibertreeFormat.DENSE;
        if (total(FibertreeFormat.COORDINATE) < total(best)) {
            best = FibertreeFormat.COORDINATE;
        }
        if (bitmaskAllowed && total(FibertreeFormat.BITMASK) < total(best)) {
            best = FibertreeFormat.BITMASK;
        }
        return best;
    }
}
