package dev.isos.hw.stepped;

import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterShape;

/**
 * Where the compressed filters of a layer lie in the filter buffer: tile after tile, within one slice after slice, within
 * one fiber after fiber in the rank order [C, S, R], kernel positions sorted so that those that one input position meets
 * under a stride are neighbours. A fiber is a 2-byte length and 2 bytes per entry.
 */
final class FilterLayout {
    private final FilterShape shape;
    private final int slices;

    /** Kernel rows and columns in the order in which they are stored. */
    final int[] rowOrder;

    final int[] columnOrder;

    /** Byte address of each (tile, slice, c, s, r) within its tile, and the address after it. */
    private final long[] addresses;

    private final long[] addressesAfter;

    /** First weight of each of them in the arrays of the filter tensor, and the end of it. */
    private final int[] first;

    private final int[] end;

    FilterLayout(Context context) {
        shape = context.filters.shape();
        slices = context.kSplit;
        rowOrder = order(shape.rows(), context.window.dilationRows(), context.window.strideRows());
        columnOrder = order(shape.columns(), context.window.dilationColumns(), context.window.strideColumns());
        int cells = context.kTiles * slices * shape.fibers();
        addresses = new long[cells];
        addressesAfter = new long[cells];
        first = new int[cells];
        end = new int[cells];
        int cell = 0;
        for (int tile = 0; tile < context.kTiles; tile++) {
            long address = 0;
            for (int slice = 0; slice < slices; slice++) {
                int[] k = context.channels(tile, slice, slices);
                for (int c = 0; c < shape.inputChannels(); c++) {
                    for (int s : columnOrder) {
                        for (int r : rowOrder) {
                            addresses[cell] = address;
                            address += store(context, cell, c, r, s, k[0], k[1]);
                            addressesAfter[cell] = address;
                            cell++;
                        }
                    }
                }
            }
        }
    }

    private static int[] order(int size, int dilation, int stride) {
        int[] order = new int[size];
        int at = 0;
        for (int residue = 0; residue < stride; residue++) {
            for (int i = 0; i < size; i++) {
                if (i * dilation % stride == residue) {
                    order[at++] = i;
                }
            }
        }
        return order;
    }

    /** Finds the weights of one fiber within a range of output channels; returns their compressed bytes. */
    private long store(Context context, int cell, int c, int r, int s, int low, int high) {
        char[] coordinates = context.filters.coordinates();
        int[] starts = context.filters.starts();
        int fiber = context.filters.fiber(c, r, s);
        int from = starts[fiber];
        while (from < starts[fiber + 1] && coordinates[from] < low) {
            from++;
        }
        int to = from;
        while (to < starts[fiber + 1] && coordinates[to] < high) {
            to++;
        }
        first[cell] = from;
        end[cell] = to;
        int groupFirst = c / shape.channelsPerGroup() * shape.outputsPerGroup();
        int base = Math.max(groupFirst, low);
        if (base >= Math.min(groupFirst + shape.outputsPerGroup(), high)) {
            return 0;
        }
        int entries = FibertreeFormat.coordinateEntries(coordinates, from, to, base);
        return FibertreeFormat.COORDINATE.fiberBytes(0, entries);
    }

    /** Cell of the fiber of channel c at the given places of the orders of columns and rows. */
    int cell(int tile, int slice, int c, int columnPlace, int rowPlace) {
        return (((tile * slices + slice) * shape.inputChannels() + c) * shape.columns() + columnPlace) * shape.rows()
                + rowPlace;
    }

    long address(int cell) {
        return addresses[cell];
    }

    /** Address after the last byte of a cell. */
    long addressAfter(int cell) {
        return addressesAfter[cell];
    }

    int firstWeight(int cell) {
        return first[cell];
    }

    int endWeight(int cell) {
        return end[cell];
    }
}
