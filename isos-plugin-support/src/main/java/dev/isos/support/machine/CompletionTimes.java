package dev.isos.support.machine;

import dev.isos.api.dataflow.WorkItem;
import java.util.Arrays;

/** In which cycles the items of a segment end, by their numbers. Used by one thread. */
public final class CompletionTimes {
    private long[] ends = new long[1024];
    private int items;
    private int expected;

    /** Forgets all items. */
    public void clear() {
        items = 0;
    }

    /** {@return items so far, which is the number of the next one} */
    public int size() {
        return items;
    }

    /**
     * The cycle after the last of an item.
     *
     * @param item number of the item
     * @return cycle
     */
    public long get(int item) {
        return ends[item];
    }

    /**
     * Replaces the end of an item that was added before its end was known.
     *
     * @param item number of the item
     * @param cycle the one after its last
     */
    public void set(int item, long cycle) {
        ends[item] = cycle;
    }

    /**
     * The cycle in which all that an item waits for has ended, at least the given one.
     *
     * @param item waits for items that have been added
     * @param earliest a cycle, for example that in which the segment starts
     * @return cycle in which the item may start
     */
    public long ready(WorkItem item, long earliest) {
        expected = item.expectedItems();
        long ready = earliest;
        int[] waits = item.waitsFor();
        for (int i = 0; i < item.waitCount(); i++) {
            ready = Math.max(ready, ends[waits[i]]);
        }
        return ready;
    }

    /**
     * Adds an item; gives its number.
     *
     * @param cycle the one after its last
     * @return its number, from 0
     */
    public int add(long cycle) {
        if (items == ends.length) {
            ends = Arrays.copyOf(ends, items < expected ? expected : 2 * items);
        }
        ends[items] = cycle;
        return items++;
    }
}
