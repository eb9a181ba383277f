package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.dataflow.isos.IsOsDataflow;
import dev.isos.core.dataflow.isos.IsOsExpectation;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One configuration of the ISOSceles machine. */
public final class IsoscelesModel implements HardwareModel {
    public static final String MACS = "macs";
    public static final String MERGE_ADDERS = "mergeAdders";
    public static final String MERGE_COMPARATORS = "mergeComparators";
    public static final String POST_OP_UNITS = "postOpUnits";
    public static final String FILTER_BUFFER = "filterBuffer";
    public static final String FILTER_REGISTERS = "filterRegisters";
    public static final String CONTEXT_MEMORY = "contextMemory";
    public static final String DRAM = "dram";

    private final HardwareSpec spec;
    final int lanes;
    final int slotsPerLane;
    final int mergeWidth;
    final int postOpWidth;
    final int accumulatorBytes;
    final long filterBufferBytes;
    final int filterWordBytes;
    final int filterBanks;
    final long filterPortBytesPerCycle;
    final long multicastWindowCycles;
    final int partialColumnSlack;
    final long dramLatencyCycles;
    final int dramBurstBytes;
    final SchedulingPolicy scheduling;

    IsoscelesModel(HardwareSpec spec, SchedulingPolicy scheduling) {
        this.spec = spec;
        this.lanes = spec.count(IsoscelesFactory.LANES);
        this.slotsPerLane = spec.count(IsoscelesFactory.SLOTS_PER_LANE);
        this.mergeWidth = spec.count(IsoscelesFactory.MERGE_WIDTH);
        this.postOpWidth = spec.count(IsoscelesFactory.POST_OP_WIDTH);
        this.accumulatorBytes = spec.count(IsoscelesFactory.ACCUMULATOR_BYTES);
        this.filterBufferBytes = spec.bytes(IsoscelesFactory.FILTER_BUFFER_SIZE);
        this.filterWordBytes = (int) spec.bytes(IsoscelesFactory.FILTER_BUFFER_BANK_WIDTH);
        this.filterBanks = spec.count(IsoscelesFactory.FILTER_BUFFER_BANKS);
        this.filterPortBytesPerCycle = (long) filterBanks * filterWordBytes;
        this.multicastWindowCycles = spec.count(IsoscelesFactory.FILTER_BUFFER_MULTICAST_WINDOW);
        this.partialColumnSlack = spec.count(IsoscelesFactory.PARTIAL_COLUMN_SLACK);
        // a latency that is a whole number of cycles but for rounding stays that number
        this.dramLatencyCycles = (long) Math.ceil(spec.real(IsoscelesFactory.DRAM_LATENCY) * clockHz() - 1e-6);
        this.dramBurstBytes = spec.count(IsoscelesFactory.DRAM_BURST);
        this.scheduling = scheduling;
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public Geometry geometry() {
        return new Geometry(Map.ofEntries(
                Map.entry(IsOsWork.LANES, (long) lanes),
                Map.entry(IsOsWork.LANE_PARTITION, scheduling.partitionsLanes() ? 1L : 0L),
                Map.entry(IsOsWork.SLOTS, (long) slotsPerLane),
                Map.entry(IsOsWork.ACCUMULATOR_QUEUE, (long) spec.count(IsoscelesFactory.ACCUMULATOR_QUEUE)),
                Map.entry(IsOsWork.WEIGHTS_PER_SLOT, (long) spec.count(IsoscelesFactory.WEIGHTS_PER_SLOT)),
                Map.entry(IsOsWork.ACCUMULATOR_BANKS, (long) spec.count(IsoscelesFactory.ACCUMULATOR_BANKS)),
                Map.entry(IsOsWork.ACCUMULATOR_BYTES, (long) accumulatorBytes),
                Map.entry(IsOsWork.PARTIAL_COLUMN_SLACK, (long) spec.count(IsoscelesFactory.PARTIAL_COLUMN_SLACK)),
                Map.entry(IsOsWork.FILTER_BUFFER_BYTES_KEY, filterBufferBytes),
                Map.entry(IsOsWork.CONTEXT_BYTES_PER_LANE, spec.bytes(IsoscelesFactory.CONTEXT_MEMORY)),
                Map.entry(IsOsWork.CONTEXTS, (long) spec.count(IsoscelesFactory.CONTEXTS)),
                Map.entry(
                        IsOsWork.OFF_CHIP_BITMASK,
                        spec.text(IsoscelesFactory.DRAM_BITMASK).equals("on") ? 1L : 0L),
                Map.entry(IsOsWork.FILTER_WORD_BYTES, (long) filterWordBytes)));
    }

    @Override
    public Set<String> supportedPhases() {
        return IsOsWork.PHASES.stream().map(Phase::id).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<String> requiredMetrics() {
        return IsOsWork.SCHEMA.metrics().stream().map(WorkMetric::id).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public long peakMacsPerCycle() {
        return (long) lanes * slotsPerLane * spec.count(IsoscelesFactory.WEIGHTS_PER_SLOT);
    }

    @Override
    public double offChipBytesPerCycle() {
        return spec.real(IsoscelesFactory.DRAM_BANDWIDTH) / clockHz();
    }

    double offChipBytesPerSecond() {
        return spec.real(IsoscelesFactory.DRAM_BANDWIDTH);
    }

    @Override
    public double clockHz() {
        return spec.real(IsoscelesFactory.CLOCK);
    }

    /**
     * Accumulators are no component of their own: they are the banks of the context memory, accessed one by one, so the
     * context memory appears as that many small SRAMs. The filter buffer is accessed as one large SRAM, wires to the lanes
     * included; what a lane gets of it passes registers that hold two cycles' weights (value and coordinate).
     */
    @Override
    public List<Component> components() {
        int banks = spec.count(IsoscelesFactory.ACCUMULATOR_BANKS);
        double filterRegisterBytes = 2.0 * 2 * slotsPerLane * spec.count(IsoscelesFactory.WEIGHTS_PER_SLOT);
        double bankBytes = spec.bytes(IsoscelesFactory.CONTEXT_MEMORY) / (double) banks;
        return List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                new Component(MERGE_ADDERS, "adder-int32", (long) lanes * mergeWidth, Map.of()),
                new Component(MERGE_COMPARATORS, "comparator", (long) lanes * mergeWidth, Map.of()),
                new Component(POST_OP_UNITS, "post-op", (long) lanes * postOpWidth, Map.of()),
                new Component(FILTER_BUFFER, "sram", 1, Map.of("bytes", (double) filterBufferBytes)),
                new Component(FILTER_REGISTERS, "register", lanes, Map.of("bytes", filterRegisterBytes)),
                new Component(CONTEXT_MEMORY, "sram", (long) lanes * banks, Map.of("bytes", bankBytes)),
                new Component(DRAM, "dram", 1, Map.of()));
    }

    @Override
    public Optional<SegmentEstimator> estimator(String dataflow, WorkloadDensities densities) {
        return IsOsDataflow.IDS.contains(dataflow)
                ? Optional.of(new IsoscelesEstimator(this, new IsOsExpectation(densities, geometry())))
                : Optional.empty();
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new IsoscelesRun(this, request, schema);
    }
}
