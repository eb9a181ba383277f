package dev.isos.api.law;

import dev.isos.api.dataflow.PackedWaits;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.HardwareModel;
import java.util.Arrays;

/**
 * When the items of one segment ran, as the machine says it: no item starts before all that it waits for has ended, and up to no
 * cycle have more bytes moved or more products been made than the machine's rates allow.
 */
final class ItemTimes {
    /** How finely rates are checked: in so many steps over a segment's time, or in every cycle of a shorter one. */
    private static final int STEPS = 1024;

    private static final long NOT_YET = -1;

    private String where;
    private long[] starts = new long[1024];
    private long[] ends = new long[1024];

    // products of an item; of one that moves bytes, -1 less these
    private long[] amounts = new long[1024];
    private final long[] amountBy = new long[STEPS];
    private int items;
    private int said;
    private boolean closed;

    // of each item that could not be checked when it came: twice its number of waits, then these; or one more than
    // that, then its distance from the last such item if others are between, then its waits
    private final PackedWaits pending = new PackedWaits();
    private int lastPending = -1;
    private int pendingItems;

    ItemTimes(String where) {
        this.where = where;
        Arrays.fill(ends, NOT_YET);
    }

    /** Forgets the items of a segment that has been {@linkplain #finish checked}; {@code place} is what further messages begin with. */
    void clear(String place) {
        where = place;
        Arrays.fill(ends, 0, items, NOT_YET);
        items = 0;
        said = 0;
        pending.clear();
        lastPending = -1;
        pendingItems = 0;
        closed = false;
    }

    /** The machine says when an item ran; it may do so before {@link #accept} is told of the item. */
    void ran(int item, long start, long end) {
        if (item < 0) {
            throw RunLaws.broken(where, "has times of work item " + item);
        }
        grow(item);
        if (ends[item] != NOT_YET) {
            throw RunLaws.broken(where, "says twice when work item " + item + " ran");
        }
        if (start < 0 || end < start) {
            throw RunLaws.broken(where, "lets work item " + item + " run from cycle " + start + " to " + end);
        }
        starts[item] = start;
        ends[item] = end;
        said++;
    }

    /** The machine has taken the next item. */
    void accept(WorkItem item, boolean transfers, long amount) {
        grow(Math.max(items, item.expectedItems() - 1));
        amounts[items] = transfers ? -1 - amount : amount;
        boolean known = ends[items] != NOT_YET;
        for (int i = 0; known && i < item.waitCount(); i++) {
            known = ends[item.waitsFor()[i]] != NOT_YET;
        }
        if (known) {
            for (int i = 0; i < item.waitCount(); i++) {
                check(items, item.waitsFor()[i]);
            }
        } else {
            int distance = items - lastPending;
            pending.add(2 * item.waitCount() + (distance > 1 ? 1 : 0));
            if (distance > 1) {
                pending.add(distance);
            }
            if (pendingItems++ == items) {
                pending.add(item, items);
            } else {
                // room for a few of many
                for (int i = 0; i < item.waitCount(); i++) {
                    pending.add(items - item.waitsFor()[i]);
                }
            }
            lastPending = items;
        }
        items++;
    }

    private void check(int item, int wait) {
        if (starts[item] < ends[wait]) {
            throw RunLaws.broken(
                    where,
                    "starts work item " + item + " in cycle " + starts[item] + ", before item " + wait
                            + ", which it waits for, has ended in cycle " + ends[wait]);
        }
    }

    void close() {
        closed = true;
    }

    /** Whether all items have come and the machine has said when each ran. */
    boolean complete() {
        return closed && said >= items;
    }

    /** How many items the machine says nothing of. */
    int missing() {
        return items - said;
    }

    /** Checks what could not be checked before; gives the last cycle in which an item ends. */
    long finish(HardwareModel hardware) {
        if (said > items) {
            throw RunLaws.broken(where, "has times of " + said + " work items, there are " + items);
        }
        int item = -1;
        pending.seek(0);
        while (pending.position() < pending.end()) {
            int head = pending.next();
            item += head % 2 == 0 ? 1 : pending.next();
            for (int left = head / 2; left > 0; left--) {
                check(item, item - pending.next());
            }
        }
        long last = 0;
        for (int i = 0; i < items; i++) {
            last = Math.max(last, ends[i]);
        }
        rate(hardware, true);
        rate(hardware, false);
        return last;
    }

    /** Bytes that an item moves, or its products; 0 of the other sort of items. */
    private long amount(int item, boolean transfers) {
        return transfers == amounts[item] < 0 ? transfers ? -1 - amounts[item] : amounts[item] : 0;
    }

    private void rate(HardwareModel hardware, boolean transfers) {
        long first = Long.MAX_VALUE;
        long last = 0;
        for (int i = 0; i < items; i++) {
            if (amount(i, transfers) > 0) {
                first = Math.min(first, starts[i]);
                last = Math.max(last, ends[i]);
            }
        }
        if (first == Long.MAX_VALUE) {
            return;
        }
        long width = Math.max(1, (last - first + STEPS - 1) / STEPS);
        Arrays.fill(amountBy, 0);
        for (int i = 0; i < items; i++) {
            if (amount(i, transfers) > 0) {
                amountBy[(int) (Math.max(0, ends[i] - first - 1) / width)] += amount(i, transfers);
            }
        }
        long sum = 0;
        for (int step = 0; step < STEPS; step++) {
            sum += amountBy[step];
            long needed = transfers ? hardware.offChipCycles(sum) : sum / hardware.peakMacsPerCycle();
            if (amountBy[step] > 0 && needed > (step + 1) * width) {
                throw RunLaws.broken(
                        where,
                        (transfers ? "moves " + sum + " off-chip bytes" : "performs " + sum + " MACs") + " from cycle "
                                + first + " to " + (first + (step + 1) * width) + ", for which it needs " + needed
                                + " cycles");
            }
        }
    }

    private void grow(int item) {
        if (item >= ends.length) {
            int old = ends.length;
            int size = Math.max(item + 1, 2 * old);
            starts = Arrays.copyOf(starts, size);
            ends = Arrays.copyOf(ends, size);
            amounts = Arrays.copyOf(amounts, size);
            Arrays.fill(ends, old, size, NOT_YET);
        }
    }

    /** First cycle in which an item starts, of those that the machine has timed. */
    long start(int item) {
        return starts[item];
    }

    long end(int item) {
        return ends[item];
    }
}
