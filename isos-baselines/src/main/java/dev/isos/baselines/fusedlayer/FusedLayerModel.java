package dev.isos.baselines.fusedlayer;

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

/**
 * One array of {@code unrollOutputs x unrollInputs} multiply-accumulators, a vector unit for poolings and additions, one
 * on-chip buffer and one DRAM interface, all time-multiplexed over the layers of a group. See {@link FusedLayerRun}.
 */
public final class FusedLayerModel extends MachineModel {
    static final String MACS = "macs";
    static final String WEIGHT_REGISTERS = "weightRegisters";
    static final String VECTOR_UNIT = "vectorUnit";
    static final String POST_OPS = "postOps";
    static final String BUFFER = "onChipBuffer";
    static final String ACCUMULATORS = "accumulators";

    /** Bytes of a partial sum. */
    private static final int SUM_BYTES = 4;

    FusedLayerModel(HardwareSpec spec) {
        super(
                spec,
                FusedLayerWork.SCHEMA,
                Map.ofEntries(
                        Map.entry(FusedLayerWork.UNROLL_OUTPUTS, (long) spec.count(FusedLayerWork.UNROLL_OUTPUTS)),
                        Map.entry(FusedLayerWork.UNROLL_INPUTS, (long) spec.count(FusedLayerWork.UNROLL_INPUTS)),
                        Map.entry(FusedLayerWork.VECTOR_WIDTH, (long) spec.count(FusedLayerWork.VECTOR_WIDTH)),
                        Map.entry(FusedLayerWork.ACCUMULATOR_PIXELS, (long)
                                spec.count(FusedLayerWork.ACCUMULATOR_PIXELS)),
                        Map.entry(FusedLayerWork.ON_CHIP_BUFFER_BYTES, spec.bytes(FusedLayerFactory.ON_CHIP_BUFFER)),
                        Map.entry(FusedLayerWork.FILTER_BUFFER_BYTES, spec.bytes(FusedLayerFactory.FILTER_BUFFER)),
                        Map.entry(FusedLayerWork.ELEMENT_BYTES, (long) spec.count(FusedLayerWork.ELEMENT_BYTES)),
                        Map.entry(
                                FusedLayerWork.RECOMPUTE,
                                spec.text(FusedLayerFactory.VARIANT).equals(FusedLayerFactory.RECOMPUTE) ? 1L : 0L),
                        Map.entry(FusedLayerWork.UNROLLING, (long)
                                CommonParameters.choice(spec, FusedLayerFactory.UNROLLING, Unrolling.class)
                                        .ordinal()),
                        Map.entry(FusedLayerWork.MINIMUM_TILES, (long) spec.count(FusedLayerWork.MINIMUM_TILES)),
                        Map.entry(
                                FusedLayerWork.ONE_HEIGHT,
                                spec.text(FusedLayerFactory.GROUPS).equals(FusedLayerFactory.ONE_HEIGHT) ? 1L : 0L)));
    }

    long onChipBytes() {
        return bytes(FusedLayerFactory.ON_CHIP_BUFFER);
    }

    /** Bytes that an element takes off chip; on chip it is one. */
    int elementBytes() {
        return count(FusedLayerWork.ELEMENT_BYTES);
    }

    int pipelineDepth() {
        return count(FusedLayerFactory.PIPELINE_DEPTH);
    }

    @Override
    public long peakMacsPerCycle() {
        return (long) count(FusedLayerWork.UNROLL_OUTPUTS) * count(FusedLayerWork.UNROLL_INPUTS);
    }

    @Override
    public List<Component> components() {
        long lanes = count(FusedLayerWork.UNROLL_OUTPUTS);
        double laneBytes = SUM_BYTES * (double) count(FusedLayerWork.ACCUMULATOR_PIXELS);
        return List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                new Component(WEIGHT_REGISTERS, "register", peakMacsPerCycle(), Map.of("bytes", 1.0)),
                new Component(VECTOR_UNIT, "adder-int32", count(FusedLayerWork.VECTOR_WIDTH), Map.of()),
                new Component(POST_OPS, "post-op", lanes, Map.of()),
                new Component(
                        BUFFER,
                        "sram",
                        1,
                        Map.of(
                                "bytes", onChipBytes() - lanes * laneBytes,
                                "banks", (double) count(FusedLayerFactory.BUFFER_BANKS),
                                "receivers", (double) peakMacsPerCycle())),
                new Component(
                        ACCUMULATORS, "sram", lanes, Map.of("bytes", laneBytes, "accessBytes", (double) SUM_BYTES)),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    @Override
    protected Set<String> timedBy() {
        return Set.of("steps");
    }

    @Override
    protected List<Activity> onChipActivities() {
        // elements, not bytes, of what comes from off chip and goes there
        String element = 1.0 / elementBytes() + " * ";
        return List.of(
                new Activity(MACS, "multiply-accumulate", "products"),
                // a multiplier keeps its weight while pixels pass
                new Activity(WEIGHT_REGISTERS, "read", "products"),
                new Activity(WEIGHT_REGISTERS, "write", "weightReads"),
                new Activity(VECTOR_UNIT, "add", FusedLayerRun.VECTOR_OPERANDS),
                new Activity(POST_OPS, "operation", "outputs"),
                new Activity(BUFFER, "read", "weightReads + inputReads + " + element + Activity.WRITTEN),
                // an input goes to a multiplier of each output that is made from it
                new Activity(BUFFER, "deliver", "products"),
                new Activity(BUFFER, "write", "outputs + " + element + Activity.READ),
                new Activity(ACCUMULATORS, "read", SUM_BYTES + " * accumulations"),
                new Activity(ACCUMULATORS, "write", SUM_BYTES + " * accumulations"));
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new FusedLayerRun(this, request);
    }
}
