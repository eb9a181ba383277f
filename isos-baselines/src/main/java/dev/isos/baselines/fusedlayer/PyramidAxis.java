package dev.isos.baselines.fusedlayer;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.baselines.fusedlayer.FusedGroup.Read;

/**
 * One axis (rows or columns) of the pyramid of a group: which part of every tensor each tile needs, computes and keeps.
 *
 * <p>Going back from the tile's outputs, {@code D_out} positions of a consumer need {@code D_in = stride * D_out + R -
 * stride} (with R the dilated extent of the window) of its input; a tensor with several consumers is needed where any of
 * them needs it (bounding interval). {@link #end} is how far a tensor is complete after a tile. In {@code reuse} a tile
 * computes only what lies beyond the previous tile's end, and {@link #keepFrom} says from where on earlier values stay
 * on chip; in {@code recompute} it computes all that it needs.
 */
final class PyramidAxis {
    private final int tile;
    private final int tiles;
    private final int[][] start;
    private final int[][] end;
    private final int[][] keepFrom;
    private final int[][] sizes;
    private final int[][] sizeCounts;

    /**
     * @param rows true for rows, false for columns
     * @param tile positions of the reference node's output per tile
     */
    PyramidAxis(FusedGroup group, boolean rows, int tile, boolean recompute) {
        this.tile = tile;
        int tensors = group.tensors();
        int reference = extent(group.shape(group.reference()), rows);
        tiles = (reference + tile - 1) / tile;
        start = new int[tensors][tiles];
        end = new int[tensors][tiles];
        keepFrom = new int[tensors][tiles];
        for (int i = 0; i < tiles; i++) {
            long done = Math.min(reference, (i + 1L) * tile);
            for (int tensor = group.nodes() - 1; tensor >= 0; tensor--) {
                end[tensor][i] = end(group, rows, tensor, i, done, reference);
            }
            for (int tensor = group.nodes(); tensor < tensors; tensor++) {
                end[tensor][i] = end(group, rows, tensor, i, done, reference);
            }
        }
        for (int i = 0; i < tiles; i++) {
            for (int tensor = group.nodes() - 1; tensor >= 0; tensor--) {
                regions(group, rows, tensor, i, recompute);
            }
            for (int tensor = group.nodes(); tensor < tensors; tensor++) {
                regions(group, rows, tensor, i, recompute);
            }
        }
        sizes = new int[group.nodes()][];
        sizeCounts = new int[group.nodes()][];
        for (int node = 0; node < group.nodes(); node++) {
            histogram(node);
        }
    }

    private int end(FusedGroup group, boolean rows, int tensor, int i, long done, int reference) {
        int extent = extent(group.shape(tensor), rows);
        if (i == tiles - 1 && !group.external(tensor)) {
            return extent;
        }
        int reached = i == 0 ? 0 : end[tensor][i - 1];
        if (group.leaves(tensor) || tensor == group.reference()) {
            // outputs beside the reference node's advance in proportion to it
            reached = Math.max(reached, (int) (extent * done / reference));
        }
        for (Read read : group.readsOfTensor(tensor)) {
            reached = Math.max(reached, inputEnd(read.window(), rows, end[read.node()][i], extent));
        }
        return reached;
    }

    private void regions(FusedGroup group, boolean rows, int tensor, int i, boolean recompute) {
        int extent = extent(group.shape(tensor), rows);
        int previous = i == 0 ? 0 : end[tensor][i - 1];
        int needed = end[tensor][i];
        int kept = group.external(tensor) && recompute ? needed : previous;
        for (Read read : group.readsOfTensor(tensor)) {
            int[] consumer = end[read.node()];
            int consumed = i == 0 ? 0 : consumer[i - 1];
            if (recompute) {
                if (start[read.node()][i] < consumer[i]) {
                    needed = Math.min(needed, inputStart(read.window(), rows, start[read.node()][i], extent));
                }
            } else if (consumed < consumer[tiles - 1]) {
                kept = Math.min(kept, inputStart(read.window(), rows, consumed, extent));
            }
        }
        if (recompute) {
            start[tensor][i] = group.external(tensor) ? needed : Math.min(needed, previous);
            keepFrom[tensor][i] = start[tensor][i];
        } else {
            start[tensor][i] = previous;
            keepFrom[tensor][i] = kept;
        }
    }

