package dev.isos.hw.isosceles;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.hardware.SteppedFidelity;
import dev.isos.api.hardware.part.Estimator;
import dev.isos.api.hardware.part.LaneLink;
import dev.isos.api.hardware.part.LaneScheduler;
import dev.isos.api.hardware.part.OffChipMemory;
import dev.isos.api.unit.Quantity;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.support.dram.ByteRate;
import dev.isos.support.dram.DramServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Builds ISOSceles machines. Defaults tagged [P] are stated in the paper (HPCA 2023, doi 10.1109/HPCA56546.2023.10071080), those
 * tagged [I] are inferred from its figures, all others are ours.
 */
public final class IsoscelesFactory implements HardwareModelFactory {
    static final String LANES = "lanes";
    static final String PROCESSING_ELEMENTS = "processingElements";
    static final String VECTOR_WIDTH = "vectorWidth";
    static final String STREAM_ELEMENTS = "streamElements";
    static final String ACTIVATION_FORMAT = "activationFormat";
    static final String PARTIAL_FORMAT = "partialFormat";
    static final String SCHEDULING = "scheduling";
    static final String SCHEDULING_PERIOD = "schedulingPeriod";
    static final String CONTEXTS = "contexts";
    static final String CONTEXT_ARRAY = "contextArray";
    static final String ZERO_DETECTORS = "zeroDetectors";
    static final String PARTIAL_BYTES = "partialBytes";
    static final String COLUMN_SLACK = "columnSlack";
    static final String QUEUES = "queues";
    static final String MERGERS = "mergers";
    static final String POST_OP_UNITS = "postOpUnits";
    static final String FILTER_BUFFER = "filterBuffer";
    static final String CLOCK = "clock";
    static final String DRAM_BANDWIDTH = "dram.bandwidth";
    static final String DRAM_LATENCY = "dram.latency";
    static final String DRAM_BURST = "dram.burst";
    static final String DRAM_MODEL = "dram.model";
    static final String LINK = "link";
    static final String ESTIMATOR = "estimator";
    static final String POOLINGS = "poolings";
    static final String ENERGY_TABLE = "energyTable";

