package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * Bytes that leave the banks of the filter buffer. Requests of several lanes for the same weights are one access (HPCA 2023), so in a
 * step no weight of a layer leaves the banks twice: the rows of a step get what they ask for, or all weights that are there, whichever
 * is less.
 */
public final class FilterReads {
    /** Bytes asked for and bytes that are there, by depth and step. */
    private long[][] asked = new long[0][];

    private long[][] there = new long[0][];

    /** A segment of so many layers begins. */
    public void begin(int depths) {
        asked = new long[depths][16];
        there = new long[depths][16];
    }

    /**
     * A front-end item is served.
     *
     * @param askedBytes of the weights of its products
     * @param thereBytes of the tile of the layer's weights that it uses
     */
    public void add(int depth, int step, long askedBytes, long thereBytes) {
        if (step >= asked[depth].length) {
            int length = Math.max(step + 1, 2 * asked[depth].length);
            asked[depth] = Arrays.copyOf(asked[depth], length);
            there[depth] = Arrays.copyOf(there[depth], length);
        }
        asked[depth][step] += askedBytes;
        there[depth][step] = thereBytes;
    }

    /** Bytes read in the segment so far. */
    public long bytes() {
        long sum = 0;
        for (int d = 0; d < asked.length; d++) {
            sum += bytes(d);
        }
        return sum;
    }

    /** Bytes read for a layer of the segment so far. */
    public long bytes(int depth) {
        long sum = 0;
        for (int step = 0; step < asked[depth].length; step++) {
            sum += Math.min(asked[depth][step], there[depth][step]);
        }
        return sum;
    }
}
