package dev.isos.study.batch;

import dev.isos.api.result.RunResult;

/** Is told how far simulations are; called by many threads. */
public interface Progress extends AutoCloseable {
    /** Tells nobody. */
    Progress NONE = new Progress() {};

    /** A workload is being read or built. */
    default void preparing(String workload) {}

    /** There are more runs to come than was said so far. */
    default void more(int runs) {}

    /** A run has ended. */
    default void finished(RunResult run) {}

    /** A run was not needed, or is not possible. */
    default void skipped(String what) {}

    @Override
    default void close() {}
}
