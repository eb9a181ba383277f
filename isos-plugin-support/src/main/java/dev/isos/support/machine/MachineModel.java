package dev.isos.support.machine;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.support.dram.ByteRate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A hardware model with the {@linkplain CommonParameters common parameters} that understands all items of one dataflow's schema.
 * Immutable, as every hardware model.
 */
public abstract class MachineModel implements HardwareModel {
    /** Bytes that a machine's own tables may take in the simulator. */
    private static final long MOST_TABLE_BYTES = 256L << 20;

    private final HardwareSpec spec;
    private final WorkSchema schema;
    private final Geometry geometry;
    private final CommonParameters common;
    private final ByteRate offChipRate;

    /**
     * A model of one configuration.
     *
     * @param spec holds the common parameters and the machine's own
     * @param schema that of its dataflow
     * @param geometry what the dataflow's counts depend on
     */
    protected MachineModel(HardwareSpec spec, WorkSchema schema, Map<String, Long> geometry) {
        this.spec = spec;
        this.schema = schema;
        this.geometry = new Geometry(geometry);
        this.common = new CommonParameters(spec);
        this.offChipRate = common.offChipRate();
    }

    @Override
    public final HardwareSpec spec() {
        return spec;
    }

    @Override
    public final Geometry geometry() {
        return geometry;
    }

    @Override
    public final Set<String> supportedPhases() {
        return schema.phases().stream().map(Phase::id).collect(Collectors.toUnmodifiableSet());
    }

    /** {@return ids of the metrics that time depends on; those that activities name need not be here} */
    protected abstract Set<String> timedBy();

    /** {@return what the components on the chip do; the off-chip memory reads and writes what the items ask for} */
    protected abstract List<Activity> onChipActivities();

    @Override
    public final List<Activity> activities() {
        return Stream.concat(onChipActivities().stream(), Activity.offChip(OffChipPort.DRAM).stream())
                .toList();
    }

    @Override
    public final Set<String> requiredMetrics() {
        Set<String> counted = schema.metrics().stream().map(WorkMetric::id).collect(Collectors.toSet());
        Set<String> read = new HashSet<>(timedBy());
        activities()
                .forEach(activity -> activity.terms().stream()
                        .map(Activity.Term::count)
                        .filter(counted::contains)
                        .forEach(read::add));
        return Set.copyOf(read);
    }

    @Override
    public final double offChipBytesPerCycle() {
        return common.offChipBytesPerCycle();
    }

    @Override
    public final long offChipCycles(long bytes) {
        return offChipRate.wholeCycles(bytes);
    }

    @Override
    public final double clockHz() {
        return common.clockHz();
    }

    @Override
    public final boolean leavesOut(Layer layer) {
        return poolsLocally(layer) && spec.text(CommonParameters.POOLINGS).equals(CommonParameters.LEFT_OUT);
    }

    /**
     * Whether a layer is a pooling whose window is smaller than its map.
     *
     * @param layer any layer
     * @return false of a pooling over the whole map, and of other operations
     */
    public static boolean poolsLocally(Layer layer) {
        return layer.op() instanceof Pooling pooling
                && (pooling.window().rows() < layer.inputShape().height()
                        || pooling.window().columns() < layer.inputShape().width());
    }

    /** {@return clock and off-chip memory} */
    public final CommonParameters common() {
        return common;
    }

    /** {@return phases and counts of the items that it understands} */
    public final WorkSchema schema() {
        return schema;
    }

    /**
     * Value of a parameter that counts something and fits an int.
     *
     * @param key of the machine's own parameters or the common ones
     * @return the count
     * @throws ArithmeticException when it does not fit
     */
    public final int count(String key) {
        return spec.count(key);
    }

    /**
     * Value of a parameter that is a size, in bytes.
     *
     * @param key of the machine's own parameters
     * @return bytes
     */
    public final long bytes(String key) {
        return spec.bytes(key);
    }

    /**
     * Refuses a hardware whose tables in the simulator would take too much memory.
     *
     * @param hardware id of the configuration
     * @param tables what the tables are of, for the message
     * @param bytes that they take, at most 256 MiB; a double, since the product of large parameters may overflow
     * @throws IsosException when they take more
     */
    public static void requireTables(String hardware, String tables, double bytes) {
        if (bytes > MOST_TABLE_BYTES) {
            throw IsosException.badInput(String.format(
                    Locale.ROOT,
                    "hardware %s: simulating %s takes %,.0f MiB, at most %,d MiB are allowed",
                    hardware,
                    tables,
                    bytes / (1 << 20),
                    MOST_TABLE_BYTES >> 20));
        }
    }
}
