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
        while (slotsThatKeep > 0) {
            int slot = nextTurn();
            if (keptCount[slot] > 0) {
                handOver(slot);
            } else if (ready <= step) {
                return;
            }
        }
        if (turn == slots) {
            step++;
            turn = 0;
        }
        if (ready > step) {
            step = ready;
            turn = 0;
        }
        turn++;
    }

    private int nextTurn() {
        if (turn == slots) {
            step++;
            turn = 0;
        }
        return slot(turn++);
    }

    private int slot(int atTurn) {
        return (step + 1 + atTurn) % slots;
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

    private void handOver(int slot) {
        int from = slot * weightsPerSlot;
        int left = 0;
        for (int i = 0; i < keptCount[slot]; i++) {
            int bank = kept[from + i];
            if (!accepts(bank)) {
                kept[from + left++] = bank;
            }
        }
        keptCount[slot] = left;
        if (left == 0) {
            slotsThatKeep--;
        }
    }

    /** All chunks have been added: the step in which nothing waits any more, counted from the start of the item. */
    int end() {
        while (slotsThatKeep > 0) {
            int slot = nextTurn();
            if (keptCount[slot] > 0) {
                handOver(slot);
            }
        }
        int last = 0;
        for (int busyUntil : free) {
            last = Math.max(last, busyUntil);
        }
        return last;
    }
}