    private void histogram(int node) {
        int[] sorted = new int[tiles];
        for (int i = 0; i < tiles; i++) {
            sorted[i] = size(node, i);
        }
        java.util.Arrays.sort(sorted);
        int distinct = 0;
        int[] values = new int[tiles];
        int[] counts = new int[tiles];
        for (int size : sorted) {
            if (distinct == 0 || values[distinct - 1] != size) {
                values[distinct++] = size;
            }
            counts[distinct - 1]++;
        }
        sizes[node] = java.util.Arrays.copyOf(values, distinct);
        sizeCounts[node] = java.util.Arrays.copyOf(counts, distinct);
    }

    /** End of the input that outputs 0 .. end-1 need, clipped to the map. */
    static int inputEnd(Window window, boolean rows, int end, int extent) {
        if (window == null || end == 0) {
            return end;
        }
        int last =
                rows ? window.inputRow(end - 1, window.rows() - 1) : window.inputColumn(end - 1, window.columns() - 1);
        return Math.max(0, Math.min(extent, last + 1));
    }

    /** Start of the input that outputs from {@code start} on need, clipped to the map. */
    static int inputStart(Window window, boolean rows, int start, int extent) {
        if (window == null) {
            return start;
        }
        int first = rows ? window.inputRow(start, 0) : window.inputColumn(start, 0);
        return Math.max(0, Math.min(extent, first));
    }

    private static int extent(FeatureMapShape shape, boolean rows) {
        return rows ? shape.height() : shape.width();
    }

    /** Positions of the reference node's output per tile. */
    int tile() {
        return tile;
    }

    int tiles() {
        return tiles;
    }

    /** First position that tile i computes (or loads) of a tensor. */
    int start(int tensor, int i) {
        return start[tensor][i];
    }

    /** Position after the last that tile i computes or loads. */
    int end(int tensor, int i) {
        return end[tensor][i];
    }

    /** First position of a tensor that tile i finds (or puts) on chip. */
    int keepFrom(int tensor, int i) {
        return keepFrom[tensor][i];
    }

    int size(int tensor, int i) {
        return end[tensor][i] - start[tensor][i];
    }

    /** Positions computed or loaded by all tiles together. */
    long total(int tensor) {
        long sum = 0;
        for (int i = 0; i < tiles; i++) {
            sum += size(tensor, i);
        }
        return sum;
    }

    int largest(int tensor) {
        int largest = 0;
        for (int i = 0; i < tiles; i++) {
            largest = Math.max(largest, size(tensor, i));
        }
        return largest;
    }

    /** Most positions on chip while one tile is worked on and, if there are two slots, the next one comes in. */
    int working(int tensor, int slots) {
        int most = 0;
        for (int i = 0; i < tiles; i++) {
            most = Math.max(most, end[tensor][Math.min(i + slots - 1, tiles - 1)] - keepFrom[tensor][i]);
        }
        return most;
    }

    /** Most positions that a tile leaves for the next one. */
    int overlap(int tensor) {
        int most = 0;
        for (int i = 0; i + 1 < tiles; i++) {
            most = Math.max(most, end[tensor][i] - keepFrom[tensor][i + 1]);
        }
        return most;
    }

    /** Position after the last that is ever needed. */
    int last(int tensor) {
        return end[tensor][tiles - 1];
    }

    /** Distinct values of {@link #size} of a node. */
    int[] sizes(int node) {
        return sizes[node];
    }

    /** How many tiles have each of {@link #sizes}. */
    int[] sizeCounts(int node) {
        return sizeCounts[node];
    }
}
