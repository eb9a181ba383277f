package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.Geometry;
import java.util.Set;

/**
 * What SCNN's counts depend on.
 *
 * @param gridRows rows of the grid of processing elements
 * @param gridColumns its columns
 * @param weightVector F, weights of a processing element per cycle
 * @param activationVector I, activations of a processing element per cycle
 * @param banks accumulator banks of a processing element, a power of two
 * @param bankEntries sums of a bank
 * @param bankQueue products that may wait at a bank before the multipliers stall
 * @param indexBits bits of a zero run in the compressed format
 * @param activationRamBytes compressed input activations of a processing element, and as many outputs
 */
record ScnnGeometry(
        int gridRows,
        int gridColumns,
        int weightVector,
        int activationVector,
        int banks,
        int bankEntries,
        int bankQueue,
        int indexBits,
        long activationRamBytes) {
    static final String GRID_ROWS = "gridRows";
    static final String GRID_COLUMNS = "gridColumns";
    static final String WEIGHT_VECTOR = "weightVector";
    static final String ACTIVATION_VECTOR = "activationVector";
    static final String BANKS = "banks";
    static final String BANK_ENTRIES = "bankEntries";
    static final String BANK_QUEUE = "bankQueue";
    static final String INDEX_BITS = "indexBits";
    static final String ACTIVATION_RAM_BYTES = "activationRamBytes";

    static final Set<String> KEYS = Set.of(
            GRID_ROWS,
            GRID_COLUMNS,
            WEIGHT_VECTOR,
            ACTIVATION_VECTOR,
            BANKS,
            BANK_ENTRIES,
            BANK_QUEUE,
            INDEX_BITS,
            ACTIVATION_RAM_BYTES);

    static ScnnGeometry of(Geometry geometry) {
        return new ScnnGeometry(
                geometry.getInt(GRID_ROWS),
                geometry.getInt(GRID_COLUMNS),
                geometry.getInt(WEIGHT_VECTOR),
                geometry.getInt(ACTIVATION_VECTOR),
                geometry.getInt(BANKS),
                geometry.getInt(BANK_ENTRIES),
                geometry.getInt(BANK_QUEUE),
                geometry.getInt(INDEX_BITS),
                geometry.get(ACTIVATION_RAM_BYTES));
    }

    int pes() {
        return gridRows * gridColumns;
    }

    int accumulators() {
        return banks * bankEntries;
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
