package dev.isos.baselines.sparten;

import static dev.isos.baselines.sparten.SparTenFactory.BALANCING;
import static dev.isos.baselines.sparten.SparTenFactory.CHUNK;
import static dev.isos.baselines.sparten.SparTenFactory.CLUSTERS;
import static dev.isos.baselines.sparten.SparTenFactory.ON_CHIP_BUFFER;
import static dev.isos.baselines.sparten.SparTenFactory.SLACK;
import static dev.isos.baselines.sparten.SparTenFactory.UNITS;
import static dev.isos.baselines.sparten.SparTenFactory.UNIT_BUFFER;

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
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** SparTen with the resources of the accelerators that it is compared with. See {@link SparTenRun} for its timing. */
final class SparTenModel implements HardwareModel {
    static final String MACS = "macs";
    static final String ACCUMULATORS = "accumulators";
    static final String JOIN_LOGIC = "joinLogic";
    static final String UNIT_BUFFERS = "unitBuffers";
    static final String BUFFER = "onChipBuffer";
    static final String POST_OPS = "postOps";

    /** Bytes of an accumulator. */
    static final int ACCUMULATOR_BYTES = 4;

    private final HardwareSpec spec;
    private final CommonParameters common;
    private final Balancing balancing;

    SparTenModel(HardwareSpec spec) {
        this.spec = spec;
        this.common = new CommonParameters(spec);
        this.balancing = Balancing.valueOf(spec.text(BALANCING).toUpperCase(Locale.ROOT));
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public Geometry geometry() {
        return new Geometry(Map.of(
                SparTenWork.CLUSTERS, (long) spec.count(CLUSTERS),
                SparTenWork.UNITS, (long) spec.count(UNITS),
                SparTenWork.CHUNK, (long) spec.count(CHUNK),
                SparTenWork.BALANCING, (long) balancing.ordinal(),
                SparTenWork.FORMAT,
                        (long) Format.valueOf(spec.text(SparTenFactory.FORMAT).toUpperCase(Locale.ROOT))
                                .ordinal(),
                SparTenWork.WINDOW_FETCHES, spec.text(SparTenFactory.INPUTS).equals(SparTenFactory.WINDOWS) ? 1L : 0L,
                SparTenWork.ON_CHIP_BUFFER_BYTES, spec.bytes(ON_CHIP_BUFFER)));
    }

    @Override
    public Set<String> supportedPhases() {
        return Vocabulary.phases(SparTenWork.PHASES);
    }

    @Override
    public Set<String> requiredMetrics() {
        return Vocabulary.metrics(SparTenWork.schema(spec.count(UNITS)));
    }

    @Override
    public long peakMacsPerCycle() {
        return (long) spec.count(CLUSTERS) * spec.count(UNITS);
    }

    @Override
    public double offChipBytesPerCycle() {
        return common.offChipBytesPerCycle();
    }

    @Override
    public double clockHz() {
        return common.clockHz();
    }

    @Override
    public List<Component> components() {
        long units = peakMacsPerCycle();
        double accumulatorBytes = ACCUMULATOR_BYTES * balancing.filtersPerUnit();
        return List.of(
                new Component(MACS, "mac-int8", units, Map.of()),
                new Component(ACCUMULATORS, "register", units, Map.of("bytes", accumulatorBytes)),
                new Component(JOIN_LOGIC, "logic", units * joinOperations(), Map.of()),
                new Component(UNIT_BUFFERS, "sram", units, Map.of("bytes", (double) spec.bytes(UNIT_BUFFER))),
                new Component(BUFFER, "sram", 1, Map.of("bytes", (double) spec.bytes(ON_CHIP_BUFFER))),
                new Component(POST_OPS, "post-op", spec.count(CLUSTERS), Map.of()),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    /**
     * Small logic operations on 8 bits that a pair of chunks takes: the AND of two masks, and over each mask the prefix sum
     * that finds the values, byte by byte. One more per product, the priority encoder, is counted with the products.
     */
    long joinOperations() {
        return 3L * spec.count(CHUNK) / 8;
    }

    long chunkMaskBytes() {
        return spec.count(CHUNK) / 8;
    }

    int clusters() {
        return spec.count(CLUSTERS);
    }

    int units() {
        return spec.count(UNITS);
    }

    int slackChunks() {
        return spec.count(SLACK);
    }

    CommonParameters common() {
        return common;
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new SparTenRun(this, request, schema);
    }
}
