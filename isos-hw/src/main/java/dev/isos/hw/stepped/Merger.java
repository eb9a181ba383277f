package dev.isos.hw.stepped;

/**
 * The output-stationary back end of one lane: merges up to {@code width} non-zero operands of one output fiber per cycle.
 * A task with n of them ends in the n/width-th cycle, rounded up, and goes on to the post-op unit in the next.
 */
final class Merger {
    private final int width;
    private BackEndJob job;
    private int left;

    long merges;

    Merger(int width) {
        this.width = width;
    }

    boolean idle() {
        return job == null;
    }

    void start(BackEndJob started, int operands) {
        job = started;
        left = operands;
    }

    /** One cycle; returns the job if it ends in it, else null. */
    BackEndJob step() {
        if (job == null) {
            return null;
        }
        int merged = job.merge(Math.min(width, left));
        merges += merged;
        left -= merged;
        if (left > 0) {
            return null;
        }
        BackEndJob done = job;
        job = null;
        return done;
    }
}
