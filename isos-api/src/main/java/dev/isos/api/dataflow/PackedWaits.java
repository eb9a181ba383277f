package dev.isos.api.dataflow;

import java.util.Arrays;

/**
 * What items wait for, one item after the other, in few bytes: an edge is the difference between two numbers of items, seven bits to
 * a byte, the lowest first; all bytes but the last of an edge are negative. Since items mostly wait for those that came shortly before,
 * most edges take a byte or two. Used by one thread.
 */
public final class PackedWaits {
    private static final int BITS = 7;
    private static final int MASK = (1 << BITS) - 1;

    /** Bytes of an item's edges that are made room for where it is known how many items there will be; most items take fewer. */
    private static final int USUAL_BYTES = 8;

    /** Bytes of the longest edge. */
    private static final int MOST_BYTES = 5;

    private byte[] bytes = new byte[1024];
    private long expected;
    private int end;
    private int at;

    /** Forgets all edges. */
    public void clear() {
        end = 0;
    }

    /** {@return bytes so far: the position at which the edges of the next item will begin} */
    public int end() {
        return end;
    }

    /**
     * Adds the edges of an item.
     *
     * @param item waits for items of lower numbers
     * @param number its own number in the segment
     */
    public void add(WorkItem item, int number) {
        int count = item.waitCount();
        expected = USUAL_BYTES * (long) item.expectedItems();
        room(count);
        int[] waits = item.waitsFor();
        for (int i = 0; i < count; i++) {
            end = put(end, number - waits[i]);
        }
    }

    /**
     * Adds a number that is no edge, for those who keep something else between the edges of two items.
     *
     * @param number 0 or more; {@link #next} gives it in its turn
     */
    public void add(int number) {
        room(1);
        end = put(end, number);
    }

    private void room(int edges) {
        long needed = end + (long) MOST_BYTES * edges;
        if (needed > bytes.length) {
            long size = Math.max(needed, Math.max(2L * bytes.length, expected));
            bytes = Arrays.copyOf(bytes, (int) Math.min(size, Integer.MAX_VALUE - Long.BYTES));
        }
    }

    /** Writes an edge, returns the position behind it. */
    private int put(int position, int difference) {
        int to = position;
        int left = difference;
        while (left > MASK) {
            bytes[to++] = (byte) (left | ~MASK);
            left >>>= BITS;
        }
        bytes[to++] = (byte) left;
        return to;
    }

    /**
     * Becomes the same edges seen from the other end: of each item, by how much the numbers of those that wait for it are above its
     * own, ascending.
     *
     * @param waits edges of all items of a segment
     * @param from position of the first edge of each item in {@code waits}, and behind them its end
     * @param items of the segment
     * @param starts gets the same of this object
     */
    public void turn(PackedWaits waits, int[] from, int items, int[] starts) {
        end = waits.end;
        if (bytes.length < end) {
            bytes = new byte[end];
        }
        Arrays.fill(starts, 0, items + 1, 0);
        for (int i = 0; i < items; i++) {
            for (waits.at = from[i]; waits.at < from[i + 1]; ) {
                int first = waits.at;
                starts[i - waits.next()] += waits.at - first;
            }
        }
        int sum = 0;
        for (int i = 0; i <= items; i++) {
            sum += starts[i];
            starts[i] = sum;
        }
        // filled from behind: what was the end of an item's edges becomes their start, and they stay in ascending order
        for (int i = items - 1; i >= 0; i--) {
            for (waits.at = from[i]; waits.at < from[i + 1]; ) {
                int first = waits.at;
                int difference = waits.next();
                int other = i - difference;
                starts[other] -= waits.at - first;
                put(starts[other], difference);
            }
        }
    }

    /**
     * Number of edges.
     *
     * @param position of the first one
     * @param endPosition behind the last one
     * @return 0 or more
     */
    public int count(int position, int endPosition) {
        int count = 0;
        for (int i = position; i < endPosition; i++) {
            count += bytes[i] >= 0 ? 1 : 0;
        }
        return count;
    }

    /**
     * Goes to the first edge of an item.
     *
     * @param position {@link #end()} before the item was added
     */
    public void seek(int position) {
        at = position;
    }

    /** {@return position of the edge that {@link #next} will give} */
    public int position() {
        return at;
    }

    /** {@return the next edge: by how much the number of an item is below that of the item that waits for it} */
    public int next() {
        int low = bytes[at++];
        return low >= 0 ? low : longer(low);
    }

    private int longer(int low) {
        int difference = low & MASK;
        int shift = BITS;
        int more = bytes[at++]; // mostly the last one
        for (; more < 0; shift += BITS) {
            difference |= (more & MASK) << shift;
            more = bytes[at++];
        }
        return difference | more << shift;
    }
}
