package dev.isos.study.execute;

import java.util.List;
import java.util.function.Consumer;

/** Computes points of a sweep. What becomes of a point does not depend on which executor computes it, nor on how many at a time. */
public interface PointExecutor extends AutoCloseable {
    /**
     * Computes points, in any order.
     *
     * @param points each once
     * @param outcomes gets what became of each point as soon as that is known, exactly once; called by any thread, also by
     *     several at a time. What it throws ends the execution and is thrown here
     * @throws dev.isos.api.error.IsosException when a workload cannot be had, or the executor itself cannot go on; a point that
     *     fails is an outcome
     */
    void execute(List<Point> points, Consumer<Outcome> outcomes);

    @Override
    default void close() {}
}
