package com.example.weightstationary;

import static com.example.weightstationary.WeightStationary.*;
import static dev.isos.support.layers.LayerWork.*;
import static dev.isos.support.machine.CommonParameters.*;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.*;
import dev.isos.api.plugin.*;
import dev.isos.support.machine.*;
import java.util.*;

/** Contributes the dataflow, a machine for it and the accelerator that they are. */
public final class WeightStationaryPlugin implements IsosPlugin {
    static final HardwareModelFactory HARDWARE = new MachineKind("weight-stationary", "multipliers that hold a weight each",
            after(count(MULTIPLIERS, "4096", "1", "65536", "one MAC per cycle each", "ours: as many as others have"),
                    bytes("inputBuffer", "1 MiB", "1 B", "inputs that fit are read once", "ours"),
                    bytes(ACCUMULATORS, "1 MiB", "4 B", "sums of 32 bits", "ours")), Machine::new);

    private static final class Machine extends SimpleMachine {
        Machine(HardwareSpec spec) {
            super(spec, SCHEMA, Map.of(MULTIPLIERS, (long) spec.count(MULTIPLIERS),
                    INPUT_BYTES, spec.bytes("inputBuffer"), ACCUMULATORS, spec.bytes(ACCUMULATORS) / SUM_BYTES));
        }

        @Override public long peakMacsPerCycle() { return count(MULTIPLIERS); }
        @Override protected long cycles(WorkItem item) {
            return item.counts()[STREAM] + (item.counts()[OPERANDS] + peakMacsPerCycle() - 1) / peakMacsPerCycle();
        }

        @Override public List<Component> components() {
            return List.of(
                    new Component("macs", "mac-int8", peakMacsPerCycle(), Map.of()),
                    new Component("weights", "register", peakMacsPerCycle(), Map.of("bytes", (double) WEIGHT_BYTES)),
                    new Component("inputBuffer", "sram", 1, Map.of("bytes", (double) bytes("inputBuffer"))),
                    new Component(ACCUMULATORS, "sram", 1, Map.of("bytes", (double) bytes(ACCUMULATORS))),
                    new Component("postOps", "post-op", 64, Map.of()), new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
        }

        @Override protected Set<String> timedBy() { return Set.of("stream", "operands"); }
        @Override protected List<Activity> onChipActivities() {
            return List.of(
                    new Activity("macs", "multiply-accumulate", "products"),
                    new Activity("weights", "write", "load-filters.bytes"),
                    new Activity("weights", "read", WEIGHT_BYTES + " * products"),
                    new Activity("inputBuffer", "write", "load-inputs.bytes + load-residual.bytes"),
                    new Activity("inputBuffer", "read", "products + operands + load-residual.bytes"),
                    new Activity(ACCUMULATORS, "write", SUM_BYTES + " * products"),
                    new Activity(ACCUMULATORS, "read", SUM_BYTES + " * products + " + SUM_BYTES + " * postOps"),
                    new Activity("postOps", "operation", "postOps"));
        }
    }

    @Override public String id() { return "weight-stationary"; }
    @Override public ApiVersion builtAgainst() { return new ApiVersion(0, 1); }
    @Override public void contribute(Registrar registrar) {
        registrar.dataflow(new WeightStationary());
        registrar.hardware(HARDWARE);
        registrar.accelerator(new Accelerator(
                id(), "sparse, weight stationary", "weight-stationary-sparse", "weight-stationary", "single"));
    }
}
