package dev.isos.core.dataflow.isos;

import java.util.Arrays;

/**
 * Counts the steps in which a lane hands the products of an item to its accumulator banks. In a
 * step every free slot takes a chunk, in order and not before its weights are there, and every bank accumulates one product. In front of a bank so many products
 * can wait; a slot keeps those that find no room, and takes no other chunk before it is rid of them. The item has ended when
 * nothing waits.
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
    private final int queue;

    /** Step from which on a bank has nothing to do. */
    private final long[] free;

    // products that a slot still has to hand over: first .. end of its part of kept
    private final int[] kept;
    private final int[] keptCount;
    private final int weightsPerSlot;

    /** Banks of the products of the item at hand, in the order of dispatch, and the end of each chunk in them. */
    private int[] banks = new int[1024];

    private int products;
    private int[] chunkEnd = new int[256];

    /** Step from which on the weights of each chunk are there. */
    private int[] chunkReady = new int[256];

    private int chunks;

    DispatchSteps(int slots, int weightsPerSlot, int queue, int banks) {
        this.slots = slots;
        this.queue = queue;
        this.weightsPerSlot = weightsPerSlot;
        free = new long[banks];
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

    /** Chunks at the end of an item that have to be added; all of them where its busiest bank is nearly full. */
    int chunksThatMatter(int allChunks, int busiestBank) {
        int steps = (allChunks + slots - 1) / slots;
        if (steps <= LAST_STEPS || busiestBank > NEARLY_FULL * steps) {
            return allChunks;
        }
        // the step that begins there is a whole one
        return allChunks - (steps - LAST_STEPS) * slots;
    }

    void begin() {
        products = 0;
        chunks = 0;
    }

    /** Adds a product that goes to a bank. */
    void product(int bank) {
        if (products == banks.length) {
            banks = Arrays.copyOf(banks, 2 * products);
        }
        banks[products++] = bank;
    }

    /** The products since the last call are a chunk, whose weights are there from a step on. */
    void chunk(int ready) {
        if (chunks == chunkEnd.length) {
            chunkEnd = Arrays.copyOf(chunkEnd, 2 * chunks);
            chunkReady = Arrays.copyOf(chunkReady, 2 * chunks);
        }
        chunkReady[chunks] = ready;
        chunkEnd[chunks++] = products;
    }

    /**
     * Steps of the item whose chunks have been added.
     *
     * @param skippedChunks chunks before those that were added
     */
    int steps(int skippedChunks) {
        long last = withRoom();
        if (last < 0) {
            last = withQueues();
        }
        return Math.toIntExact(skippedChunks / slots + last);
    }

    /** The steps if no queue is ever full, or -1. */
    private long withRoom() {
        Arrays.fill(free, 0);
        long last = 0;
        int product = 0;
        long step = 0;
        int taken = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (taken == slots || chunkReady[chunk] > step) {
                step = Math.max(step + 1, chunkReady[chunk]);
                taken = 0;
            }
            taken++;
            for (; product < chunkEnd[chunk]; product++) {
                int bank = banks[product];
                long waiting = free[bank] - step;
                if (waiting >= queue) {
                    return -1;
                }
                free[bank] = waiting > 0 ? free[bank] + 1 : step + 1;
                last = Math.max(last, free[bank]);
            }
            last = Math.max(last, step + 1);
        }
        return last;
    }

    private long withQueues() {
        Arrays.fill(free, 0);
        Arrays.fill(keptCount, 0);
        int next = 0;
        int product = 0;
        int firstSlot = 0;
        boolean busy = true;
        long last = 0;
        for (long step = 0; busy; step++) {
            busy = false;
            firstSlot = firstSlot + 1 == slots ? 0 : firstSlot + 1;
            for (int turn = 0; turn < slots; turn++) {
                int slot = firstSlot + turn < slots ? firstSlot + turn : firstSlot + turn - slots;
                if (keptCount[slot] == 0 && next < chunks && chunkReady[next] <= step) {
                    for (; product < chunkEnd[next]; product++) {
                        kept[slot * weightsPerSlot + keptCount[slot]++] = banks[product];
                    }
                    next++;
                }
                last = Math.max(last, handOver(slot, step));
                busy |= keptCount[slot] > 0;
            }
            if (!busy && next < chunks && chunkReady[next] > step + 1) {
                int idle = (int) (chunkReady[next] - step - 1);
                step += idle;
                firstSlot = (firstSlot + idle) % slots;
            }
            busy |= next < chunks;
        }
        return last;
    }

    private long handOver(int slot, long step) {
        int from = slot * weightsPerSlot;
        int left = 0;
        long last = 0;
        int count = keptCount[slot];
        for (int i = count - 1; i >= 0; i--) {
            int bank = kept[from + i];
            long waiting = free[bank] - step;
            if (waiting >= queue) {
                // those that stay gather at the end, the others are gone
                left++;
                kept[from + count - left] = bank;
            } else {
                free[bank] = waiting > 0 ? free[bank] + 1 : step + 1;
                last = Math.max(last, free[bank]);
            }
        }
        System.arraycopy(kept, from + count - left, kept, from, left);
        keptCount[slot] = left;
        return last;
    }
}
