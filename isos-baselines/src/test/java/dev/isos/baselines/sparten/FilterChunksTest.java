package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.baselines.sparten.FilterGroups.Group;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Masks of the filters of a group, by chunk, word, filter of a unit and unit. */
class FilterChunksTest {
    /** Filters of 1x1 whose first elements in each chunk of 64 channels are not zero, so many of them. */
    private static FilterTensor filters(int[]... nonZerosOfChunks) {
        int channels = 64 * nonZerosOfChunks[0].length;
        byte[] dense = new byte[nonZerosOfChunks.length * channels];
        for (int k = 0; k < nonZerosOfChunks.length; k++) {
            for (int chunk = 0; chunk < nonZerosOfChunks[k].length; chunk++) {
                int from = k * channels + 64 * chunk;
                Arrays.fill(dense, from, from + nonZerosOfChunks[k][chunk], (byte) 1);
            }
        }
        return FilterTensor.fromDense(new FilterShape(nonZerosOfChunks.length, channels, 1, 1, 1), dense);
    }

    /** So many ones. */
    private static long ones(int number) {
        return (1L << number) - 1;
    }

    private static final FilterTensor FOUR =
            filters(new int[] {4, 0, 1}, new int[] {1, 5, 1}, new int[] {3, 0, 1}, new int[] {2, 1, 6});

    @Test
    void oneFilterForEachUnit() {
        FilterChunks chunks = new FilterChunks(FOUR, 64, 1, false);
        chunks.prepare(new Group(new int[] {2, 0}, 0, 3, 0));
        assertEquals(1, chunks.words());
        assertArrayEquals(new long[] {ones(3), ones(4), 0, 0, 1, 1}, chunks.masks());
        assertArrayEquals(new int[] {1, 1}, chunks.leastSteps(2, 0));
        // a smaller group after it: the second unit has nothing to do
        chunks.prepare(new Group(new int[] {1, -1}, 0, 3, 0));
        assertArrayEquals(new long[] {1, 0, ones(5), 0, 1, 0}, chunks.masks());
        assertArrayEquals(new int[] {1, 0}, chunks.leastSteps(2, 0));
    }

    @Test
    void fixedPairs() {
        FilterChunks chunks = new FilterChunks(FOUR, 64, 2, false);
        // unit 0 has filters 3 and 0, unit 1 filters 1 and 2
        chunks.prepare(new Group(new int[] {3, 0, 1, 2}, 0, 3, 0));
        assertArrayEquals(
                new long[] {ones(2), 1, ones(4), ones(3), 1, ones(5), 0, 0, ones(6), 1, 1, 1}, chunks.masks());
    }

    /**
     * Chunk 0: filters by weight 0, 2, 3, 1, so 4 + 1 goes to unit 0 and 3 + 2 to unit 1. Chunk 1: filters 1, 0, 2, 3, of which those without
     * weights count one: 5 + 1 to unit 0, which then has 11, and 1 + 1 to unit 1, which has 7. So in chunk 2 the heavier pair, of filters 3 and
     * 2, goes to unit 1.
     */
    @Test
    void pairsOfEachChunk() {
        FilterChunks chunks = new FilterChunks(FOUR, 64, 2, true);
        chunks.prepare(new Group(new int[] {0, 1, 2, 3}, 0, 3, 0));
        assertArrayEquals(
                new long[] {
                    ones(4),
                    ones(3),
                    1,
                    ones(2), // filters 0 and 2, and with them 1 and 3
                    ones(5),
                    0,
                    1,
                    0, // 1 and 0, with 3 and 2
                    1,
                    ones(6),
                    1,
                    1 // 0 and 3, with 1 and 2
                },
                chunks.masks());
        assertArrayEquals(new int[] {1, 1}, chunks.leastSteps(1, 0));
        assertArrayEquals(new int[] {1, 1}, chunks.leastSteps(1, 1));
    }

    /** Three filters of 2, 3 and 1: the second has a unit of its own in the first chunk, and 2 + 1 share one. Then 1, 1 and 4. */
    @Test
    void pairsWithAnEmptySlot() {
        FilterTensor three = filters(new int[] {2, 1}, new int[] {3, 1}, new int[] {1, 4});
        FilterChunks chunks = new FilterChunks(three, 64, 2, true);
        chunks.prepare(new Group(new int[] {0, -1, 1, 2}, 0, 2, 0));
        assertArrayEquals(new long[] {ones(3), ones(2), 0, 1, ones(4), 1, 0, 1}, chunks.masks());
        assertArrayEquals(new int[] {1, 1}, chunks.leastSteps(0, 0));
        assertArrayEquals(new int[] {0, 1}, chunks.leastSteps(0, 1));
        assertArrayEquals(new int[] {0, 1}, chunks.leastSteps(1, 1));
    }

    /** Kernel positions are chunks of their own; filter 1 has channels 64 to 127, which are chunk 1 of the input. */
    @Test
    void kernelsAndGroupsOfChannels() {
        byte[] dense = new byte[2 * 64 * 2];
        dense[2 * 64] = 1; // filter 1, its channel 0, row 0
        dense[2 * 64 + 2 * 3 + 1] = 1; // its channel 3, row 1
        dense[1] = 1; // filter 0, channel 0, row 1
        FilterChunks chunks =
                new FilterChunks(FilterTensor.fromDense(new FilterShape(2, 64, 2, 1, 2), dense), 64, 1, false);
        chunks.prepare(new Group(new int[] {1}, 1, 1, 0));
        assertArrayEquals(new long[] {1, 1 << 3}, chunks.masks());
    }

    /** Channels 0, 64, 128 and 129 of 130, in chunks of 128: words 0 and 1 of the first, word 0 of the second. */
    @Test
    void chunksOfTwoWords() {
        byte[] dense = new byte[130];
        dense[0] = 1;
        dense[64] = 1;
        dense[128] = 1;
        dense[129] = 1;
        FilterChunks chunks =
                new FilterChunks(FilterTensor.fromDense(new FilterShape(1, 130, 1, 1, 1), dense), 128, 1, false);
        chunks.prepare(new Group(new int[] {0, -1}, 0, 2, 0));
        assertEquals(2, chunks.words());
        assertArrayEquals(new long[] {1, 1, 0, 0, 3, 0, 0, 0}, chunks.masks());
        FilterChunks narrow = new FilterChunks(FOUR, 256, 1, false);
        narrow.prepare(new Group(new int[] {0}, 0, 1, 0));
        assertEquals(3, narrow.words());
    }

    @Test
    void refusesGroupsWithoutAnIndexForEachWord() {
        // 8192 chunks of 2^18 slots
        FilterTensor tensor =
                new FilterTensor(new FilterShape(1, 1, 8192, 1, 1), new int[8193], new char[0], new byte[0]);
        int[] slots = new int[1 << 18];
        Arrays.fill(slots, -1);
        FilterChunks chunks = new FilterChunks(tensor, 64, 1, false);
        IsosException refused = assertThrows(IsosException.class, () -> chunks.prepare(new Group(slots, 0, 1, 0)));
        assertEquals(
                "a group of 262144 filters of 1x8192x1 weights is too large for the sparten dataflow",
                refused.getMessage());
    }
}
