package dev.isos.baselines.systolic;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;

/**
 * The products of a convolution, fold by fold as the array makes them: rows of the matrix are windows of the input (im2col,
 * with padding as zeros), columns are filters, and the window is flattened in the order (c, r, s). Products with a zero are
 * skipped here, which changes no sum, although the array spends its cycles on them.
 */
final class FoldProduct {
    private final FoldPlan plan;
    private final ActivationTensor input;
    private final Window window;
    private final int outputHeight;
    private final int channelsPerGroup;
    private final int outputChannels;

    // non-zero weights of one group, by block of filters and then by window element
    private final int block;
    private int group = -1;
    private final FilterTensor filters;
    private final int[][] starts;
    private final int[][] outputs;
    private final byte[][] weights;

    private final int[] sums;
    private final int[] bases;

    FoldProduct(FoldPlan plan, Layer layer, ActivationTensor input, FilterTensor filters) {
        this.plan = plan;
        this.input = input;
        this.window = ((Convolution) layer.op()).window();
        this.outputHeight = layer.outputShape().height();
        this.outputChannels = layer.outputShape().channels();
        this.channelsPerGroup = filters.shape().channelsPerGroup();
        this.filters = filters;
        // filters that are in the array together; with stationary inputs all of them stream through
        this.block = plan.stationarity() == Stationarity.INPUT ? plan.filters() : plan.columns();
        int blocks = FoldPlan.ceilDiv(plan.filters(), block);
        this.starts = new int[blocks][plan.window() + 1];
        this.outputs = new int[blocks][];
        this.weights = new byte[blocks][];
        this.sums = new int[layer.outputShape().elements()];
        this.bases = new int[window.rows() * window.columns()];
    }

    /** Sums of all folds so far, rank order [Q, P, K]. */
    int[] sums() {
        return sums;
    }

    /** Adds the products of one fold of a group. */
    void add(int groupOfFold, int rowFold, int columnFold) {
        if (groupOfFold != group) {
            pack(groupOfFold);
        }
        int firstRow = rowFold * plan.rows();
        int endRow = Math.min(plan.overRows(), firstRow + plan.rows());
        switch (plan.stationarity()) {
            case OUTPUT -> multiply(firstRow, endRow, 0, plan.window(), columnFold);
            case WEIGHT -> multiply(0, plan.positions(), firstRow, endRow, columnFold);
            case INPUT -> {
                int firstColumn = columnFold * plan.columns();
                int endColumn = Math.min(plan.positions(), firstColumn + plan.columns());
                multiply(firstColumn, endColumn, firstRow, endRow, 0);
            }
        }
    }

    private void pack(int newGroup) {
        group = newGroup;
        int[] fibers = filters.starts();
        int firstFiber = group * plan.window();
        int firstOutput = group * plan.filters();
        int[] next = new int[starts.length];
        for (int t = 0; t < plan.window(); t++) {
            for (int i = fibers[firstFiber + t]; i < fibers[firstFiber + t + 1]; i++) {
                next[(filters.coordinates()[i] - firstOutput) / block]++;
            }
            for (int b = 0; b < next.length; b++) {
                starts[b][t + 1] = next[b];
            }
        }
        for (int b = 0; b < next.length; b++) {
            outputs[b] = new int[next[b]];
            weights[b] = new byte[next[b]];
            next[b] = 0;
        }
        for (int i = fibers[firstFiber]; i < fibers[firstFiber + plan.window()]; i++) {
            int b = (filters.coordinates()[i] - firstOutput) / block;
            outputs[b][next[b]] = filters.coordinates()[i];
            weights[b][next[b]++] = filters.payloads()[i];
        }
    }

    private void multiply(int firstPosition, int endPosition, int firstElement, int endElement, int filterBlock) {
        int[] from = starts[filterBlock];
        int[] k = outputs[filterBlock];
        byte[] w = weights[filterBlock];
        byte[] values = input.values();
        int mask = input.signed() ? -1 : 0xFF;
        int kernel = bases.length;
        for (int position = firstPosition; position < endPosition; position++) {
            locate(position);
            int base = position * outputChannels;
            int c = firstElement / kernel;
            int at = firstElement % kernel;
            for (int t = firstElement; t < endElement; t++) {
                int value = bases[at] < 0 ? 0 : values[bases[at] + c] & mask;
                if (value != 0) {
                    for (int i = from[t], end = from[t + 1]; i < end; i++) {
                        sums[base + k[i]] += value * w[i];
                    }
                }
                if (++at == kernel) {
                    at = 0;
                    c++;
                }
            }
        }
    }

    /** Finds the input fibers of a window, as offsets of the group's first channel; -1 in the padding. */
    private void locate(int position) {
        int q = position / outputHeight;
        int p = position % outputHeight;
        for (int r = 0; r < window.rows(); r++) {
            int h = window.inputRow(p, r);
            for (int s = 0; s < window.columns(); s++) {
                int column = window.inputColumn(q, s);
                boolean onMap = h >= 0
                        && h < input.shape().height()
                        && column >= 0
                        && column < input.shape().width();
                bases[r * window.columns() + s] = onMap ? input.fiberStart(column, h) + group * channelsPerGroup : -1;
            }
        }
    }
}
