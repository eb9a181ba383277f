package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.AnalyticalFidelity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SteppedFidelity;
import dev.isos.api.hardware.part.Estimator;
import dev.isos.api.hardware.part.LaneLink;
import dev.isos.api.hardware.part.LaneScheduler;
import dev.isos.api.hardware.part.OffChipMemory;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.core.wavefront.estimate.BackEndCost;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.support.dram.ByteRate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One configuration of the ISOSceles machine. */
public final class IsoscelesModel implements HardwareModel {
    static final String MACS = "macs";
    static final String MERGERS = "mergers";
    static final String POST_OP_UNITS = "postOpUnits";
    static final String FETCHERS = "filterFetchers";
    static final String CROSSBARS = "crossbars";
    static final String FILTER_BUFFER = "filterBuffer";
    static final String CONTEXT_ARRAY = "contextArray";
    static final String QUEUES = "queues";
    static final String DRAM = "dram";
    static final String FORMAT_CONVERTERS = "formatConverters";
    static final String ZERO_DETECTORS = "zeroDetectors";

    /** Channels per byte of a mask. */
    private static final long MASK_BITS = 8;

    /** Bytes of a partial result without coordinates. */
    private static final long VALUE_BYTES = 2;

    /** Elements that a stream reads ahead: one per filter fetcher of a lane, of which the paper (HPCA 2023) states 16. */
    public static final int FILTER_FETCHERS = 16;

    private final HardwareSpec spec;
    private final SteppedFidelity stepped;

    /** Lanes. */
    public final int lanes;

    /** Processing elements of a lane. */
    public final int processingElements;

    /** Weights that a processing element multiplies per cycle. */
    public final int vectorWidth;

    /** Elements that a stream yields per cycle. */
    public final int streamElements;

    private final boolean activationMasks;

    private final boolean partialPlaces;

    private final boolean depthwisePlaces;

    /** Cycles after which the processing elements of a lane are divided anew. */
    public final int schedulingPeriodCycles;

    /** How they are divided. */
    public final LaneScheduler scheduler;

    /** The way between lanes. */
    final LaneLink link;

    final OffChipMemory memory;

    private final Estimator estimator;

    /** Non-zero partial results that a lane merges per cycle. */
    public final int mergers;

    /** Outputs that a lane's post-op units take per cycle. */
    public final int postOpUnits;

    /** Bytes of the filter buffer. */
    public final long filterBufferBytes;

    /** Bytes of a lane's queues. */
    public final long queueBytes;

    /** Bytes of a partial result in the context array. */
    public final long partialBytes;

    /** Columns of partial results beyond those of a window. */
    public final int columnSlack;

    /** Off-chip bandwidth. */
    final ByteRate offChipRate;

    private final BackEnd backEnd;

    /** Cycles from a read's last byte to its arrival. */
    public final long dramLatencyCycles;

    /** Bytes of a turn at the DRAM. */
    public final int dramBurstBytes;

    private final boolean leavesOutPoolings;

