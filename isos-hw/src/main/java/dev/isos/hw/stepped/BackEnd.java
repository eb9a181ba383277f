package dev.isos.hw.stepped;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The back end of one lane. It works on one item at a time, in the order in which they became ready: each cycle the mergers take
 * some operands that are not zero, of no more than so many places, and the post-op units some outputs all of whose operands have been merged.
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
        item.merge(mergers, placesPerCycle);
        item.postOperations(postOpUnits);
        return item.done() ? items.remove() : null;
    }
}
