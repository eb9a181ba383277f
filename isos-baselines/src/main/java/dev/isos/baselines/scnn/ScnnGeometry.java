package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.Geometry;
import java.util.Set;

/**
 * What SCNN's counts depend on.
 *
 * @param gridRows rows of the grid of processing elements
 * @param gridColumns its columns
 * @param activationVector I, activations that a processing element multiplies at a time
 * @param accumulators sums of a processing element
 * @param indexBits bits of a zero run in the compressed format
 * @param activationRamBytes compressed input activations of a processing element, and as many outputs
 */
record ScnnGeometry(
        int gridRows, int gridColumns, int activationVector, int accumulators, int indexBits, long activationRamBytes) {
    static final String GRID_ROWS = "gridRows";
    static final String GRID_COLUMNS = "gridColumns";
    static final String ACTIVATION_VECTOR = "activationVector";
    static final String ACCUMULATORS = "accumulators";
    static final String INDEX_BITS = "indexBits";
    static final String ACTIVATION_RAM_BYTES = "activationRamBytes";

    static final Set<String> KEYS =
            Set.of(GRID_ROWS, GRID_COLUMNS, ACTIVATION_VECTOR, ACCUMULATORS, INDEX_BITS, ACTIVATION_RAM_BYTES);

    static ScnnGeometry of(Geometry geometry) {
        return new ScnnGeometry(
                geometry.getInt(GRID_ROWS),
                geometry.getInt(GRID_COLUMNS),
                geometry.getInt(ACTIVATION_VECTOR),
                geometry.getInt(ACCUMULATORS),
                geometry.getInt(INDEX_BITS),
                geometry.get(ACTIVATION_RAM_BYTES));
    }

    int pes() {
        return gridRows * gridColumns;
    }

    /** Placeholders that a run of zeros before an entry takes: each stands for a full run and a zero value. */
    int placeholders(int zeros) {
        return zeros >> indexBits;
    }

    /** Positions that one placeholder covers. */
    int placeholderSpan() {
        return 1 << indexBits;
    }

    /** Bytes of compressed entries, an 8-bit value and a zero run each. */
    long bytes(long entries) {
        return (entries * (8 + indexBits) + 7) / 8;
    }

    static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}
