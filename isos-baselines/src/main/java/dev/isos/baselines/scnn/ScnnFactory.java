package dev.isos.baselines.scnn;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.support.machine.CommonParameters;
import java.util.List;

/** Builds {@link ScnnModel}. */
public final class ScnnFactory implements HardwareModelFactory {
    static final String WEIGHT_VECTOR = "weightVector";
    static final String BANKS = "banks";
    static final String BANK_ENTRIES = "bankEntries";
    static final String BANK_QUEUE = "bankQueue";
    static final String ACTIVATION_RAM = "activationRam";
    static final String WEIGHT_FIFO = "weightFifo";
    static final String PPU_WIDTH = "ppuWidth";

    private static final String SCALED =
            "ours: SCNN has 4 x 4 multipliers in each of 64 elements, 1024 in all; 8 x 8 make the 4096 of all accelerators";

    @Override
    public String id() {
        return "scnn";
    }

    @Override
    public String description() {
        return "SCNN: a grid of elements that multiply vectors of weights and activations all with all";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return CommonParameters.after(
                CommonParameters.count(
                        ScnnGeometry.GRID_ROWS,
                        "8",
                        "1",
                        "64",
                        "rows of processing elements",
                        "SCNN, ISCA 2017: 8 x 8"),
                CommonParameters.count(
                        ScnnGeometry.GRID_COLUMNS, "8", "1", "64", "columns of processing elements", "SCNN: 8 x 8"),
                CommonParameters.count(WEIGHT_VECTOR, "8", "1", "64", "weights of an element per cycle (F)", SCALED),
                CommonParameters.count(
                        ScnnGeometry.ACTIVATION_VECTOR,
                        "8",
                        "1",
                        "64",
                        "activations of an element per cycle (I)",
                        SCALED),
                CommonParameters.count(
                        BANKS,
                        "128",
                        "1",
                        "16384",
                        "accumulator banks of an element, a power of two",
                        "SCNN, ISCA 2017: twice as many as products per cycle"),
                CommonParameters.count(
                        BANK_ENTRIES,
                        "32",
                        "1",
                        "65536",
                        "sums of a bank, of which there are two sets: one fills while the other drains",
                        "SCNN, ISCA 2017: 32"),
                CommonParameters.count(
                        BANK_QUEUE,
                        "4",
                        "0",
                        "1024",
                        "products that may wait at a bank before the multipliers stall",
                        "ours: SCNN states no depth, but that conflicts cost little"),
                CommonParameters.count(
                        ScnnGeometry.INDEX_BITS,
                        "4",
                        "1",
                        "16",
                        "bits of the run of zeros before a compressed value; longer runs take placeholders",
                        "SCNN, ISCA 2017, from memory: 4"),
                CommonParameters.bytes(
                        ACTIVATION_RAM,
                        "10 KiB",
                        "1 B",
                        "compressed input activations of an element, and as many bytes for its outputs",
                        "SCNN, ISCA 2017, from memory: 10 KB each; 1 MB in all is certain"),
                HardwareParameter.number(
                        WEIGHT_FIFO,
                        Quantity.BYTES,
                        "512 B",
                        "1 B",
                        "1 MiB",
                        "weight FIFO of an element; for energy and area only",
                        "SCNN, ISCA 2017, from memory: 50 entries of 4 weights, 500 B"),
                CommonParameters.count(
                        PPU_WIDTH,
                        "16",
                        "1",
                        "4096",
                        "sums per cycle that an element post-processes or sends to neighbours",
                        "ours: as the post-op units of ISOSceles, 64 times 16"));
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        if (Integer.bitCount(spec.count(BANKS)) != 1) {
            throw IsosException.badInput(
                    "hardware " + spec.id() + ": 'banks' is " + spec.count(BANKS) + ", expected a power of two");
        }
        // two sums of 32 bits for each accumulator of an element, and banks with their queues
        double accumulators = (double) spec.count(BANKS) * spec.count(BANK_ENTRIES);
        ScnnModel.requireTables(
                spec.id(),
                "'" + BANKS + "' of '" + BANK_ENTRIES + "', 8 bytes each and for each of two threads,",
                16 * accumulators);
        return new ScnnModel(spec);
    }
}
