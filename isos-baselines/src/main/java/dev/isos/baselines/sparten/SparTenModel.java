package dev.isos.baselines.sparten;

import static dev.isos.baselines.sparten.SparTenFactory.BALANCING;
import static dev.isos.baselines.sparten.SparTenFactory.CHUNK;
import static dev.isos.baselines.sparten.SparTenFactory.CLUSTERS;
import static dev.isos.baselines.sparten.SparTenFactory.ON_CHIP_BUFFER;
import static dev.isos.baselines.sparten.SparTenFactory.SLACK;
import static dev.isos.baselines.sparten.SparTenFactory.UNITS;
import static dev.isos.baselines.sparten.SparTenFactory.UNIT_BUFFER;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.CommonParameters;
import dev.isos.support.machine.MachineModel;
import dev.isos.support.machine.OffChipPort;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** SparTen with the resources of the accelerators that it is compared with. See {@link SparTenRun} for its timing. */
final class SparTenModel extends MachineModel {
    static final String MACS = "macs";
    static final String ACCUMULATORS = "accumulators";
    static final String JOIN_LOGIC = "joinLogic";
    static final String UNIT_BUFFERS = "unitBuffers";
    static final String BUFFER = "onChipBuffer";
    static final String POST_OPS = "postOps";

    /** Bytes of an accumulator. */
    static final int ACCUMULATOR_BYTES = 4;

    SparTenModel(HardwareSpec spec) {
        super(
                spec,
                SparTenWork.schema(spec.count(UNITS)),
                Map.of(
                        SparTenWork.CLUSTERS, (long) spec.count(CLUSTERS),
                        SparTenWork.UNITS, (long) spec.count(UNITS),
                        SparTenWork.CHUNK, (long) spec.count(CHUNK),
                        SparTenWork.BALANCING, (long) balancing(spec).ordinal(),
                        SparTenWork.FORMAT,
                                (long) CommonParameters.choice(spec, SparTenFactory.FORMAT, Format.class)
                                        .ordinal(),
                        SparTenWork.WINDOW_FETCHES,
                                spec.text(SparTenFactory.INPUTS).equals(SparTenFactory.WINDOWS) ? 1L : 0L,
                        SparTenWork.ON_CHIP_BUFFER_BYTES, spec.bytes(ON_CHIP_BUFFER)));
    }

    private static Balancing balancing(HardwareSpec spec) {
        return CommonParameters.choice(spec, BALANCING, Balancing.class);
    }

    @Override
    public long peakMacsPerCycle() {
        return (long) count(CLUSTERS) * count(UNITS);
    }

    @Override
    public List<Component> components() {
        long units = peakMacsPerCycle();
        double accumulatorBytes = ACCUMULATOR_BYTES * balancing(spec()).filtersPerUnit();
        return List.of(
                new Component(MACS, "mac-int8", units, Map.of()),
                new Component(ACCUMULATORS, "register", units, Map.of("bytes", accumulatorBytes)),
                new Component(JOIN_LOGIC, "logic", units * joinOperations(), Map.of()),
                new Component(UNIT_BUFFERS, "sram", units, Map.of("bytes", (double) bytes(UNIT_BUFFER))),
                new Component(BUFFER, "sram", 1, Map.of("bytes", (double) bytes(ON_CHIP_BUFFER), "receivers", (double)
                        units)),
                new Component(POST_OPS, "post-op", count(CLUSTERS), Map.of()),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    @Override
    protected Set<String> timedBy() {
        return Set.of("unitSteps", "joins", "chunkBytes");
    }

    @Override
    protected List<Activity> onChipActivities() {
        String sum = ACCUMULATOR_BYTES + " * ";
        // chunks of inputs, and a copy of the filters in each cluster
        String toUnits = SparTenRun.BROADCAST_BYTES + " + " + clusters() + " * load-filters.bytes";
        return List.of(
                new Activity(MACS, "multiply-accumulate", "products"),
                new Activity(ACCUMULATORS, "read", sum + "products + " + sum + "operands"),
                new Activity(ACCUMULATORS, "write", sum + "products + " + sum + "operands"),
                new Activity(JOIN_LOGIC, "operation", joinOperations() + " * joins + products + operands"),
                new Activity(UNIT_BUFFERS, "write", toUnits),
                // both masks of a join, both values of a product
                new Activity(UNIT_BUFFERS, "read", 2 * chunkMaskBytes() + " * joins + 2 * products + operands"),
                new Activity(BUFFER, "write", Activity.READ),
                new Activity(BUFFER, "read", "chunkBytes + load-filters.bytes + load-residual.bytes"),
                new Activity(BUFFER, "deliver", toUnits),
                new Activity(POST_OPS, "operation", "postOps"));
    }

    /**
     * Small logic operations on 8 bits that a pair of chunks takes: the AND of two masks, and over each mask the prefix sum
     * that finds the values, byte by byte. One more per product, the priority encoder, is counted with the products.
     */
    long joinOperations() {
        return 3L * count(CHUNK) / 8;
    }

    long chunkMaskBytes() {
        return count(CHUNK) / 8;
    }

    int clusters() {
        return count(CLUSTERS);
    }

    int units() {
        return count(UNITS);
    }

    int slackChunks() {
        return count(SLACK);
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new SparTenRun(this, request);
    }
}