    IsoscelesModel(HardwareSpec spec, Function<IsoscelesModel, SteppedFidelity> stepped) {
        this.spec = spec;
        this.lanes = spec.count(IsoscelesFactory.LANES);
        this.processingElements = spec.count(IsoscelesFactory.PROCESSING_ELEMENTS);
        this.vectorWidth = spec.count(IsoscelesFactory.VECTOR_WIDTH);
        this.streamElements = spec.count(IsoscelesFactory.STREAM_ELEMENTS);
        this.activationMasks = spec.text(IsoscelesFactory.ACTIVATION_FORMAT).equals("shorter");
        this.partialPlaces = spec.text(IsoscelesFactory.PARTIAL_FORMAT).equals("places");
        this.depthwisePlaces = spec.text(IsoscelesFactory.PARTIAL_FORMAT).equals("depthwise-places");
        this.schedulingPeriodCycles = spec.count(IsoscelesFactory.SCHEDULING_PERIOD);
        this.scheduler = spec.part(IsoscelesFactory.SCHEDULING, LaneScheduler.class);
        this.link = spec.part(IsoscelesFactory.LINK, LaneLink.class);
        this.memory = spec.part(IsoscelesFactory.DRAM_MODEL, OffChipMemory.class);
        this.estimator = spec.part(IsoscelesFactory.ESTIMATOR, Estimator.class);
        this.mergers = spec.count(IsoscelesFactory.MERGERS);
        this.postOpUnits = spec.count(IsoscelesFactory.POST_OP_UNITS);
        this.backEnd = new BackEnd(mergers, placesPerCycle(), postOpUnits);
        this.filterBufferBytes = spec.bytes(IsoscelesFactory.FILTER_BUFFER);
        this.queueBytes = spec.bytes(IsoscelesFactory.QUEUES);
        this.partialBytes = partialPlaces ? VALUE_BYTES : spec.bytes(IsoscelesFactory.PARTIAL_BYTES);
        this.columnSlack = spec.count(IsoscelesFactory.COLUMN_SLACK);
        this.offChipRate = ByteRate.of(spec.real(IsoscelesFactory.DRAM_BANDWIDTH), clockHz());
        this.dramLatencyCycles = ByteRate.cycles(spec.real(IsoscelesFactory.DRAM_LATENCY), clockHz());
        this.dramBurstBytes = spec.count(IsoscelesFactory.DRAM_BURST);
        this.leavesOutPoolings = spec.text(IsoscelesFactory.POOLINGS).equals("left-out");
        this.stepped = stepped.apply(this);
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public Geometry geometry() {
        Map<String, Long> values = new HashMap<>(Map.of(
                IsOsSchema.LANES,
                (long) lanes,
                IsOsSchema.VECTOR_WIDTH,
                (long) vectorWidth,
                IsOsSchema.FILTER_BUFFER,
                filterBufferBytes,
                IsOsSchema.CONTEXT_ARRAY,
                spec.bytes(IsoscelesFactory.CONTEXT_ARRAY),
                IsOsSchema.QUEUES,
                queueBytes,
                IsOsSchema.PARTIAL_BYTES,
                partialBytes,
                IsOsSchema.CONTEXTS,
                (long) spec.count(IsoscelesFactory.CONTEXTS),
                IsOsSchema.COLUMN_SLACK,
                (long) columnSlack));
        if (activationMasks) {
            values.put(IsOsSchema.ACTIVATION_MASKS, MASK_BITS);
        }
        if (partialPlaces) {
            values.put(IsOsSchema.PARTIAL_PLACES, MASK_BITS);
        }
        if (depthwisePlaces) {
            values.put(IsOsSchema.DEPTHWISE_PARTIAL_BYTES, VALUE_BYTES);
        }
        return new Geometry(values);
    }

    /** Filter fetchers of a lane: one for each element that all its streams may yield in a cycle. */
    private long fetchers() {
        return Math.max(FILTER_FETCHERS, (long) streamElements * spec.count(IsoscelesFactory.CONTEXTS));
    }

    @Override
    public Set<String> supportedPhases() {
        return Set.of("load-weights", "load-input", "frontend", "backend", "store-output");
    }

    @Override
    public Set<String> requiredMetrics() {
        Set<String> metrics = new HashSet<>(Set.of("elements", "vectors", "merges", "outputs", "filterBufferBytes"));
        if (partialPlaces) {
            metrics.add("places");
        }
        return metrics;
    }

    @Override
    public long peakMacsPerCycle() {
        return (long) lanes * processingElements * vectorWidth;
    }

    @Override
    public double offChipBytesPerCycle() {
        return spec.real(IsoscelesFactory.DRAM_BANDWIDTH) / clockHz();
    }

    /** A back end: an item takes as long as the slowest of its mergers, its zero detectors and its post-op units. */
    private record BackEnd(int mergers, int detectors, int postOpUnits) implements BackEndCost {
        @Override
        public int cycles(int merges, int places, int outputs) {
            return Math.max(
                    Math.max(ceilDiv(merges, mergers), ceilDiv(places, detectors)), ceilDiv(outputs, postOpUnits));
        }
    }

    /** Whether back ends read places of partial results, zero or not, instead of those that are not zero. */
    public boolean partialPlaces() {
        return partialPlaces;
    }

    /** Places that a lane's back end reads per cycle. */
    public int placesPerCycle() {
        return spec.count(IsoscelesFactory.ZERO_DETECTORS);
    }

    /** How long a back end is at work. */
    BackEndCost backEnd() {
        return backEnd;
    }

    /** Cycles of a back end on one item. */
    public int backEndCycles(int merges, int places, int outputs) {
        return backEnd.cycles(merges, places, outputs);
    }

    private static int ceilDiv(int a, int b) {
        return (int) (((long) a + b - 1) / b);
    }

    @Override
    public long offChipCycles(long bytes) {
        return offChipRate.wholeCycles(bytes);
    }

    @Override
    public double clockHz() {
        return spec.real(IsoscelesFactory.CLOCK);
    }

    /**
     * Context array and queues are one memory each per lane. The crossbar of a lane has a crosspoint for each byte that a fetcher can
     * give to a processing element in a cycle.
     */
    @Override
    public List<Component> components() {
        List<Component> all = new ArrayList<>(List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                new Component(MERGERS, "merger", (long) lanes * mergers, Map.of()),
                new Component(POST_OP_UNITS, "post-op", (long) lanes * postOpUnits, Map.of()),
                new Component(FETCHERS, "fetcher", lanes * fetchers(), Map.of()),
                new Component(
                        CROSSBARS, "crosspoint", fetchers() * DatapathCounts.weightBytes(peakMacsPerCycle()), Map.of()),
                new Component(
                        FILTER_BUFFER, "sram", 1, Map.of("bytes", (double) filterBufferBytes, "receivers", (double)
                                lanes)),
                new Component(CONTEXT_ARRAY, "sram", lanes, Map.of("bytes", (double)
                        spec.bytes(IsoscelesFactory.CONTEXT_ARRAY))),
                new Component(QUEUES, "sram", lanes, Map.of("bytes", (double) queueBytes)),
                new Component(DRAM, "dram", 1, Map.of())));
        if (activationMasks) {
            // towards the chip and away from it: a bit of a mask and its value for each of 8 channels per cycle and
            // lane
            all.add(new Component(FORMAT_CONVERTERS, "logic", 2 * MASK_BITS * lanes, Map.of()));
        }
        if (partialPlaces) {
            // one for each place that is read per cycle, each of two bytes
            all.add(new Component(ZERO_DETECTORS, "logic", VALUE_BYTES * lanes * placesPerCycle(), Map.of()));
        }
        return List.copyOf(all);
    }

    @Override
    public List<Activity> activities() {
        return DatapathCounts.activities(activationMasks, partialPlaces);
    }

    /** Poolings end a pipeline; the published totals have neither their time nor their bytes. */
    @Override
    public boolean leavesOut(Layer layer) {
        return leavesOutPoolings && layer.op() instanceof Pooling;
    }

    @Override
    public Optional<SteppedFidelity> stepped() {
        return Optional.ofNullable(stepped);
    }

    @Override
    public Optional<AnalyticalFidelity> analytical(String dataflow) {
        return estimator.of(this, dataflow);
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new IsoscelesRun(this, request, schema, new EventLanes(this));
    }
}
