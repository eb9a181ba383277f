package dev.isos.api.law;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A machine of which only rates and components are asked for; it moves 2 bytes per cycle.
 *
 * @param peakMacsPerCycle products per cycle
 * @param activities one of each component, unless given
 */
record HandMachine(long peakMacsPerCycle, List<Component> components, List<Activity> activities)
        implements HardwareModel {
    HandMachine(long peakMacsPerCycle, Component... components) {
        this(
                peakMacsPerCycle,
                List.of(components),
                Stream.of(components)
                        .map(c -> new Activity(c.name(), "act", "products"))
                        .toList());
    }

    @Override
    public double offChipBytesPerCycle() {
        return 2;
    }

    @Override
    public HardwareSpec spec() {
        return new HardwareSpec("by-hand", "by-hand", Map.of(), Map.of());
    }

    @Override
    public Geometry geometry() {
        return new Geometry(Map.of());
    }

    @Override
    public Set<String> supportedPhases() {
        return Set.of();
    }

    @Override
    public Set<String> requiredMetrics() {
        return Set.of();
    }

    @Override
    public double clockHz() {
        return 1e9;
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        throw new UnsupportedOperationException("nothing runs");
    }
}
