package dev.isos.baselines.structured;

import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;

/** Weights of a layer by filter and cell: some neighbouring channels at a kernel position. */
final class FilterBlocks {
    private final FilterShape shape;
    private final int channels;
    private final int weights;
    private final int cells;

    /** Non-zero weights by filter and cell. */
    private final byte[] counts;

    /**
     * @param channels of a cell, of the filter's group
     * @param weights of a cell that a step takes, half of the channels
     */
    FilterBlocks(FilterTensor filters, int channels, int weights) {
        this.shape = filters.shape();
        this.channels = channels;
        this.weights = weights;
        this.cells = (shape.channelsPerGroup() + channels - 1) / channels * shape.rows() * shape.columns();
        this.counts = new byte[shape.outputChannels() * cells];
        for (int c = 0; c < shape.inputChannels(); c++) {
            for (int r = 0; r < shape.rows(); r++) {
                for (int s = 0; s < shape.columns(); s++) {
                    int cell = (c % shape.channelsPerGroup() / channels * shape.rows() + r) * shape.columns() + s;
                    int fiber = filters.fiber(c, r, s);
                    for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                        counts[filters.coordinates()[i] * cells + cell]++;
                    }
                }
            }
        }
    }

    /**
     * Filters that work in lockstep.
     *
     * @param steps of all cells: one, or two where a filter has more weights than a step takes
     * @param bytes off chip and in the buffer: of a cell of one step two weights and two places of two bits, else all four weights
     * @param nonZeros weights that are not zero
     * @param channels at all kernel positions, that is inputs of an output position
     */
    record Block(long steps, long bytes, long nonZeros, long channels) {}

    /** Filters from .. to - 1, of one group. */
    Block block(int from, int to) {
        long twice = 0;
        long nonZeros = 0;
        for (int cell = 0; cell < cells; cell++) {
            boolean more = false;
            for (int k = from; k < to; k++) {
                nonZeros += counts[k * cells + cell];
                more |= counts[k * cells + cell] > weights;
            }
            twice += more ? 1 : 0;
        }
        long bits = (cells - twice) * weights * (8 + 2) + twice * channels * 8;
        return new Block(
                cells + twice,
                ((to - from) * bits + 7) / 8,
                nonZeros,
                (long) shape.channelsPerGroup() * shape.rows() * shape.columns());
    }
}
