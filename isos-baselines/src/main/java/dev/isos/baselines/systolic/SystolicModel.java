package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.MachineModel;
import dev.isos.support.machine.OffChipPort;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A systolic array of any size. See {@link SystolicRun} for its timing. */
final class SystolicModel extends MachineModel {
    static final String MACS = "macs";
    static final String REGISTERS = "registers";
    static final String INPUT_BUFFER = "inputBuffer";
    static final String FILTER_BUFFER = "filterBuffer";
    static final String OUTPUT_BUFFER = "outputBuffer";
    static final String VECTOR_UNIT = "vectorUnit";
    static final String POST_OPS = "postOps";

    /** Bytes of registers of a processing element: input, weight and 32-bit sum. */
    static final int REGISTER_BYTES = 6;

    private final ArrayTiming timing;

    SystolicModel(HardwareSpec spec) {
        super(
                spec,
                SystolicWork.SCHEMA,
                Map.of(
                        SystolicWork.ROWS, (long) spec.count(SystolicFactory.ROWS),
                        SystolicWork.COLUMNS, (long) spec.count(SystolicFactory.COLUMNS),
                        SystolicWork.INPUT_BUFFER_BYTES, spec.bytes(SystolicFactory.INPUT_BUFFER),
                        SystolicWork.FILTER_BUFFER_BYTES, spec.bytes(SystolicFactory.FILTER_BUFFER),
                        SystolicWork.OUTPUT_BUFFER_BYTES, spec.bytes(SystolicFactory.OUTPUT_BUFFER)));
        this.timing = new ArrayTiming(count(SystolicFactory.ROWS), count(SystolicFactory.COLUMNS));
    }

    @Override
    public long peakMacsPerCycle() {
        return (long) timing.rows() * timing.columns();
    }

    ArrayTiming timing() {
        return timing;
    }

    int vectorWidth() {
        return count(SystolicFactory.VECTOR_WIDTH);
    }

    @Override
    public List<Component> components() {
        return List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                new Component(REGISTERS, "register", peakMacsPerCycle(), Map.of("bytes", (double) REGISTER_BYTES)),
                sram(INPUT_BUFFER, SystolicFactory.INPUT_BUFFER),
                sram(FILTER_BUFFER, SystolicFactory.FILTER_BUFFER),
                sram(OUTPUT_BUFFER, SystolicFactory.OUTPUT_BUFFER),
                new Component(VECTOR_UNIT, "adder-int32", vectorWidth(), Map.of()),
                new Component(POST_OPS, "post-op", timing.columns(), Map.of()),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    @Override
    protected Set<String> timedBy() {
        return Set.of("preloadedRows", "streamed");
    }

    @Override
    protected List<Activity> onChipActivities() {
        String sum = SystolicWork.SUM_BYTES + " * ";
        return List.of(
                new Activity(MACS, "multiply-accumulate", "products"),
                // a processing element reads its operands and its sum and passes them on
                new Activity(REGISTERS, "read", REGISTER_BYTES + " * products"),
                new Activity(REGISTERS, "write", REGISTER_BYTES + " * products"),
                new Activity(INPUT_BUFFER, "write", "load-inputs.bytes"),
                new Activity(INPUT_BUFFER, "read", "inputBytes"),
                new Activity(FILTER_BUFFER, "write", "load-filters.bytes"),
                new Activity(FILTER_BUFFER, "read", "filterBytes"),
                new Activity(
                        OUTPUT_BUFFER,
                        "write",
                        sum + "sumsWritten + load-residual.bytes + load-partials.bytes + postOps"),
                new Activity(
                        OUTPUT_BUFFER,
                        "read",
                        sum + "sumsRead + " + sum + "postOps + load-residual.bytes + store-partials.bytes + postOps"),
                new Activity(VECTOR_UNIT, "add", "operands"),
                new Activity(POST_OPS, "operation", "postOps"));
    }

    private Component sram(String name, String key) {
        return new Component(name, "sram", 1, Map.of("bytes", (double) bytes(key)));
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new SystolicRun(this, request);
    }
}
