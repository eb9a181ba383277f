package dev.isos.api.dataflow;

import java.util.function.IntConsumer;

/** Does tasks that do not depend on each other, on as many threads as a run may use. Called by one thread at a time. */
@FunctionalInterface
public interface TaskRunner {
    /** On the thread that calls, one task after the other. */
    TaskRunner IN_TURN = (tasks, task) -> {
        for (int i = 0; i < tasks; i++) {
            task.accept(i);
        }
    };

    /**
     * Does tasks 0 to {@code tasks - 1}, each once, in any order; returns when all are done, with what they wrote visible to the caller.
     * Throws what the first of those that fail, by number, has thrown.
     *
     * @param tasks how many, 0 or more; some thousand instructions each are worth a task
     * @param task gets the number of a task; called by several threads at a time, so that each task must write to places of its own
     */
    void run(int tasks, IntConsumer task);
}
