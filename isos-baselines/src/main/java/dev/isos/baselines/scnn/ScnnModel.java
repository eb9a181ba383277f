package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.baselines.machine.CommonParameters;
import dev.isos.baselines.machine.OffChipPort;
import dev.isos.baselines.machine.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** SCNN with the resources of the accelerators that it is compared with. See {@link ScnnRun} for its timing. */
final class ScnnModel implements HardwareModel {
    static final String MACS = "macs";
    static final String CROSSBARS = "crossbars";
    static final String ACCUMULATORS = "accumulators";
    static final String ACTIVATION_RAMS = "activationRams";
    static final String WEIGHT_FIFOS = "weightFifos";
    static final String POST_OPS = "postOps";
    static final String HALO_LINKS = "haloLinks";

    /** Bytes of an accumulator. */
    static final int ACCUMULATOR_BYTES = 4;

    /** Bytes of a product with its address that pass a crossbar, of 16 bits and some address bits. */
    static final int CROSSBAR_BYTES = 3;

    private final HardwareSpec spec;
    private final CommonParameters common;

    ScnnModel(HardwareSpec spec) {
        this.spec = spec;
        this.common = new CommonParameters(spec);
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public Geometry geometry() {
        Map<String, Long> values = new TreeMap<>();
        for (String key : ScnnGeometry.KEYS) {
            if (!key.equals(ScnnGeometry.ACTIVATION_RAM_BYTES)) {
                values.put(key, (long) spec.count(key));
            }
        }
        values.put(ScnnGeometry.ACTIVATION_RAM_BYTES, spec.bytes(ScnnFactory.ACTIVATION_RAM));
        return new Geometry(values);
    }

    @Override
    public Set<String> supportedPhases() {
        return Vocabulary.phases(ScnnWork.PHASES);
    }

    @Override
    public Set<String> requiredMetrics() {
        return Vocabulary.metrics(ScnnWork.SCHEMA);
    }

    int elements() {
        return spec.count(ScnnGeometry.GRID_ROWS) * spec.count(ScnnGeometry.GRID_COLUMNS);
    }

    int ppuWidth() {
        return spec.count(ScnnFactory.PPU_WIDTH);
    }

    private long multipliersPerElement() {
        return (long) spec.count(ScnnGeometry.WEIGHT_VECTOR) * spec.count(ScnnGeometry.ACTIVATION_VECTOR);
    }

    @Override
    public long peakMacsPerCycle() {
        return elements() * multipliersPerElement();
    }

    @Override
    public double offChipBytesPerCycle() {
        return common.offChipBytesPerCycle();
    }

    @Override
    public double clockHz() {
        return common.clockHz();
    }

    CommonParameters common() {
        return common;
    }

    /** Bytes of so many compressed entries in a memory on chip. */
    long entryBytes(long entries) {
        return (entries * (8 + spec.count(ScnnGeometry.INDEX_BITS)) + 7) / 8;
    }

    @Override
    public List<Component> components() {
        long elements = elements();
        long banks = elements * spec.count(ScnnGeometry.BANKS);
        double bankBytes = 2.0 * ACCUMULATOR_BYTES * spec.count(ScnnGeometry.BANK_ENTRIES);
        return List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                // a crosspoint of every product and bank, byte by byte
                new Component(CROSSBARS, "logic", CROSSBAR_BYTES * banks * multipliersPerElement(), Map.of()),
                new Component(ACCUMULATORS, "sram", banks, Map.of("bytes", bankBytes)),
                new Component(ACTIVATION_RAMS, "sram", 2 * elements, Map.of("bytes", (double)
                        spec.bytes(ScnnFactory.ACTIVATION_RAM))),
                new Component(
                        WEIGHT_FIFOS, "sram", elements, Map.of("bytes", (double) spec.bytes(ScnnFactory.WEIGHT_FIFO))),
                new Component(POST_OPS, "post-op", elements * ppuWidth(), Map.of()),
                new Component(HALO_LINKS, "logic", elements * ACCUMULATOR_BYTES, Map.of()),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new ScnnRun(this, request);
    }
}
