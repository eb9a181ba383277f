package dev.isos.core.dataflow.isos;

import java.util.Arrays;

/**
 * Counts the steps in which a lane hands the products of an item to its accumulator banks. In a step every free slot takes a
 * chunk, in order and not before its weights are there, and every bank accumulates one product. In front of a bank so many
 * products can wait; a slot keeps those that find no room, and takes no other chunk before it is rid of them. The slot that
 * goes first rotates from step to step. The item has ended when nothing waits.
 *
 * <p>Where no bank is nearly full, what happens early in a long item leaves no trace at its end: then only the chunks of the
 * last steps are gone through.
 */
final class DispatchSteps {
    /** Steps at the end of an item that are gone through when its busiest bank is not nearly full. */
    private static final int LAST_STEPS = 16;

    /** Share of the steps in which the busiest bank accumulates from which on it counts as nearly full. */
    private static final double NEARLY_FULL = 0.75;

    private final int slots;
    private final int weightsPerSlot;
    private final int queue;

    /** Step from which on a bank has nothing to do. */
    private final int[] free;

    /** Banks of the products of the chunk at hand. */
    private final int[] chunk;

    private int inChunk;

    // banks of the products that each slot still has to hand over
    private final int[] kept;
    private final int[] keptCount;
    private int slotsThatKeep;

    private int step;

    /** Slots that have had their turn in this step. */
    private int turn;

    private int firstSlot;

    DispatchSteps(int slots, int weightsPerSlot, int queue, int banks) {
        this.slots = slots;
        this.weightsPerSlot = weightsPerSlot;
        this.queue = queue;
        free = new int[banks];
        chunk = new int[weightsPerSlot];
        kept = new int[slots * weightsPerSlot];
        keptCount = new int[slots];
    }

    /** Another one for the same lanes. */
    DispatchSteps another() {
        return new DispatchSteps(slots, weightsPerSlot, queue, free.length);
    }

    int slots() {
        return slots;
    }

    /**
     * The first of the steps that have to be gone through; 0 where the busiest bank is nearly full.
     *
     * @param all steps in which slots take chunks, or wait for them, if no bank is ever full
     */
    static int firstThatMatters(int all, int busiestBank) {
        return all <= LAST_STEPS || busiestBank > NEARLY_FULL * all ? 0 : all - LAST_STEPS;
    }

    /** An item begins, or what is gone through of it: no product waits. */
    void begin(int firstStep) {
        Arrays.fill(free, 0);
        step = firstStep;
        turn = 0;
        firstSlot = (step + 1) % slots;
        inChunk = 0;
    }

    /** Adds a product that goes to a bank; no more than a chunk has. */
    void product(int bank) {
        chunk[inChunk++] = bank;
    }

    /** The products since the last call are a chunk, whose weights are there from a step on. */
    void chunk(int ready) {
        awaitSlot(ready);
        int refused = 0;
        for (int i = 0; i < inChunk; i++) {
            int bank = chunk[i];
            if (!accepts(bank)) {
                chunk[refused++] = bank;
            }
        }
        if (refused > 0) {
            int slot = slot(turn - 1);
            System.arraycopy(chunk, 0, kept, slot * weightsPerSlot, refused);
            keptCount[slot] = refused;
            slotsThatKeep++;
        }
        inChunk = 0;
    }

    /** Goes on to the turn of a slot that takes a chunk. */
    private void awaitSlot(int ready) {
        if (slotsThatKeep > 0 && passTurns(ready)) {
            return;
        }
        if (turn == slots) {
            step++;
            turn = 0;
            firstSlot = firstSlot + 1 == slots ? 0 : firstSlot + 1;
        }
        if (ready > step) {
            step = ready;
            turn = 0;
            firstSlot = (step + 1) % slots;
        }
        turn++;
    }

    private int slot(int atTurn) {
        int slot = firstSlot + atTurn;
        return slot < slots ? slot : slot - slots;
    }

    /**
     * Lets slots hand over what they keep, turn by turn, until no slot keeps anything.
     *
     * @param ready step from which on a slot that keeps nothing takes the next chunk
     * @return whether it has ended earlier, at the turn of such a slot
     */
    private boolean passTurns(int ready) {
        // in local variables: much the hottest loop where banks are full
        int now = step;
        int at = turn;
        int first = firstSlot;
        int keeping = slotsThatKeep;
        boolean taken = false;
        while (keeping > 0 && !taken) {
            if (at == slots) {
                now++;
                at = 0;
                first = first + 1 == slots ? 0 : first + 1;
            }
            int slot = first + at < slots ? first + at : first + at - slots;
            at++;
            int count = keptCount[slot];
            if (count > 0) {
                int left = handOver(slot * weightsPerSlot, count, now);
                keptCount[slot] = left;
                keeping -= left == 0 ? 1 : 0;
            } else {
                taken = ready <= now;
            }
        }
        step = now;
        turn = at;
        firstSlot = first;
        slotsThatKeep = keeping;
        return taken;
    }

    /** Offers kept products to their banks; returns how many stay, which then come first. */
    private int handOver(int from, int count, int now) {
        int left = 0;
        for (int i = from; i < from + count; i++) {
            int bank = kept[i];
            int busyUntil = free[bank];
            if (busyUntil - now >= queue) {
                kept[from + left++] = bank;
            } else {
                free[bank] = Math.max(busyUntil, now) + 1;
            }
        }
        return left;
    }

    private boolean accepts(int bank) {
        int busyUntil = free[bank];
        int waiting = busyUntil - step;
        if (waiting >= queue) {
            return false;
        }
        free[bank] = Math.max(busyUntil, step) + 1;
        return true;
    }

    /** All chunks have been added: the step in which nothing waits any more, counted from the start of the item. */
    int end() {
        passTurns(Integer.MAX_VALUE);
        int last = 0;
        for (int busyUntil : free) {
            last = Math.max(last, busyUntil);
        }
        return last;
    }
}
