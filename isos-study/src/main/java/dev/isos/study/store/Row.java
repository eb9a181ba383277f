package dev.isos.study.store;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.result.RunResult;
import dev.isos.study.execute.Outcome;
import dev.isos.study.execute.Point;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A point as a store keeps it.
 *
 * @param id digest of what was asked for
 * @param basis digest of what the outcome depends on beside that, see {@link PointKey}
 * @param workload id or file
 * @param seed of whatever the workload draws
 * @param accelerator name of the configuration
 * @param fidelity id of the fidelity
 * @param parameters what the configuration sets, by key: numbers in the unit of their quantity (bytes, hertz, bytes per second,
 *     seconds, counts), and texts
 * @param failure whose fault it is that there is no run; null where there is one
 * @param reason why there is no run, in a sentence; null where there is one
 * @param run totals, without what differs from one computation to the next; null of a point that failed
 */
public record Row(
        String id,
        String basis,
        String workload,
        long seed,
        String accelerator,
        String fidelity,
        Map<String, Object> parameters,
        @Nullable ErrorCode failure,
        @Nullable String reason,
        @Nullable RunResult run) {
    public Row {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /** The outcome of the point that the row is of. */
    public Outcome outcome(Point point) {
        return new Outcome(point, run, failure, reason);
    }
}
