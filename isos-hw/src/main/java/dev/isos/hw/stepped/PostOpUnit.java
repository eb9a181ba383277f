package dev.isos.hw.stepped;

/**
 * The post-op unit of one lane: bias, requantisation, residual addition and activation function of up to {@code width}
 * outputs per cycle, in order of their channels; writes each output once. The task, and with it the output fiber, is
 * complete in the cycle of its last output.
 */
final class PostOpUnit {
    private final int width;
    private BackEndJob job;
    private int left;

    long operations;

    PostOpUnit(int width) {
        this.width = width;
    }

    boolean idle() {
        return job == null;
    }

    void start(BackEndJob started) {
        job = started;
        left = started.outputs();
    }

    /** One cycle; returns the task if it ends in it, else null. */
    Task step() {
        if (job == null) {
            return null;
        }
        int done = job.postOps(width);
        operations += done;
        left -= done;
        if (left > 0) {
            return null;
        }
        Task task = job.task;
        job = null;
        return task;
    }
}
