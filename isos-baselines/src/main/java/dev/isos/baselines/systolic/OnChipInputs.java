package dev.isos.baselines.systolic;

import dev.isos.api.network.Network;
import java.util.Arrays;
import java.util.List;

/**
 * Which inputs of a layer are on chip. Whole columns of a channel come and go; rows that no window touches are left out. A
 * layer whose inputs fit the buffer keeps all of them; else the columns of the current windows stay, if all their channels fit
 * half of the buffer (the other half receives the next fold's); else nothing stays.
 */
final class OnChipInputs {
    private final int[] tensors;
    private final int[] firstChannels;
    private final int width;
    private final int rowsTouched;
    private final boolean[] columnsTouched;
    private final boolean[] loaded;
    private final long bufferBytes;
    private final boolean everything;
    private final int channels;
    private final long[] bytes;
    private int keptFrom;
    private int keptTo;

    /**
     * @param operand layer whose output is read; a concatenation stands for its parts
     * @param rowsTouched rows of the map that some window covers
     * @param columnsTouched for each column of the map whether some window covers it
     * @param channelsAtOnce channels that are worked on together: those of a group
     */
    OnChipInputs(
            Network network,
            int operand,
            int rowsTouched,
            boolean[] columnsTouched,
            int channelsAtOnce,
            long bufferBytes) {
        List<Integer> parts = network.materialisedParts(operand);
        this.tensors = parts.stream().mapToInt(Integer::intValue).toArray();
        this.firstChannels = new int[parts.size() + 1];
        for (int i = 0; i < parts.size(); i++) {
            firstChannels[i + 1] =
                    firstChannels[i] + network.shapeOf(parts.get(i)).channels();
        }
        this.width = columnsTouched.length;
        this.rowsTouched = rowsTouched;
        this.columnsTouched = columnsTouched;
        this.channels = firstChannels[parts.size()];
        this.loaded = new boolean[channels * width];
        this.bufferBytes = bufferBytes;
        this.bytes = new long[parts.size()];
        int columns = 0;
        for (boolean touched : columnsTouched) {
            columns += touched ? 1 : 0;
        }
        this.everything = (long) channelsAtOnce * rowsTouched * columns <= bufferBytes;
    }

    /** Tensors in memory that hold the operand. */
    int parts() {
        return tensors.length;
    }

    int tensor(int part) {
        return tensors[part];
    }

    /** Bytes of a part that the last call of {@link #need} has to load. */
    long bytes(int part) {
        return bytes[part];
    }

    /**
     * Brings columns of some channels on chip.
     *
     * @param channelsAround channels that the folds of these columns need in all
     */
    void need(int firstChannel, int endChannel, int firstColumn, int endColumn, int channelsAround) {
        if (!everything) {
            boolean keeps = (long) (endColumn - firstColumn) * rowsTouched * channelsAround <= bufferBytes / 2;
            if (!keeps) {
                Arrays.fill(loaded, false);
            } else if (firstColumn != keptFrom || endColumn != keptTo) {
                for (int c = 0; c < channels; c++) {
                    Arrays.fill(loaded, c * width, c * width + firstColumn, false);
                    Arrays.fill(loaded, c * width + endColumn, (c + 1) * width, false);
                }
            }
            keptFrom = firstColumn;
            keptTo = endColumn;
        }
        Arrays.fill(bytes, 0);
        int part = 0;
        for (int c = firstChannel; c < endChannel; c++) {
            while (c >= firstChannels[part + 1]) {
                part++;
            }
            for (int w = firstColumn; w < endColumn; w++) {
                if (columnsTouched[w] && !loaded[c * width + w]) {
                    loaded[c * width + w] = true;
                    bytes[part] += rowsTouched;
                }
            }
        }
    }
}
