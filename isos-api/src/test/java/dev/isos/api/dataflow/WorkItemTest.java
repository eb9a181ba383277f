package dev.isos.api.dataflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkItemTest {
    private static final WorkSchema SCHEMA = new WorkSchema(
            List.of(new Phase("compute", PhaseKind.COMPUTE, "")),
            List.of(new WorkMetric("units", "", "", 3), WorkMetric.PRODUCTS));

    private final WorkItem item = new WorkItem(SCHEMA);

    @Test
    void whatIsSetIsThere() {
        assertSame(item, item.begin(1, 2, 3, 4, 5));
        assertSame(item, item.moves(TensorRole.INPUTS, 7, 8));
        assertSame(item, item.count(3, 9));
        assertSame(item, item.waitFor(10));
        assertEquals(1, item.phase());
        assertEquals(2, item.layer());
        assertEquals(3, item.step());
        assertEquals(4, item.row());
        assertEquals(5, item.place());
        assertEquals(TensorRole.INPUTS, item.role());
        assertEquals(7, item.tensor());
        assertEquals(8, item.offChipBytes());
        assertArrayEquals(new int[] {0, 0, 0, 9}, item.counts());
        assertSame(item, item.holds(11, 12));
        assertEquals(11, item.tensor());
        assertEquals(12, item.heldBytes());
        assertEquals(0, item.expectedItems());
        assertSame(item, item.expect(13));
        assertEquals(13, item.begin(0, 0, 0, 0, 0).expectedItems());
    }

    @Test
    void anItemBecomesOneThatWasWrittenDown() {
        WorkItem other = new WorkItem(SCHEMA)
                .begin(1, 2, 3, 4, 5)
                .moves(TensorRole.RESIDUALS, 7, 8_000_000_000L)
                .holds(11, -12)
                .count(0, 6)
                .count(3, 9)
                .expect(14);
        IntStream.range(0, 40).forEach(other::waitFor);
        item.begin(0, 9, 9, 9, 9).count(1, 1).waitFor(3);
        int[] words = new int[2 * other.words() + 3];
        assertEquals(other.words(), other.write(words, 0));
        assertEquals(2 * other.words(), other.write(words, other.words()));
        assertEquals(2 * other.words(), item.read(words, other.words()));
        other.begin(0, 0, 0, 0, 0).waitFor(99);
        assertEquals(1, item.phase());
        assertEquals(2, item.layer());
        assertEquals(3, item.step());
        assertEquals(4, item.row());
        assertEquals(5, item.place());
        assertEquals(TensorRole.RESIDUALS, item.role());
        assertEquals(11, item.tensor());
        assertEquals(8_000_000_000L, item.offChipBytes());
        assertEquals(-12, item.heldBytes());
        assertArrayEquals(new int[] {6, 0, 0, 9}, item.counts());
        assertEquals(14, item.expectedItems());
        assertEquals(40, item.waitCount());
        assertArrayEquals(IntStream.range(0, 40).toArray(), Arrays.copyOf(item.waitsFor(), 40));
    }

    @Test
    void anItemBeginsEmpty() {
        item.begin(1, 2, 3, 4, 5)
                .moves(TensorRole.INPUTS, 7, 8)
                .holds(11, -12)
                .count(3, 9)
                .waitFor(10);
        item.begin(0, 6, 0, 0, 0);
        assertEquals(6, item.tensor());
        assertEquals(TensorRole.OUTPUTS, item.role());
        assertEquals(0, item.offChipBytes());
        assertEquals(0, item.heldBytes());
        assertArrayEquals(new int[4], item.counts());
        assertEquals(0, item.waitCount());
    }

    @Test
    void anItemMayWaitForHundreds() {
        item.begin(0, 0, 0, 0, 0);
        for (int i = 0; i < 500; i++) {
            item.waitFor(3 * i);
        }
        assertEquals(500, item.waitCount());
        assertArrayEquals(
                IntStream.range(0, 500).map(i -> 3 * i).toArray(), Arrays.copyOf(item.waitsFor(), item.waitCount()));
    }
}
