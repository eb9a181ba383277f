package dev.isos.hw.stepped;

/**
 * The accumulator banks of one lane, interleaved word by word over the partial results, which lie in the order [q, r, k]; one
 * accumulation per bank and cycle. In front of each bank a short queue takes what arrives; when it is full, the slot that brings a product to it
 * keeps the product and stalls.
 */
final class AccumulatorBanks {
    private final int banks;
    private final int depth;
    private final int[] columns;
    private final int[] places;
    private final int[] products;
    private final int[] head;
    private final int[] size;
    private int waiting;
    private PartialResults target;
    long accumulations;

    AccumulatorBanks(int banks, int depth) {
        this.banks = banks;
        this.depth = depth;
        columns = new int[banks * depth];
        places = new int[banks * depth];
        products = new int[banks * depth];
        head = new int[banks];
        size = new int[banks];
    }

    /** The partial results that the products to come belong to. */
    void target(PartialResults partials) {
        Law.holds(waiting == 0, "a lane changes its layer while products are waiting");
        target = partials;
    }

    /**
     * Takes a product, or returns false when the queue of its bank is full.
     *
     * @param word place of its partial result among those of the task's row and slice, in the order [q, r, k]
     * @param column output column that it belongs to
     * @param place its partial result
     */
    boolean offer(long word, int column, int place, int product) {
        int bank = (int) (word % banks);
        if (size[bank] == depth) {
            return false;
        }
        int at = bank * depth + (head[bank] + size[bank]) % depth;
        columns[at] = column;
        places[at] = place;
        products[at] = product;
        size[bank]++;
        waiting++;
        return true;
    }

    /** One cycle: every bank accumulates the first product in its queue. */
    void step() {
        if (waiting == 0) {
            return;
        }
        for (int bank = 0; bank < banks; bank++) {
            if (size[bank] > 0) {
                int at = bank * depth + head[bank];
                target.add(columns[at], places[at], products[at]);
                head[bank] = (head[bank] + 1) % depth;
                size[bank]--;
                waiting--;
                accumulations++;
            }
        }
    }

    boolean empty() {
        return waiting == 0;
    }
}
