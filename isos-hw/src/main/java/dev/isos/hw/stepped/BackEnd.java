package dev.isos.hw.stepped;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The back end of one lane. It works on one item at a time, in the order in which they became ready: each cycle the mergers take
 * some operands that are not zero, of no more than so many places, and the post-op units some outputs all of whose operands have been merged.
 * As soon as the mergers are through with an item, they take the first operands of the next, so that post-op units do not wait for
 * these; that hides a latency and saves no work: an item stays as long as the busiest unit needs for all of it.
 */
final class BackEnd {
    private final int mergers;
    private final int placesPerCycle;
    private final int postOpUnits;
    private final Deque<BackEndItem> items = new ArrayDeque<>();

    /** Cycles with work. */
    long busy;

    BackEnd(int mergers, int placesPerCycle, int postOpUnits) {
        this.mergers = mergers;
        this.placesPerCycle = placesPerCycle;
        this.postOpUnits = postOpUnits;
    }

    void add(BackEndItem item) {
        items.add(item);
    }

    boolean idle() {
        return items.isEmpty();
    }

    /** One cycle; returns the item that ends with it, or null. */
    BackEndItem step(long cycle) {
        if (items.isEmpty()) {
            return null;
        }
        busy++;
        BackEndItem item = items.element();
        item.start = item.start < 0 ? cycle : item.start;
        item.busy++;
        if (item.merged() && items.size() > 1) {
            items.stream().skip(1).findFirst().orElseThrow().mergeAhead(mergers, placesPerCycle);
        }
        item.merge(mergers, placesPerCycle);
        item.postOperations(postOpUnits);
        boolean done = item.done() && item.busy >= item.cycles(mergers, placesPerCycle, postOpUnits);
        return done ? items.remove() : null;
    }
}
