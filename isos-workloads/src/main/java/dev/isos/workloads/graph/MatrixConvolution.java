package dev.isos.workloads.graph;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatOp.Convolution;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A convolution as products of its filters and a matrix of input positions, in tiles that fit the caches; zero weights are
 * skipped. Each output adds up its products in the order (c, r, s) whatever the tiles and threads, so it is the same on any
 * machine.
 */
final class MatrixConvolution {
    private static final int TILE_ELEMENTS = 1 << 16;
    private static final int MIN_TILE = 64;
    private static final int MAX_TILE = 1024;
    /** Filters per task: enough to make up for gathering a tile. */
    private static final int FILTERS = 64;

    private MatrixConvolution() {}

    static void run(Convolution c, float[] in, FeatureMapShape from, float[] out, FeatureMapShape to) {
        FilterShape filter = c.filter();
        int depth = filter.channelsPerGroup() * filter.rows() * filter.columns();
        int plane = to.fibers();
        int tile = Math.max(MIN_TILE, Math.min(MAX_TILE, TILE_ELEMENTS / depth));
        int tiles = (plane + tile - 1) / tile;
        int perGroup = filter.outputsPerGroup();
        int parts = (perGroup + FILTERS - 1) / FILTERS;
        IntStream.range(0, tiles * filter.groups() * parts).parallel().forEach(task -> {
            int part = task % parts;
            int group = task / parts % filter.groups();
            int start = task / parts / filter.groups() * tile;
            int count = Math.min(tile, plane - start);
            int first = group * perGroup + part * FILTERS;
            int end = Math.min((group + 1) * perGroup, first + FILTERS);
            float[] columns;
            int stride;
            int base;
            if (c.window().pointwise()) {
                columns = in;
                stride = plane;
                base = group * filter.channelsPerGroup() * plane + start;
            } else {
                columns = gather(c, group, in, from, to, start, count, depth);
                stride = count;
                base = 0;
            }
            multiply(c, first, end, depth, columns, base, stride, out, plane, start, count);
        });
    }

    /** Inputs of {@code count} output positions, one row of them per weight of a filter. */
    private static float[] gather(
            Convolution c,
            int group,
            float[] in,
            FeatureMapShape from,
            FeatureMapShape to,
            int start,
            int count,
            int depth) {
        FilterShape filter = c.filter();
        Window window = c.window();
        float[] columns = new float[depth * count];
        int row = 0;
        for (int ci = 0; ci < filter.channelsPerGroup(); ci++) {
            int channel = (group * filter.channelsPerGroup() + ci) * from.fibers();
            for (int r = 0; r < filter.rows(); r++) {
                for (int s = 0; s < filter.columns(); s++, row += count) {
                    int done = 0;
                    while (done < count) {
                        int p = (start + done) / to.width();
                        int q = (start + done) % to.width();
                        int length = Math.min(count - done, to.width() - q);
                        int h = window.inputRow(p, r);
                        if (h >= 0 && h < from.height()) {
                            copyRow(
                                    in,
                                    channel + h * from.width(),
                                    from.width(),
                                    window,
                                    q,
                                    s,
                                    length,
                                    columns,
                                    row + done);
                        }
                        done += length;
                    }
                }
            }
        }
        return columns;
    }

    private static void copyRow(
            float[] in, int base, int width, Window window, int q, int s, int length, float[] columns, int at) {
        int step = window.strideColumns();
        int w = window.inputColumn(q, s);
        int i = w >= 0 ? 0 : Math.min(length, (-w + step - 1) / step);
        int end = w >= width ? 0 : Math.min(length, (width - 1 - w) / step + 1);
        if (step == 1 && end > i) {
            System.arraycopy(in, base + w + i, columns, at + i, end - i);
            return;
        }
        for (; i < end; i++) {
            columns[at + i] = in[base + w + i * step];
        }
    }

    private static void multiply(
            Convolution c,
            int first,
            int end,
            int depth,
            float[] columns,
            int base,
            int stride,
            float[] out,
            int plane,
            int start,
            int count) {
        float[] sums = new float[count];
        int[] at = new int[depth];
        float[] weights = new float[depth];
        for (int k = first; k < end; k++) {
            int n = 0;
            for (int d = 0; d < depth; d++) {
                float w = c.weights()[k * depth + d];
                if (w != 0f) {
                    weights[n] = w;
                    at[n++] = base + d * stride;
                }
            }
            Arrays.fill(sums, c.bias()[k]);
            int d = 0;
            for (; d + 4 <= n; d += 4) {
                addFour(
                        sums,
                        count,
                        columns,
                        at[d],
                        at[d + 1],
                        at[d + 2],
                        at[d + 3],
                        weights[d],
                        weights[d + 1],
                        weights[d + 2],
                        weights[d + 3]);
            }
            for (; d < n; d++) {
                addOne(sums, count, columns, at[d], weights[d]);
            }
            System.arraycopy(sums, 0, out, k * plane + start, count);
        }
    }

    private static void addFour(
            float[] sums, int count, float[] x, int a, int b, int c, int d, float wa, float wb, float wc, float wd) {
        for (int i = 0; i < count; i++) {
            sums[i] = sums[i] + wa * x[a + i] + wb * x[b + i] + wc * x[c + i] + wd * x[d + i];
        }
    }

    private static void addOne(float[] sums, int count, float[] x, int at, float w) {
        for (int i = 0; i < count; i++) {
            sums[i] += w * x[at + i];
        }
    }
}
