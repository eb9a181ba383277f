package dev.isos.hw.stepped;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.ExecutingHardware;
import dev.isos.api.hardware.ExecutingRun;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.workload.Workload;
import dev.isos.hw.isosceles.IsoscelesFactory;
import dev.isos.hw.isosceles.SchedulingPolicy;
import java.util.List;
import java.util.Set;

/** One configuration of the cycle-stepped machine: to dataflow and energy model it is the event-driven one. */
final class SteppedModel implements ExecutingHardware {
    private final HardwareSpec spec;

    /** The same machine, event-driven: declares geometry and components. */
    private final HardwareModel twin;

    final int lanes;
    final int slots;
    final int weightsPerSlot;
    final int accumulatorBanks;
    final int accumulatorBytes;
    final int bankQueue;
    final int mergeWidth;
    final int postOpWidth;
    final int partialColumnSlack;
    final long filterBufferBytes;
    final int filterBanks;
    final long filterWordBytes;
    final long multicastWindow;
    final SchedulingPolicy scheduling;
    final double dramBytesPerSecond;
    final long dramLatencyCycles;
    final int dramBurstBytes;

    SteppedModel(HardwareSpec spec, HardwareModel twin, SchedulingPolicy policy) {
        this.spec = spec;
        this.twin = twin;
        lanes = spec.count(IsoscelesFactory.LANES);
        slots = spec.count(IsoscelesFactory.SLOTS_PER_LANE);
        weightsPerSlot = spec.count(IsoscelesFactory.WEIGHTS_PER_SLOT);
        accumulatorBanks = spec.count(IsoscelesFactory.ACCUMULATOR_BANKS);
        accumulatorBytes = spec.count(IsoscelesFactory.ACCUMULATOR_BYTES);
        bankQueue = spec.count(IsoscelesFactory.ACCUMULATOR_QUEUE);
        mergeWidth = spec.count(IsoscelesFactory.MERGE_WIDTH);
        postOpWidth = spec.count(IsoscelesFactory.POST_OP_WIDTH);
        partialColumnSlack = spec.count(IsoscelesFactory.PARTIAL_COLUMN_SLACK);
        filterBufferBytes = spec.bytes(IsoscelesFactory.FILTER_BUFFER_SIZE);
        filterBanks = spec.count(IsoscelesFactory.FILTER_BUFFER_BANKS);
        filterWordBytes = spec.bytes(IsoscelesFactory.FILTER_BUFFER_BANK_WIDTH);
        multicastWindow = spec.count(IsoscelesFactory.FILTER_BUFFER_MULTICAST_WINDOW);
        scheduling = policy;
        dramBytesPerSecond = spec.real(IsoscelesFactory.DRAM_BANDWIDTH);
        dramLatencyCycles = (long) Math.ceil(spec.real(IsoscelesFactory.DRAM_LATENCY) * clockHz() - 1e-6);
        dramBurstBytes = spec.count(IsoscelesFactory.DRAM_BURST);
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public Geometry geometry() {
        return twin.geometry();
    }

    @Override
    public Set<String> supportedPhases() {
        return twin.supportedPhases();
    }

    @Override
    public Set<String> requiredMetrics() {
        return twin.requiredMetrics();
    }

    @Override
    public long peakMacsPerCycle() {
        return twin.peakMacsPerCycle();
    }

    @Override
    public double offChipBytesPerCycle() {
        return twin.offChipBytesPerCycle();
    }

    @Override
    public double clockHz() {
        return spec.real(IsoscelesFactory.CLOCK);
    }

    @Override
    public List<Component> components() {
        return twin.components();
    }

    @Override
    public ExecutingRun begin(RunRequest request, WorkSchema schema, Workload operands) {
        return new SteppedRun(this, request, schema, operands);
    }
}
