package dev.isos.hw.isosceles;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds ISOSceles machines. The paper's own configuration is not public in full: defaults marked "ours" are assumptions,
 * chosen for 4096 MACs, 1 GHz and 128 GB/s, the resources that all accelerators of this project share.
 */
public final class IsoscelesFactory implements HardwareModelFactory {
    public static final String LANES = "lanes";
    public static final String SLOTS_PER_LANE = "slotsPerLane";
    public static final String WEIGHTS_PER_SLOT = "weightsPerSlot";
    public static final String ACCUMULATOR_BANKS = "accumulatorBanks";
    public static final String ACCUMULATOR_BYTES = "accumulatorBytes";
    public static final String ACCUMULATOR_QUEUE = "accumulatorQueue";
    public static final String CLOCK = "clock";
    public static final String FILTER_BUFFER_SIZE = "filterBuffer";
    public static final String FILTER_BUFFER_BANKS = "filterBanks";
    public static final String FILTER_BUFFER_BANK_WIDTH = "filterBankWidth";
    public static final String FILTER_BUFFER_MULTICAST_WINDOW = "multicastWindow";
    public static final String CONTEXT_MEMORY = "contextMemory";
    public static final String CONTEXTS = "contexts";
    public static final String PARTIAL_COLUMN_SLACK = "partialColumnSlack";
    public static final String MERGE_WIDTH = "mergeWidth";
    public static final String POST_OP_WIDTH = "postOpWidth";
    public static final String SCHEDULING = "scheduling";
    public static final String DRAM_BANDWIDTH = "dram.bandwidth";
    public static final String DRAM_LATENCY = "dram.latency";
    public static final String DRAM_BURST = "dram.burst";
    public static final String DRAM_BITMASK = "dram.bitmask";
    public static final String ENERGY_TABLE = "energyTable";

    private final String id;
    private final List<SchedulingPolicy> policies;
    private final List<HardwareParameter> parameters;

    /** The machine {@code isosceles} with the built-in scheduling policies. */
    public IsoscelesFactory() {
        this("isosceles", List.of());
    }

    /**
     * The machine with further scheduling policies, for a plug-in to contribute under an id of its own.
     *
     * @param id of the hardware model
     * @param more policies beside those of {@link Scheduling}; their ids become values of the parameter {@code scheduling}
     */
    public IsoscelesFactory(String id, List<SchedulingPolicy> more) {
        this.id = id;
        this.policies =
                Stream.concat(Arrays.stream(Scheduling.values()), more.stream()).toList();
        List<String> ids = policies.stream().map(SchedulingPolicy::id).toList();
        if (ids.stream().distinct().count() < ids.size()) {
            throw new IllegalArgumentException("two scheduling policies of the same id among " + ids);
        }
        this.parameters = parameters(ids);
    }