    private static final List<HardwareParameter> PARAMETERS = List.of(
            count(LANES, "64", "1", "4096", "lanes; each holds a row of every map", "[P] configuration: 64 lanes"),
            count(
                    PROCESSING_ELEMENTS,
                    "8",
                    "1",
                    "1024",
                    "processing elements of a lane; each multiplies one activation by a vector of weights per cycle",
                    "[P] microarchitecture: 8 per lane"),
            count(
                    VECTOR_WIDTH,
                    "8",
                    "1",
                    "64",
                    "weights of one activation's channel that a processing element multiplies per cycle",
                    "[P] microarchitecture: 8 multipliers each, 64 per lane"),
            count(
                    STREAM_ELEMENTS,
                    "1",
                    "1",
                    "16",
                    "elements that the stream of a layer yields per cycle and lane; each needs a filter fetcher",
                    "[P] microarchitecture: one"),
            HardwareParameter.part(
                    SCHEDULING,
                    LaneScheduler.class,
                    Schedulers.PROPORTIONAL,
                    "how a lane's processing elements are divided among the layers of a pipeline: in proportion to what each"
                            + " asked for in the last period, or once for all in proportion to their whole work",
                    "[P] scheduling: proportional, every 100 cycles"),
            count(
                    SCHEDULING_PERIOD,
                    "100",
                    "1",
                    "1000000",
                    "cycles after which the processing elements are divided anew",
                    "[P] scheduling: 100 cycles"),
            count(
                    CONTEXTS,
                    "16",
                    "1",
                    "16",
                    "layers that a pipeline may have; each has a stream of activations and a filter fetcher in every lane",
                    "[P] microarchitecture: 2 to 16 contexts, 16 filter fetchers per lane"),
            HardwareParameter.number(
                    CONTEXT_ARRAY,
                    Quantity.BYTES,
                    "8 KiB",
                    "64 B",
                    "1 GiB",
                    "memory per lane for the partial results of all layers of a pipeline",
                    "[P] configuration: 8 KB per lane"),
            HardwareParameter.number(
                    PARTIAL_BYTES,
                    Quantity.BYTES,
                    "4 B",
                    "1 B",
                    "16 B",
                    "bytes of one non-zero partial result in the context array, coordinates included",
                    "[P] 16-bit accumulators, CSF; [I] with 16 bits of coordinates pipelines end where the paper's do"),
            HardwareParameter.text(
                    PARTIAL_FORMAT,
                    "depthwise-places",
                    List.of("depthwise-places", "coordinates", "places"),
                    "how partial results lie in the context array: those that can be non-zero with their coordinates"
                            + " (partialBytes each), or 2 bytes at a fixed place for each that a weight can reach, and a mask;"
                            + " depthwise-places: with coordinates, but those of depthwise layers, whose channel is the"
                            + " activation's, at places and without a mask",
                    "[P] CSF, 16-bit accumulators; [I] depthwise-places: so MobileNetV1's pipelines end where its bytes say;"
                            + " places: ours, see docs/isosceles-next.md"),
            count(
                    ZERO_DETECTORS,
                    "32",
                    "1",
                    "4096",
                    "places of partial results, zero or not, that a lane's back end reads per cycle if partialFormat is places",
                    "ours: 64 bytes, those of 16 non-zero partial results with coordinates"),
            count(
                    COLUMN_SLACK,
                    "1",
                    "0",
                    "64",
                    "columns of partial results beyond those of a window",
                    "ours: front end and back end work on different columns at the same time"),
            HardwareParameter.number(
                    QUEUES,
                    Quantity.BYTES,
                    "8 KiB",
                    "64 B",
                    "1 GiB",
                    "memory per lane for the queues between layers, skip connections included",
                    "[P] configuration: 8 KB per lane"),
            count(
                    MERGERS,
                    "16",
                    "1",
                    "4096",
                    "non-zero partial results that a lane merges per cycle",
                    "[P] microarchitecture: 16 radix-256 mergers per lane, one element per cycle each"),
            count(
                    POST_OP_UNITS,
                    "16",
                    "1",
                    "4096",
                    "outputs that a lane's post-op units take per cycle",
                    "[P] microarchitecture: 16 per lane"),
            HardwareParameter.number(
                    FILTER_BUFFER,
                    Quantity.BYTES,
                    "1 MiB",
                    "1 KiB",
                    "1 GiB",
                    "shared buffer for the compressed filters of all layers of a pipeline; it serves all multipliers in every"
                            + " cycle",
                    "[P] configuration: 1 MB, up to 4096 elements per cycle"),
            HardwareParameter.number(
                    CLOCK, Quantity.HERTZ, "1 GHz", "1 MHz", "10 GHz", "clock", "[P] configuration: 1 GHz"),
            HardwareParameter.number(
                    DRAM_BANDWIDTH,
                    Quantity.BYTES_PER_SECOND,
                    "128 GB/s",
                    "1 MB/s",
                    "100000 GB/s",
                    "off-chip bandwidth",
                    "[P] configuration: HBM, 128 GB/s"),
            HardwareParameter.number(
                    DRAM_LATENCY,
                    Quantity.SECONDS,
                    "100 ns",
                    "0 ns",
                    "1 ms",
                    "time from the transfer of a read to its arrival",
                    "ours: 100 cycles, the same for every accelerator"),
            HardwareParameter.number(
                    DRAM_BURST,
                    Quantity.BYTES,
                    "4 KiB",
                    "1 B",
                    "1 MiB",
                    "bytes after which the next kind of requests (weights, inputs, outputs) gets its turn",
                    "ours: 32 cycles, so that nothing blocks the interface for long"),
            HardwareParameter.text(
                    ACTIVATION_FORMAT,
                    "coordinates",
                    List.of("coordinates", "shorter"),
                    "how fibers of activations lie off chip: with coordinates, or as a mask and the values where that is shorter",
                    "[P] CSF; shorter: ours, see docs/isosceles-next.md"),
            HardwareParameter.part(
                    DRAM_MODEL,
                    OffChipMemory.class,
                    "constant-rate",
                    "how off-chip memory serves requests",
                    "[P] configuration: HBM, 128 GB/s; ours: at that rate without pause, whatever the addresses"),
            HardwareParameter.part(
                    LINK,
                    LaneLink.class,
                    "none",
                    "how partial results and activations get from one lane to another",
                    "[P] microarchitecture: one chip; ours: in no time"),
            HardwareParameter.part(
                    ESTIMATOR,
                    Estimator.class,
                    "expected-counts",
                    "how cycles are estimated, by --fidelity analytical and for mappings",
                    "ours: see docs/mapping.md"),
            HardwareParameter.text(
                    POOLINGS,
                    "left-out",
                    List.of("left-out", "counted"),
                    "whether totals count the time and bytes of poolings, which run by themselves",
                    "[I] left out: the groups of layers of the paper's figures add up to its totals without them"),
            HardwareParameter.text(
                    ENERGY_TABLE,
                    "horowitz-45nm-hbm",
                    List.of(),
                    "id of the energy model",
                    "ours: 128 GB/s is the bandwidth of an HBM stack"));

