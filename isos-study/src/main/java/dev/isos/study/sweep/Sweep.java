package dev.isos.study.sweep;

import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.study.batch.Progress;
import dev.isos.study.execute.Outcome;
import dev.isos.study.execute.Point;
import dev.isos.study.execute.PointExecutor;
import dev.isos.study.store.PointKey;
import dev.isos.study.store.PointKeys;
import dev.isos.study.store.Row;
import dev.isos.study.store.SweepStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out what becomes of points: from the store those that are in it, from the executor the others, which are stored at once. May be
 * asked again and again, by one thread, so that a strategy can choose points by what it has seen. The outcomes depend neither on the
 * executor nor on what was in the store.
 */
public final class Sweep {
    private final SweepStore store;
    private final PointExecutor executor;
    private final Progress progress;
    private final PointKeys keys;
    private final List<Outcome> broken = new ArrayList<>();

    /** @param request what workloads are made of, except for the seed */
    public Sweep(Platform isos, WorkloadRequest request, SweepStore store, PointExecutor executor, Progress progress) {
        this.store = store;
        this.executor = executor;
        this.progress = progress;
        this.keys = new PointKeys(request, isos);
    }

    /** Is told what became of a point as soon as that is known; called by many threads. */
    public interface Listener {
        /** @param computed whether it was computed just now; else it was in the store */
        void found(Point point, SweepPoint outcome, boolean computed);
    }

    /**
     * What becomes of points, in their order.
     *
     * @param points may name a point twice, which is computed and told of once
     */
    public List<SweepPoint> run(List<Point> points, Listener listener) {
        Map<Point, Outcome> known = new ConcurrentHashMap<>();
        Map<Point, PointKey> wanted = new LinkedHashMap<>();
        for (Point point : points) {
            PointKey key = keys.of(point);
            Optional<Row> row = store.get(key);
            if (row.isPresent()) {
                progress.skipped(point.accelerator().name());
                Outcome outcome = row.get().outcome(point);
                if (known.put(point, outcome) == null) {
                    listener.found(point, sweepPoint(outcome), false);
                }
            } else {
                wanted.put(point, key);
            }
        }
        if (!wanted.isEmpty()) {
            executor.execute(List.copyOf(wanted.keySet()), outcome -> {
                PointKey key = wanted.get(outcome.point());
                store.put(key, keys.row(key, outcome));
                known.put(outcome.point(), outcome.repeatable());
                listener.found(outcome.point(), sweepPoint(outcome.repeatable()), true);
                if (outcome.run() == null) {
                    progress.skipped(outcome.point().accelerator().name());
                } else {
                    progress.finished(outcome.run());
                }
            });
        }
        List<SweepPoint> found = new ArrayList<>();
        for (Point point : points) {
            Outcome outcome = known.get(point);
            if (outcome == null) {
                throw new IllegalStateException("the executor has left out " + point);
            }
            if (outcome.broken()) {
                broken.add(outcome);
            }
            found.add(sweepPoint(outcome));
        }
        return found;
    }

    private static SweepPoint sweepPoint(Outcome outcome) {
        Point point = outcome.point();
        return outcome.run() == null
                ? SweepPoint.infeasible(point.workload(), point.accelerator().name(), outcome.reason())
                : SweepPoint.of(point.workload(), outcome.run());
    }

    /** Tells that so many points more will be asked for than was known at the beginning. */
    public void announce(int points) {
        progress.more(points);
    }

    /** Points so far that have no run for another reason than that they cannot have one: see {@link Outcome#broken()}. */
    public List<Outcome> broken() {
        return List.copyOf(broken);
    }
}
