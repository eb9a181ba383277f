package dev.isos.baselines.systolic;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.support.arithmetic.WeightRows;

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
    private final WeightRows[] blocks;

    private final int[] sums;
    private final int[] bases;

    // non-zero inputs of the part of a window that is multiplied: their elements and values
    private final int[] elements;
    private final int[] values;

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
        this.blocks = new WeightRows[FoldPlan.ceilDiv(plan.filters(), block)];
        this.sums = new int[layer.outputShape().elements()];
        this.bases = new int[window.rows() * window.columns()];
        this.elements = new int[plan.window()];
        this.values = new int[plan.window()];
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
        int[][] starts = new int[blocks.length][plan.window() + 1];
        int[] next = new int[blocks.length];
        for (int t = 0; t < plan.window(); t++) {
            for (int i = fibers[firstFiber + t]; i < fibers[firstFiber + t + 1]; i++) {
                next[(filters.coordinates()[i] - firstOutput) / block]++;
            }
            for (int b = 0; b < next.length; b++) {
                starts[b][t + 1] = next[b];
            }
        }
        char[][] columns = new char[blocks.length][];
        byte[][] weights = new byte[blocks.length][];
        for (int b = 0; b < next.length; b++) {
            columns[b] = new char[next[b]];
            weights[b] = new byte[next[b]];
            next[b] = 0;
        }
        for (int i = fibers[firstFiber]; i < fibers[firstFiber + plan.window()]; i++) {
            int k = filters.coordinates()[i] - firstOutput;
            int b = k / block;
            columns[b][next[b]] = (char) (k % block);
            weights[b][next[b]++] = filters.payloads()[i];
        }
        for (int b = 0; b < blocks.length; b++) {
            int width = Math.min(block, plan.filters() - b * block);
            blocks[b] = new WeightRows(width, starts[b], columns[b], weights[b], plan.positions());
        }
    }

    private void multiply(int firstPosition, int endPosition, int firstElement, int endElement, int filterBlock) {
        WeightRows rows = blocks[filterBlock];
        int firstOutput = group * plan.filters() + filterBlock * block;
        for (int position = firstPosition; position < endPosition; position++) {
            locate(position);
            int count = gather(firstElement, endElement);
            rows.multiplyAdd(elements, values, count, sums, position * outputChannels + firstOutput);
        }
    }

    /** Lists the non-zero inputs of a part of the window; without a branch on the value, which nobody could predict. */
    private int gather(int firstElement, int endElement) {
        byte[] inputs = input.values();
        int mask = input.signed() ? -1 : 0xFF;
        int kernel = bases.length;
        int c = firstElement / kernel;
        int at = firstElement % kernel;
        int count = 0;
        for (int t = firstElement; t < endElement; t++) {
            if (bases[at] >= 0) {
                int value = inputs[bases[at] + c] & mask;
                elements[count] = t;
                values[count] = value;
                count += (value | -value) >>> 31;
            }
            if (++at == kernel) {
                at = 0;
                c++;
            }
        }
        return count;
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