    private final String id;
    private final String description;
    private final List<HardwareParameter> parameters;
    private final Function<IsoscelesModel, SteppedFidelity> stepped;

    /** @param stepped makes the cycle-stepped model of a machine */
    public IsoscelesFactory(Function<IsoscelesModel, SteppedFidelity> stepped) {
        this(
                "isosceles",
                "ISOSceles (HPCA 2023): lanes with an IS front end and an OS back end, shared by the layers of a pipeline",
                PARAMETERS,
                stepped);
    }

    private IsoscelesFactory(
            String id,
            String description,
            List<HardwareParameter> parameters,
            Function<IsoscelesModel, SteppedFidelity> stepped) {
        this.id = id;
        this.description = description;
        this.parameters = parameters;
        this.stepped = stepped;
    }

    /** The same machine with the defaults of {@link IsoscelesNext}. */
    public static IsoscelesFactory next(Function<IsoscelesModel, SteppedFidelity> stepped) {
        return new IsoscelesFactory(
                IsoscelesNext.ID, IsoscelesNext.DESCRIPTION, IsoscelesNext.changed(PARAMETERS), stepped);
    }

    private static HardwareParameter count(
            String key, String value, String min, String max, String description, String source) {
        return HardwareParameter.number(key, Quantity.COUNT, value, min, max, description, source);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<HardwareParameter> parameters() {
        return parameters;
    }

    /** What the parameters that name a part can be without plug-ins. */
    @Override
    public List<MachinePart<?>> parts() {
        List<MachinePart<?>> parts = new ArrayList<>(Schedulers.parts());
        parts.add(new MachinePart<>(
                OffChipMemory.class,
                "constant-rate",
                "requests one after another at the bandwidth, reads arrive after the latency",
                IsoscelesFactory::constantRate));
        parts.add(new MachinePart<>(LaneLink.class, "none", "no way at all: one chip", spec -> NoLink.INSTANCE));
        parts.add(new MachinePart<>(
                Estimator.class,
                "expected-counts",
                "expected counts of work, played as pipelines of waves",
                spec -> (machine, dataflow) -> dataflow.equals(IsOsDataflow.ID)
                        ? Optional.of(densities -> new IsoscelesEstimator((IsoscelesModel) machine, densities))
                        : Optional.empty()));
        return List.copyOf(parts);
    }

    private static OffChipMemory constantRate(HardwareSpec spec) {
        double clockHz = spec.real(CLOCK);
        ByteRate rate = ByteRate.of(spec.real(DRAM_BANDWIDTH), clockHz);
        long latencyCycles = ByteRate.cycles(spec.real(DRAM_LATENCY), clockHz);
        return () -> new DramServer(rate, latencyCycles);
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return new IsoscelesModel(spec, stepped);
    }
}
