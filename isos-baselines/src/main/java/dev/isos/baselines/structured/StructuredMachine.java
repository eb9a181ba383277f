package dev.isos.baselines.structured;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.support.layers.LayerWork;
import dev.isos.support.machine.CommonParameters;
import dev.isos.support.machine.MachineKind;
import dev.isos.support.machine.OffChipPort;
import dev.isos.support.machine.SimpleMachine;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An array of sums, each with two multipliers that choose among four inputs. */
public final class StructuredMachine extends SimpleMachine {
    private static final String INPUT_BUFFER = "inputBuffer";
    private static final String FILTER_BUFFER = "filterBuffer";
    private static final String VECTOR_WIDTH = "vectorWidth";
    private static final String MACS_OF_ALL =
            "ours: 64 x 32 sums of 2 products are 4096 MACs as in all that are compared";
    private static final String THIRD = "ours: as much as the systolic arrays have";
    private static final int SUM_BYTES = 4;

    public static final HardwareModelFactory KIND = new MachineKind(
            "structured",
            "array of sums with two multipliers each, for 2:4 structured sparsity",
            CommonParameters.after(
                    CommonParameters.count(
                            StructuredDataflow.FILTERS,
                            "64",
                            "1",
                            "4096",
                            "filters that work in lockstep",
                            MACS_OF_ALL),
                    CommonParameters.count(
                            StructuredDataflow.POSITIONS, "32", "1", "4096", "output positions of a fold", MACS_OF_ALL),
                    CommonParameters.bytes(INPUT_BUFFER, "1 MiB", "1 B", "inputs that fit are read once", THIRD),
                    CommonParameters.bytes(FILTER_BUFFER, "1 MiB", "1 B", "two blocks of filters", THIRD),
                    CommonParameters.count(
                            VECTOR_WIDTH, "64", "1", "65536", "operands per cycle of layers without filters", "ours")),
            StructuredMachine::new);

    private StructuredMachine(HardwareSpec spec) {
        super(
                spec,
                StructuredDataflow.SCHEMA,
                Map.of(
                        StructuredDataflow.FILTERS,
                        (long) spec.count(StructuredDataflow.FILTERS),
                        StructuredDataflow.POSITIONS,
                        (long) spec.count(StructuredDataflow.POSITIONS),
                        StructuredDataflow.INPUT_BYTES,
                        spec.bytes(INPUT_BUFFER),
                        StructuredDataflow.FILTER_BYTES,
                        spec.bytes(FILTER_BUFFER)));
    }

    private long sums() {
        return (long) count(StructuredDataflow.FILTERS) * count(StructuredDataflow.POSITIONS);
    }

    @Override
    public long peakMacsPerCycle() {
        return 2 * sums();
    }

    @Override
    protected long cycles(WorkItem item) {
        long operands = item.counts()[LayerWork.OPERANDS];
        return item.counts()[StructuredDataflow.STEPS] + (operands + count(VECTOR_WIDTH) - 1) / count(VECTOR_WIDTH);
    }

    @Override
    public List<Component> components() {
        return List.of(
                new Component("macs", "mac-int8", peakMacsPerCycle(), Map.of()),
                new Component("selectors", "crosspoint", 4 * peakMacsPerCycle(), Map.of()),
                new Component("sums", "register", sums(), Map.of("bytes", (double) SUM_BYTES)),
                sram(FILTER_BUFFER),
                sram(INPUT_BUFFER),
                new Component("vectorUnit", "adder-int32", count(VECTOR_WIDTH), Map.of()),
                new Component("postOps", "post-op", count(StructuredDataflow.FILTERS), Map.of()),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    private Component sram(String name) {
        return new Component(
                name, "sram", 1, Map.of("bytes", (double) bytes(name), "receivers", (double) peakMacsPerCycle()));
    }

    @Override
    protected Set<String> timedBy() {
        return Set.of("steps", "operands");
    }

    @Override
    protected List<Activity> onChipActivities() {
        return List.of(
                new Activity("macs", "multiply-accumulate", "products"),
                new Activity("selectors", "transfer", "products"),
                new Activity("sums", "read", SUM_BYTES + " * updates + " + SUM_BYTES + " * postOps"),
                new Activity("sums", "write", SUM_BYTES + " * updates"),
                new Activity(FILTER_BUFFER, "write", "load-filters.bytes"),
                new Activity(FILTER_BUFFER, "read", "filterReads"),
                new Activity(FILTER_BUFFER, "deliver", "products"),
                new Activity(INPUT_BUFFER, "write", "load-inputs.bytes + load-residual.bytes"),
                new Activity(INPUT_BUFFER, "read", "inputReads + operands + load-residual.bytes"),
                new Activity(INPUT_BUFFER, "deliver", "products"),
                new Activity("vectorUnit", "add", "operands"),
                new Activity("postOps", "operation", "postOps"));
    }
}
