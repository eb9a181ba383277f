package dev.isos.baselines.sparten;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.baselines.sparten.FilterGroups.Group;
import java.util.Arrays;

/**
 * The filters of one group as SparTen's units hold them: for each chunk (r, s, c) and slot a mask.
 */
final class FilterChunks {
    private final FilterShape shape;
    private final int chunk;
    private final int channels;
    private final int filtersPerUnit;
    private final boolean pairPerChunk;

    // filter-major copy of the weights: entries of filter k are starts[k] .. starts[k + 1]
    private final int[] starts;
    private final int[] fibers;

    private long[] masks = new long[0];
    private int[][] leastSteps = new int[0][];

    // GB-H: where in chunk j slot i has gone
    private short[] places = new short[0];
    private int slots;
    private int words;

    /** @param pairPerChunk whether two filters share a unit, and others in each chunk (GB-H) */
    FilterChunks(FilterTensor filters, int chunk, int filtersPerUnit, boolean pairPerChunk) {
        this.filtersPerUnit = filtersPerUnit;
        this.shape = filters.shape();
        this.chunk = chunk;
        this.channels = shape.inputChannels();
        this.pairPerChunk = pairPerChunk;
        this.starts = new int[shape.outputChannels() + 1];
        for (char k : filters.coordinates()) {
            starts[k + 1]++;
        }
        for (int k = 0; k < shape.outputChannels(); k++) {
            starts[k + 1] += starts[k];
        }
        fibers = new int[filters.nonZeros()];
        int[] next = starts.clone();
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                int at = next[filters.coordinates()[i]]++;
                fibers[at] = fiber;
            }
        }
    }

    /** Arranges the filters of a group. */
    void prepare(Group group) {
        slots = group.slots().length;
        int kernel = shape.rows() * shape.columns();
        int chunks = kernel * group.chunks();
        words = Math.min(chunk / 64, (channels + 63) / 64);
        if ((long) chunks * slots * words > Integer.MAX_VALUE - 8) {
            throw IsosException.unsupported("a group of " + slots + " filters of " + shape.channelsPerGroup() + "x"
                    + shape.rows() + "x" + shape.columns() + " weights is too large for the sparten dataflow");
        }
        masks = cleared(masks, chunks * slots * words);
        if (leastSteps.length < chunks * filtersPerUnit) {
            leastSteps = new int[chunks * filtersPerUnit][slots / filtersPerUnit];
            places = new short[pairPerChunk ? chunks * slots : 0];
        }
        for (int slot = 0; slot < slots; slot++) {
            int k = group.slots()[slot];
            for (int j = 0; j < chunks; j++) {
                works(j, slot, k >= 0);
            }
        }
        if (pairPerChunk) {
            pairEachChunk(group, chunks, kernel);
        }
        for (int slot = 0; slot < slots; slot++) {
            int k = group.slots()[slot];
            for (int i = k < 0 ? 0 : starts[k]; i < (k < 0 ? 0 : starts[k + 1]); i++) {
                int c = fibers[i] / kernel;
                int j = fibers[i] % kernel * group.chunks() + c / chunk - group.firstChunk();
                int bit = c % chunk;
                int place = pairPerChunk ? places[j * slots + slot] : slot;
                int unit = (j * filtersPerUnit + place % filtersPerUnit) * (slots / filtersPerUnit)
                        + place / filtersPerUnit;
                masks[unit * words + bit / 64] |= 1L << bit;
            }
        }
    }

    /**
     * GB-H: sorts the group's filters by the non-zeros of each chunk and pairs the densest with the sparsest. The heaviest pair
     * goes to the unit that has had the least so far, so that no unit is the slowest in every chunk.
     */
    private void pairEachChunk(Group group, int chunks, int kernel) {
        int[] weights = new int[chunks * slots];
        for (int slot = 0; slot < slots; slot++) {
            int k = group.slots()[slot];
            for (int i = k < 0 ? 0 : starts[k]; i < (k < 0 ? 0 : starts[k + 1]); i++) {
                int c = fibers[i] / kernel;
                weights[(fibers[i] % kernel * group.chunks() + c / chunk - group.firstChunk()) * slots + slot]++;
            }
        }
        long[] order = new long[slots];
        long[] pairs = new long[slots / 2];
        long[] units = new long[slots / 2];
        int[] load = new int[slots / 2];
        for (int j = 0; j < chunks; j++) {
            for (int slot = 0; slot < slots; slot++) {
                // a filter without weights in this chunk still takes a step, an empty slot does not
                int at = j * slots + slot;
                weights[at] = group.slots()[slot] < 0 ? 0 : Math.max(1, weights[at]);
                order[slot] = heaviestFirst(weights[at], slot);
            }
            Arrays.sort(order);
            for (int i = 0; i < pairs.length; i++) {
                int sum = weights[j * slots + (int) order[i]] + weights[j * slots + (int) order[slots - 1 - i]];
                pairs[i] = heaviestFirst(sum, i);
                units[i] = (long) load[i] << 32 | i;
            }
            Arrays.sort(pairs);
            Arrays.sort(units);
            for (int i = 0; i < pairs.length; i++) {
                int pair = (int) pairs[i];
                int unit = (int) units[i];
                load[unit] += Integer.MAX_VALUE - (int) (pairs[i] >>> 32);
                set(group, j, 2 * unit, (int) order[pair]);
                set(group, j, 2 * unit + 1, (int) order[slots - 1 - pair]);
            }
        }
    }

    /** Sorts by weight, descending, then by index, which is in the lower half. */
    private static long heaviestFirst(int weight, int index) {
        return (long) (Integer.MAX_VALUE - weight) << 32 | index;
    }

    private void set(Group group, int j, int place, int slot) {
        works(j, place, group.slots()[slot] >= 0);
        places[j * slots + slot] = (short) place;
    }

    private void works(int j, int place, boolean works) {
        leastSteps[j * filtersPerUnit + place % filtersPerUnit][place / filtersPerUnit] = works ? 1 : 0;
    }

    private static long[] cleared(long[] array, int length) {
        if (array.length < length) {
            return new long[length];
        }
        Arrays.fill(array, 0, length, 0L);
        return array;
    }

    /** Mask words of a chunk. */
    int words() {
        return words;
    }

    /** Masks: word w of filter f of unit u in chunk j at {@code ((j * filtersPerUnit + f) * units + u) * words + w}; 0 where nobody works. */
    long[] masks() {
        return masks;
    }

    /** Steps that a unit takes for a filter of a chunk even if it finds no product, by unit: 0 where nobody works, else 1. */
    int[] leastSteps(int chunk, int filter) {
        return leastSteps[chunk * filtersPerUnit + filter];
    }
}
