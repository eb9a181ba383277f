package dev.isos.baselines.scnn;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;

/**
 * Sizes of an activation tensor as SCNN stores it: tiled over the grid, each channel of a tile a list of non-zero values with
 * the run of zeros before each; a longer run than the index counts takes placeholders.
 */
final class CompressedMap {
    private final ScnnGeometry geometry;
    private final int channels;

    // by tile and channel
    private final int[] entries;

    CompressedMap(ActivationTensor tensor, ScnnGeometry geometry) {
        this.geometry = geometry;
        FeatureMapShape shape = tensor.shape();
        this.channels = shape.channels();
        this.entries = new int[geometry.pes() * channels];
        Tiling rows = new Tiling(shape.height(), geometry.gridRows());
        Tiling columns = new Tiling(shape.width(), geometry.gridColumns());
        byte[] values = tensor.values();
        int[] zeros = new int[channels];
        for (int pe = 0; pe < geometry.pes(); pe++) {
            int i = pe / geometry.gridColumns();
            int j = pe % geometry.gridColumns();
            java.util.Arrays.fill(zeros, 0);
            int base = pe * channels;
            for (int w = columns.from(j); w < columns.to(j); w++) {
                for (int h = rows.from(i); h < rows.to(i); h++) {
                    int at = tensor.fiberStart(w, h);
                    for (int c = 0; c < channels; c++) {
                        if (values[at + c] != 0) {
                            entries[base + c] += 1 + geometry.placeholders(zeros[c]);
                            zeros[c] = 0;
                        } else {
                            zeros[c]++;
                        }
                    }
                }
            }
        }
    }

    /** Bytes of some channels, all tiles. */
    long bytes(int fromChannel, int toChannel) {
        long bytes = 0;
        for (int pe = 0; pe < geometry.pes(); pe++) {
            bytes += geometry.bytes(entries(pe, fromChannel, toChannel));
        }
        return bytes;
    }

    /** Bytes of the largest tile. */
    long largestTileBytes() {
        long largest = 0;
        for (int pe = 0; pe < geometry.pes(); pe++) {
            largest = Math.max(largest, geometry.bytes(entries(pe, 0, channels)));
        }
        return largest;
    }

    private long entries(int pe, int fromChannel, int toChannel) {
        long sum = 0;
        for (int c = fromChannel; c < toChannel; c++) {
            sum += entries[pe * channels + c];
        }
        return sum;
    }
}
