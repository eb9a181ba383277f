package dev.isos.api.law;

import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the items of a run count and move, all together, and what the machine's components did for it
 * ({@link HardwareModel#activities}). Used by one thread.
 */
public final class ActivityAccount {
    private final WorkSchema schema;
    private final List<WorkMetric> metrics;

    /** Name of the bytes of each phase. */
    private final List<String> byteNames;

    /** Positions in an item's counts, ascending, and which metric each adds to. */
    private final int[] positions;

    private final int[] metricOf;
    private final long[] totals;
    private final long[] movedByPhase;

    /**
     * @param schema of the items
     * @param hardware whose activities say which metrics matter
     */
    public ActivityAccount(WorkSchema schema, HardwareModel hardware) {
        this.schema = schema;
        this.metrics = new ArrayList<>();
        this.byteNames =
                schema.phases().stream().map(phase -> phase.id() + ".bytes").toList();
        Set<String> named = named(hardware);
        int[] position = new int[schema.width()];
        int[] metric = new int[schema.width()];
        int count = 0;
        int at = 0;
        for (WorkMetric each : schema.metrics()) {
            if (named.contains(each.id())) {
                for (int i = 0; i < each.width(); i++) {
                    position[count] = at + i;
                    metric[count++] = metrics.size();
                }
                metrics.add(each);
            }
            at += each.width();
        }
        this.positions = Arrays.copyOf(position, count);
        this.metricOf = Arrays.copyOf(metric, count);
        this.totals = new long[metrics.size()];
        this.movedByPhase = new long[schema.phases().size()];
    }

    private ActivityAccount(ActivityAccount like) {
        this.schema = like.schema;
        this.metrics = like.metrics;
        this.byteNames = like.byteNames;
        this.positions = like.positions;
        this.metricOf = like.metricOf;
        this.totals = new long[like.totals.length];
        this.movedByPhase = new long[like.movedByPhase.length];
    }

    /** {@return another account of the same schema and hardware, without items} */
    public ActivityAccount another() {
        return new ActivityAccount(this);
    }

    private static Set<String> named(HardwareModel hardware) {
        Set<String> named = new HashSet<>();
        hardware.activities().forEach(activity -> activity.terms().forEach(term -> named.add(term.count())));
        return named;
    }

    /**
     * Adds an item.
     *
     * @param item of the schema; may be filled anew after the call
     */
    public void accept(WorkItem item) {
        int[] counts = item.counts();
        for (int i = 0; i < positions.length; i++) {
            totals[metricOf[i]] += counts[positions[i]];
        }
        movedByPhase[item.phase()] += item.offChipBytes();
    }

    /**
     * Adds all that another account has.
     *
     * @param other of the same schema and hardware
     */
    public void add(ActivityAccount other) {
        for (int i = 0; i < totals.length; i++) {
            totals[i] += other.totals[i];
        }
        for (int i = 0; i < movedByPhase.length; i++) {
            movedByPhase[i] += other.movedByPhase[i];
        }
    }

    /** The counts of the items by the names of {@link Activity}: metrics that an activity names, and bytes. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < totals.length; i++) {
            counts.put(metrics.get(i).id(), totals[i]);
        }
        counts.put(Activity.READ, 0L);
        counts.put(Activity.WRITTEN, 0L);
        for (int phase = 0; phase < movedByPhase.length; phase++) {
            counts.put(byteNames.get(phase), movedByPhase[phase]);
            boolean writes = schema.phases().get(phase).kind() == PhaseKind.WRITE;
            counts.merge(writes ? Activity.WRITTEN : Activity.READ, movedByPhase[phase], Long::sum);
        }
        return counts;
    }

    /**
     * What the components did.
     *
     * @param where with which a message begins
     * @param hardware whose activities are evaluated
     * @param report of the machine, with its own counts
     * @param executing whether the machine computes the outputs itself: then it may count what the items count too, in its
     *     datapath, and its own counts are taken
     * @return one count for each activity, in their order
     * @throws dev.isos.api.error.IsosException if the machine counts what the items count, or an activity's count is none of both
     */
    public List<ActivityCount> activity(String where, HardwareModel hardware, MachineReport report, boolean executing) {
        return activity(where, hardware, report.counts(), executing);
    }

    /**
     * The same of a part of the run.
     *
     * @param where with which a message begins
     * @param hardware whose activities are evaluated
     * @param own what the machine counts itself, of that part
     * @param executing whether the machine computes the outputs itself
     * @return one count for each activity, in their order
     * @throws dev.isos.api.error.IsosException if the machine counts what the items count, or an activity's count is none of both
     */
    public List<ActivityCount> activity(
            String where, HardwareModel hardware, Map<String, Long> own, boolean executing) {
        Map<String, Long> all = counts();
        own.forEach((name, count) -> {
            if (all.put(name, count) != null && !executing) {
                throw RunLaws.broken(where, "counts '" + name + "' itself, which the dataflow's items do");
            }
        });
        return evaluate(where, hardware, all);
    }

    /**
     * The same from counts alone.
     *
     * @param where with which a message begins
     * @param hardware whose activities are evaluated
     * @param counts all that they name
     * @return one count for each activity, in their order
     * @throws dev.isos.api.error.IsosException if an activity names what is not counted
     */
    public static List<ActivityCount> evaluate(String where, HardwareModel hardware, Map<String, Long> counts) {
        try {
            return hardware.activities().stream()
                    .map(activity -> activity.evaluate(counts))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw RunLaws.broken(where, e.getMessage());
        }
    }

    /**
     * Metrics that nobody reads.
     *
     * @param schema what a dataflow counts
     * @param hardware a machine for it
     * @return names of the metrics that neither time nor activities depend on, sorted; never {@code products}
     */
    public static Set<String> unread(WorkSchema schema, HardwareModel hardware) {
        Set<String> unread = new TreeSet<>();
        schema.metrics().forEach(metric -> unread.add(metric.id()));
        unread.remove(WorkMetric.PRODUCTS.id());
        unread.removeAll(hardware.requiredMetrics());
        unread.removeAll(named(hardware));
        return unread;
    }
}
