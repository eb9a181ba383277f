package dev.isos.baselines.sparten;

import java.util.Arrays;

/**
 * One cluster, stepped cycle by cycle: the readable twin of {@link ClusterTimer}. Every unit has a chunk that it works on and
 * cycles that are left of it.
 */
final class ClusterTwin {
    private final int slackChunks;
    private final int[] ready;
    private final int[][] work;
    private final int[] nextChunk;
    private final int[] cyclesLeft;
    private final int[] unitsDone;
    private final int[] doneAt;

    /** Chunks that not every unit has finished. */
    private int unfinished;

    /**
     * @param ready for each chunk, the cycle from which its operands are on chip
     * @param work for each chunk, the cycles that each unit works on it
     */
    ClusterTwin(int units, int slackChunks, int[] ready, int[][] work) {
        this.slackChunks = slackChunks;
        this.ready = ready;
        this.work = work;
        this.nextChunk = new int[units];
        this.cyclesLeft = new int[units];
        this.unitsDone = new int[work.length];
        this.doneAt = new int[work.length];
        Arrays.fill(doneAt, -1);
        this.unfinished = work.length;
    }

    /** For each chunk, the cycle in which all units have finished it. */
    int[] run() {
        for (int cycle = 0; unfinished > 0; cycle++) {
            boolean changed = true;
            while (changed) {
                changed = false;
                for (int unit = 0; unit < nextChunk.length; unit++) {
                    changed |= startNext(unit, cycle);
                }
            }
            for (int unit = 0; unit < nextChunk.length; unit++) {
                if (cyclesLeft[unit] > 0 && --cyclesLeft[unit] == 0) {
                    finish(nextChunk[unit] - 1, cycle + 1);
                }
            }
        }
        return doneAt;
    }

    /** Starts the next chunk of an idle unit if it may; chunks without work end in the same moment. */
    private boolean startNext(int unit, int cycle) {
        int chunk = nextChunk[unit];
        if (cyclesLeft[unit] > 0 || chunk == work.length || cycle < ready[chunk]) {
            return false;
        }
        int mustBeDone = chunk - 1 - slackChunks;
        if (mustBeDone >= 0 && unitsDone[mustBeDone] < nextChunk.length) {
            return false;
        }
        nextChunk[unit]++;
        cyclesLeft[unit] = work[chunk][unit];
        if (cyclesLeft[unit] == 0) {
            finish(chunk, cycle);
        }
        return true;
    }

    private void finish(int chunk, int cycle) {
        if (++unitsDone[chunk] == nextChunk.length) {
            unfinished--;
        }
        doneAt[chunk] = Math.max(doneAt[chunk], cycle);
    }
}
