package dev.isos.support.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.support.layers.LayerWork;
import org.junit.jupiter.api.Test;

class CompletionTimesTest {
    private final CompletionTimes times = new CompletionTimes();

    @Test
    void anItemIsReadyWhenAllThatItWaitsForHasEnded() {
        assertEquals(0, times.add(9));
        assertEquals(1, times.add(4));
        assertEquals(2, times.add(6));
        assertEquals(3, times.size());
        WorkItem item = new WorkItem(LayerWork.schema());
        item.begin(LayerWork.MULTIPLY, 0, 0, 0, 0);
        assertEquals(2, times.ready(item, 2));
        item.waitFor(1).waitFor(2);
        assertEquals(6, times.ready(item, 2));
        assertEquals(7, times.ready(item, 7));
        times.set(1, 8);
        assertEquals(8, times.get(1));
        assertEquals(8, times.ready(item, 7));
        times.clear();
        assertEquals(0, times.size());
        assertEquals(0, times.add(5));
        assertEquals(5, times.get(0));
    }

    @Test
    void thousandsOfItemsAreKept() {
        for (int i = 0; i < 5000; i++) {
            assertEquals(i, times.add(3L * i));
        }
        assertEquals(5000, times.size());
        for (int i = 0; i < 5000; i += 499) {
            assertEquals(3L * i, times.get(i));
        }
    }
}
