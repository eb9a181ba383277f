package dev.isos.hw.stepped;

import java.util.ArrayList;
import java.util.List;

/**
 * One work item as the machine holds it: where it belongs, what it waits for, who waits for it. The counts that the
 * dataflow gives (products, merges) are kept for comparison only: the machine finds its own.
 */
final class Task {
    final int number;
    final int phase;
    /** Position of the layer in the segment. */
    final int depth;

    final int step;
    final int row;
    final int place;
    final int lane;
    final int tensor;
    final long offChipBytes;
    final long heldBytes;
    final int filterBufferBytes;
    final int announcedProducts;
    final int announcedMerges;

    final List<Task> producers = new ArrayList<>();
    final List<Task> waiters = new ArrayList<>();

    int waitsLeft;
    int waitersLeft;
    boolean ready;
    boolean ended;

    /** Off-chip bytes that were prefetched before the segment began. */
    long prefetched;

    /** Cycle in which a unit took it. */
    long started;

    Task(
            int number,
            int phase,
            int depth,
            int step,
            int row,
            int place,
            int lane,
            int tensor,
            long offChipBytes,
            long heldBytes,
            int filterBufferBytes,
            int announcedProducts,
            int announcedMerges) {
        this.number = number;
        this.phase = phase;
        this.depth = depth;
        this.step = step;
        this.row = row;
        this.place = place;
        this.lane = lane;
        this.tensor = tensor;
        this.offChipBytes = offChipBytes;
        this.heldBytes = heldBytes;
        this.filterBufferBytes = filterBufferBytes;
        this.announcedProducts = announcedProducts;
        this.announcedMerges = announcedMerges;
    }

    void waitsFor(Task producer) {
        producers.add(producer);
        producer.waiters.add(this);
        waitsLeft++;
        producer.waitersLeft++;
    }
}
