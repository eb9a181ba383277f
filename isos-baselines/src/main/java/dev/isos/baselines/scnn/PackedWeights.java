package dev.isos.baselines.scnn;

import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.Arrays;

/**
 * The compressed weights of one group of output channels: a list for each input channel that it has and each phase, in the order of
 * output channel and kernel position.
 */
final class PackedWeights {
    private final ScnnGeometry geometry;
    private final LayerTiling tiling;
    private final FilterTensor filters;
    private final FilterShape shape;
    private final int kernel;

    // kernel positions of each phase
    private final int[][] positions;

    // of each filter fiber, the first entry of an output channel that has not been packed yet
    private final int[] next;

    private final int[] starts;
    private final int[] nonZeros;
    private int[] offsets = new int[0];
    private byte[] values = new byte[0];
    private int firstChannel;
    private int endChannel;

    // entries of a channel and phase by output channel and position: which there are, and their values
    private long[] present = new long[0];
    private byte[] found = new byte[0];

    PackedWeights(ScnnGeometry geometry, LayerTiling tiling, FilterTensor filters) {
        this.geometry = geometry;
        this.tiling = tiling;
        this.filters = filters;
        this.shape = filters.shape();
        this.kernel = shape.rows() * shape.columns();
        this.positions = new int[tiling.phases][];
        for (int phase = 0; phase < tiling.phases; phase++) {
            int[] ofPhase = new int[kernel];
            int count = 0;
            for (int position = 0; position < kernel; position++) {
                if (tiling.kernelPhase(position / shape.columns(), position % shape.columns()) == phase) {
                    ofPhase[count++] = position;
                }
            }
            positions[phase] = Arrays.copyOf(ofPhase, count);
        }
        int channels = shape.inputChannels();
        this.next = new int[shape.fibers()];
        this.starts = new int[channels * tiling.phases + 1];
        this.nonZeros = new int[channels * tiling.phases];
    }

    /** Begins again with the first output channel. */
    void rewind() {
        System.arraycopy(filters.starts(), 0, next, 0, next.length);
    }

    /** Compresses the weights of the next output channels; gives the number of entries. */
    long pack(int fromOutput, int toOutput) {
        firstChannel = fromOutput / shape.outputsPerGroup() * shape.channelsPerGroup();
        endChannel = ((toOutput - 1) / shape.outputsPerGroup() + 1) * shape.channelsPerGroup();
        int most = (toOutput - fromOutput) * kernel;
        if (found.length < most) {
            found = new byte[most];
            present = new long[(most + 63) / 64];
        }
        int at = 0;
        for (int c = firstChannel; c < endChannel; c++) {
            if (values.length < at + most) {
                int length = Math.max(at + most, 2 * values.length);
                values = Arrays.copyOf(values, length);
                offsets = Arrays.copyOf(offsets, length);
            }
            for (int phase = 0; phase < tiling.phases; phase++) {
                int list = list(c, phase);
                starts[list] = at;
                nonZeros[list] = collect(c, positions[phase], fromOutput, toOutput);
                at = give(c, positions[phase], fromOutput, at);
            }
        }
        starts[list(endChannel, 0)] = at;
        return at;
    }

    /** Finds the weights of a channel and phase; gives their number. */
    private int collect(int c, int[] ofPhase, int fromOutput, int toOutput) {
        char[] outputs = filters.coordinates();
        int count = 0;
        for (int i = 0; i < ofPhase.length; i++) {
            int fiber = c * kernel + ofPhase[i];
            int end = filters.starts()[fiber + 1];
            int entry = next[fiber];
            for (; entry < end && outputs[entry] < toOutput; entry++) {
                int index = (outputs[entry] - fromOutput) * ofPhase.length + i;
                present[index >> 6] |= 1L << index;
                found[index] = filters.payloads()[entry];
                count++;
            }
            next[fiber] = entry;
        }
        return count;
    }

    /** Writes the list of the weights that have been found; gives its end. */
    private int give(int c, int[] ofPhase, int fromOutput, int from) {
        // the zeros before an entry are those of the outputs that the channel has
        int outputsOfChannel = c / shape.channelsPerGroup() * shape.outputsPerGroup();
        int before = Math.max(0, outputsOfChannel - fromOutput) * ofPhase.length;
        int at = from;
        for (int word = 0; word < present.length; word++) {
            for (long rest = present[word]; rest != 0; rest &= rest - 1) {
                int index = word * 64 + Long.numberOfTrailingZeros(rest);
                for (int i = geometry.placeholders(index - before); i > 0; i--) {
                    offsets[at] = 0;
                    values[at++] = 0;
                }
                before = index + 1;
                int position = ofPhase[index % ofPhase.length];
                int column = tiling.reachColumns - tiling.reducedKernelColumn(position % shape.columns());
                int row = tiling.reachRows - tiling.reducedKernelRow(position / shape.columns());
                offsets[at] = (index / ofPhase.length * tiling.spanColumns + column) * tiling.spanRows + row;
                values[at++] = found[index];
            }
            present[word] = 0;
        }
        return at;
    }

    /** First input channel of the group's filters. */
    int firstChannel() {
        return firstChannel;
    }

    int endChannel() {
        return endChannel;
    }

    /** The list of a channel and phase; its entries are {@code starts()[list] .. starts()[list + 1]}. */
    int list(int c, int phase) {
        return (c - firstChannel) * tiling.phases + phase;
    }

    int[] starts() {
        return starts;
    }

    /** Non-zero entries of each list. */
    int[] nonZeros() {
        return nonZeros;
    }

    /** Of each entry, its place in the accumulators of a tile, to which that of the activation is added. */
    int[] offsets() {
        return offsets;
    }

    /** Of each entry, its value; 0 for a placeholder. */
    byte[] values() {
        return values;
    }
}
