package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.baselines.scnn.bank.BankModel;
import dev.isos.support.machine.MachineModel;
import dev.isos.support.machine.OffChipPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** SCNN with the resources of the accelerators that it is compared with. See {@link ScnnRun} for its timing. */
final class ScnnModel extends MachineModel {
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

    ScnnModel(HardwareSpec spec) {
        super(
                spec,
                ScnnWork.SCHEMA,
                Map.of(
                        ScnnGeometry.GRID_ROWS, (long) spec.count(ScnnGeometry.GRID_ROWS),
                        ScnnGeometry.GRID_COLUMNS, (long) spec.count(ScnnGeometry.GRID_COLUMNS),
                        ScnnGeometry.ACTIVATION_VECTOR, (long) spec.count(ScnnGeometry.ACTIVATION_VECTOR),
                        ScnnGeometry.ACCUMULATORS,
                                (long) spec.count(ScnnFactory.BANKS) * spec.count(ScnnFactory.BANK_ENTRIES),
                        ScnnGeometry.INDEX_BITS, (long) spec.count(ScnnGeometry.INDEX_BITS),
                        ScnnGeometry.ACTIVATION_RAM_BYTES, spec.bytes(ScnnFactory.ACTIVATION_RAM)));
    }

    @Override
    public Optional<UnitModel> unitModel() {
        return Optional.of(new BankModel(
                count(ScnnFactory.WEIGHT_VECTOR),
                count(ScnnGeometry.ACTIVATION_VECTOR),
                count(ScnnFactory.BANKS),
                count(ScnnFactory.BANK_QUEUE)));
    }

    int elements() {
        return count(ScnnGeometry.GRID_ROWS) * count(ScnnGeometry.GRID_COLUMNS);
    }

    int ppuWidth() {
        return count(ScnnFactory.PPU_WIDTH);
    }

    private long multipliersPerElement() {
        return (long) count(ScnnFactory.WEIGHT_VECTOR) * count(ScnnGeometry.ACTIVATION_VECTOR);
    }

    @Override
    public long peakMacsPerCycle() {
        return elements() * multipliersPerElement();
    }

    @Override
    public List<Component> components() {
        long elements = elements();
        long banks = elements * count(ScnnFactory.BANKS);
        double bankBytes = 2.0 * ACCUMULATOR_BYTES * count(ScnnFactory.BANK_ENTRIES);
        return List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                // a crosspoint of every product and bank, byte by byte
                new Component(CROSSBARS, "crosspoint", CROSSBAR_BYTES * banks * multipliersPerElement(), Map.of()),
                new Component(ACCUMULATORS, "sram", banks, Map.of("bytes", bankBytes, "accessBytes", (double)
                        ACCUMULATOR_BYTES)),
                new Component(ACTIVATION_RAMS, "sram", 2 * elements, Map.of("bytes", (double)
                        bytes(ScnnFactory.ACTIVATION_RAM))),
                new Component(WEIGHT_FIFOS, "sram", elements, Map.of("bytes", (double) bytes(ScnnFactory.WEIGHT_FIFO))),
                new Component(POST_OPS, "post-op", elements * ppuWidth(), Map.of()),
                new Component(HALO_LINKS, "logic", elements * ACCUMULATOR_BYTES, Map.of()),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    @Override
    protected Set<String> timedBy() {
        return Set.of("bankTime", "drainedSums");
    }

    @Override
    protected List<Activity> onChipActivities() {
        String entry = (8 + count(ScnnGeometry.INDEX_BITS)) / 8.0 + " * ";
        String sum = ACCUMULATOR_BYTES + " * ";
        return List.of(
                new Activity(MACS, "multiply-accumulate", "products"),
                new Activity(CROSSBARS, "transfer", CROSSBAR_BYTES + " * products"),
                new Activity(ACCUMULATORS, "read", sum + "products + " + sum + "postOps + " + sum + "haloSums"),
                new Activity(ACCUMULATORS, "write", sum + "products + " + sum + "haloSums"),
                new Activity(
                        ACTIVATION_RAMS,
                        "read",
                        entry + "activationsRead + operands + load-residual.bytes + store-outputs.bytes"),
                new Activity(ACTIVATION_RAMS, "write", "load-inputs.bytes + load-residual.bytes + postOps"),
                // every element gets a copy of the weights
                new Activity(WEIGHT_FIFOS, "write", elements() + " * load-weights.bytes"),
                new Activity(WEIGHT_FIFOS, "read", entry + "weightsRead"),
                new Activity(POST_OPS, "operation", "postOps + operands"),
                new Activity(HALO_LINKS, "operation", sum + "haloSums"));
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new ScnnRun(this, request);
    }
}