    /** The scheduling policy that a specification names. */
    public SchedulingPolicy scheduling(HardwareSpec spec) {
        String wanted = spec.text(SCHEDULING);
        return policies.stream()
                .filter(p -> p.id().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scheduling '" + wanted + "'"));
    }

    private static List<HardwareParameter> parameters(List<String> policies) {
        return List.of(
                count(
                        LANES,
                        "64",
                        "1",
                        "4096",
                        "lanes; row h of a layer is bound to a lane by its place",
                        "ours: 4096 MACs in all, as in SparTen and Fused-Layer"),
                count(
                        SLOTS_PER_LANE,
                        "16",
                        "1",
                        "1024",
                        "dispatch slots per lane; each takes one chunk of weights per cycle",
                        "ours: 64 MACs per lane"),
                count(
                        WEIGHTS_PER_SLOT,
                        "4",
                        "1",
                        "64",
                        "weights of one activation that a slot multiplies per cycle",
                        "ours: three input channels can still fill a lane"),
                count(
                        ACCUMULATOR_BANKS,
                        "128",
                        "1",
                        "65536",
                        "banks of partial results per lane, interleaved; one accumulation per bank and cycle",
                        "ours: twice the MACs of a lane, so that conflicts are rare"),
                HardwareParameter.number(
                        ACCUMULATOR_BYTES,
                        Quantity.BYTES,
                        "4 B",
                        "1 B",
                        "8 B",
                        "bytes of one partial result",
                        "ours: 32-bit accumulation"),
                count(
                        ACCUMULATOR_QUEUE,
                        "16",
                        "1",
                        "4096",
                        "products that wait in front of an accumulator bank before the slots that bring more of them stall",
                        "ours: deep enough that conflicts of a few cycles' products even out"),
                HardwareParameter.number(
                        CLOCK, Quantity.HERTZ, "1 GHz", "1 MHz", "10 GHz", "clock", "ours: a round number"),
                HardwareParameter.number(
                        FILTER_BUFFER_SIZE,
                        Quantity.BYTES,
                        "1 MiB",
                        "1 KiB",
                        "1 GiB",
                        "shared buffer for the compressed filters of all layers of a segment",
                        "ours: as much as SparTen's buffers in all, rounded"),
                count(
                        FILTER_BUFFER_BANKS,
                        "64",
                        "1",
                        "4096",
                        "banks of the filter buffer, each read once per cycle",
                        "ours: one per lane"),
                HardwareParameter.number(
                        FILTER_BUFFER_BANK_WIDTH,
                        Quantity.BYTES,
                        "64 B",
                        "1 B",
                        "1 KiB",
                        "bytes that a bank of the filter buffer gives per cycle",
                        "ours: the knee of ResNet-50 with a fifth of its weights and of GoogLeNet: at 32 B the filter port is"
                                + " what limits them, 128 B gains less than 4 %; 64 banks x 64 B feed 2048 weights per cycle, half"
                                + " the MACs, multicast does the rest"),
                count(
                        FILTER_BUFFER_MULTICAST_WINDOW,
                        "256",
                        "0",
                        "1000000",
                        "cycles after a wavefront's first request within which lanes still join it",
                        "ours: longer than most tasks, so that lanes which end theirs at different times still meet; what keeps"
                                + " the fibers that long is not counted as area"),
                HardwareParameter.number(
                        CONTEXT_MEMORY,
                        Quantity.BYTES,
                        "32 KiB",
                        "256 B",
                        "1 GiB",
                        "memory per lane for partial results and wavefront queues of all layers of a segment",
                        "ours: bounds the depth of a pipeline"),
                count(
                        CONTEXTS,
                        "16",
                        "1",
                        "4096",
                        "layers that can be time-multiplexed at once",
                        "ours: the paper says that layers are time-multiplexed, not how many"),
                count(
                        PARTIAL_COLUMN_SLACK,
                        "1",
                        "0",
                        "64",
                        "columns of partial results kept beyond those that a window needs",
                        "ours: front end and back end work on different columns at the same time"),
                count(
                        MERGE_WIDTH,
                        "16",
                        "1",
                        "4096",
                        "partial results that the back end of a lane merges per cycle",
                        "ours: one per slot"),
                count(
                        POST_OP_WIDTH,
                        "16",
                        "1",
                        "4096",
                        "outputs that the post-op unit of a lane handles per cycle",
                        "ours: as the merge width"),
                HardwareParameter.text(
                        SCHEDULING,
                        Scheduling.OLDEST_WAVEFRONT.id(),
                        policies,
                        "which of its ready tasks a unit starts next",
                        "ours: the paper schedules dynamically; with deepest first, lanes do a layer in bursts and wait for one another"),
                HardwareParameter.number(
                        DRAM_BANDWIDTH,
                        Quantity.BYTES_PER_SECOND,
                        "128 GB/s",
                        "1 MB/s",
                        "100000 GB/s",
                        "off-chip bandwidth",
                        "ours: 128 bytes per cycle, the same for every accelerator"),
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
                        DRAM_BITMASK,
                        "on",
                        List.of("on", "off"),
                        "whether a tensor may travel as bitmask and values when that is its smallest form",
                        "ours: the form in which SparTen's tensors travel is open to all"),
                HardwareParameter.text(
                        ENERGY_TABLE,
                        "horowitz-45nm-hbm",
                        List.of(),
                        "id of the energy model",
                        "ours: 128 GB/s is the bandwidth of an HBM stack"));
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
        return "ISOSceles (HPCA 2023): lanes with IS front end and OS back end, time-multiplexed over pipelined layers";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return parameters;
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        long contextBytes = spec.bytes(CONTEXT_MEMORY);
        long rowOfBanks = spec.count(ACCUMULATOR_BANKS) * spec.bytes(ACCUMULATOR_BYTES);
        if (contextBytes < rowOfBanks) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT,
                    "hardware " + spec.id() + ": contextMemory of " + contextBytes
                            + " bytes must hold at least one partial result in each of its "
                            + spec.count(ACCUMULATOR_BANKS)
                            + " accumulatorBanks, that is " + rowOfBanks + " bytes");
        }
        return new IsoscelesModel(spec, scheduling(spec));
    }
}
