package dev.isos.hw.isosceles;

import java.util.Arrays;

/**
 * The front ends of all lanes. A lane has a stream of activations for each layer of the pipeline. A stream yields one element
 * per cycle, and the lane's processing elements multiply it by the weights of its channel, one vector each per cycle. Several
 * streams share the processing elements: every period they are divided in proportion to the vectors that each layer asked for
 * in the period before (done, or still waiting at its end); what a stream cannot use, since its elements do not come faster,
 * goes to the others. Work is counted in fixed point, so that outcomes do not depend on the machine that simulates.
 */
final class FrontEnds {
    private static final int NONE = -1;

    /** Fixed-point scale of vectors. */
    private static final int SHIFT = 20;

    private final int lanes;
    private final long capacity;
    private final long period;
    private final boolean isStatic;

    private SegmentItems items;
    private int depths;

    // by lane * depths + depth
    private int[] head = new int[0];
    private int[] tail = new int[0];
    private long[] remaining = new long[0];
    private long[] opened = new long[0];
    private long[] rate = new long[0];
    private long[] cap = new long[0];
    private long[] waiting = new long[0];
    private long[] done = new long[0];
    private long[] weight = new long[0];
    private long[] busy = new long[0];
    private boolean[] settled = new boolean[0];

    private int[] nextItem = new int[0];

    // by lane
    private final long[] updated;
    private final long[] scheduled;
    private final long[] boundary;
    private final long[] laneBusy;
    private final int[] active;

    private long doneVectors;

    FrontEnds(IsoscelesModel model) {
        this.lanes = model.lanes;
        this.capacity = (long) model.processingElements << SHIFT;
        this.period = model.schedulingPeriodCycles;
        this.isStatic = model.staticScheduling;
        this.updated = new long[lanes];
        this.scheduled = new long[lanes];
        this.boundary = new long[lanes];
        this.laneBusy = new long[lanes];
        this.active = new int[lanes];
    }

    /** The lanes turn to a segment. */
    void begin(SegmentItems segment, long now) {
        items = segment;
        depths = segment.depths();
        int streams = lanes * depths;
        head = new int[streams];
        Arrays.fill(head, NONE);
        tail = new int[streams];
        remaining = new long[streams];
        opened = new long[streams];
        rate = new long[streams];
        cap = new long[streams];
        waiting = new long[streams];
        done = new long[streams];
        weight = new long[streams];
        busy = new long[streams];
        settled = new boolean[streams];
        if (nextItem.length < segment.size) {
            nextItem = new int[segment.size];
        }
        Arrays.fill(updated, now);
        Arrays.fill(scheduled, Long.MAX_VALUE);
        Arrays.fill(boundary, now + period);
        Arrays.fill(laneBusy, 0);
        Arrays.fill(active, 0);
        doneVectors = 0;
        long total = 0;
        for (long vectors : segment.vectorsOfDepth) {
            total += vectors;
        }
        for (int s = 0; s < streams; s++) {
            weight[s] = isStatic ? Math.max(1, segment.vectorsOfDepth[s % depths]) : 1;
            cap[s] = isStatic
                    ? Math.max(1, (long) ((double) capacity * segment.vectorsOfDepth[s % depths] / Math.max(1, total)))
                    : capacity;
        }
    }

    /** An item may start; it has elements. Its lane must be {@linkplain #update updated} in this cycle. */
    void add(int item) {
        int stream = items.lane[item] * depths + items.depth[item];
        nextItem[item] = NONE;
        waiting[stream] += (long) items.work[item] << SHIFT;
        if (head[stream] == NONE) {
            head[stream] = item;
            open(stream, updated[items.lane[item]]);
            active[items.lane[item]]++;
        } else {
            nextItem[tail[stream]] = item;
        }
        tail[stream] = item;
    }

    private void open(int stream, long now) {
        int item = head[stream];
        opened[stream] = now;
        // without weights an element passes all the same
        remaining[stream] = (long) (items.work[item] == 0 ? items.elements[item] : items.work[item]) << SHIFT;
    }

    /** Most that the stream can take now: as many vectors as one element per cycle brings. */
    private long limit(int stream) {
        int item = head[stream];
        long elements = items.elements[item];
        return Math.min(cap[stream], (((long) items.work[item] << SHIFT) + elements - 1) / elements);
    }

    /** Cycle of the lane's next event, after it was last updated. */
    long scheduled(int lane) {
        return scheduled[lane];
    }

    /**
     * Brings a lane up to a cycle.
     *
     * @param ended gets the items that have ended by then
     */
    void advance(int lane, long now, EndSink ended) {
        if (now >= boundary[lane] && !isStatic) {
            // a lane with one stream has no events at the ends of periods; nothing has changed since it was updated
            long last = now - (now - boundary[lane]) % period;
            if (last - period > updated[lane]) {
                progress(lane, last - period, ended);
                Arrays.fill(done, lane * depths, (lane + 1) * depths, 0);
            }
            progress(lane, last, ended);
            for (int stream = lane * depths; stream < (lane + 1) * depths; stream++) {
                weight[stream] = Math.max(1, (done[stream] + waiting[stream]) >> SHIFT);
                done[stream] = 0;
            }
            boundary[lane] = last + period;
        }
        progress(lane, now, ended);
    }

    private void progress(int lane, long now, EndSink ended) {
        long cycles = now - updated[lane];
        updated[lane] = now;
        laneBusy[lane] += active[lane] > 0 ? cycles : 0;
        for (int stream = lane * depths; stream < (lane + 1) * depths && cycles > 0; stream++) {
            if (head[stream] != NONE) {
                long progress = Math.min(remaining[stream], rate[stream] * cycles);
                remaining[stream] -= progress;
                busy[stream] += cycles;
                if (items.work[head[stream]] > 0) {
                    done[stream] += progress;
                    waiting[stream] -= progress;
                }
                if (remaining[stream] == 0) {
                    int item = head[stream];
                    long start = opened[stream];
                    doneVectors += items.work[item];
                    head[stream] = nextItem[item];
                    if (head[stream] == NONE) {
                        active[lane]--;
                    } else {
                        open(stream, now);
                    }
                    ended.frontEndEnded(item, start);
                }
            }
        }
    }

    /** Divides the lane's processing elements among its streams anew and finds the lane's next event. */
    void divide(int lane) {
        int from = lane * depths;
        int to = from + depths;
        scheduled[lane] = Long.MAX_VALUE;
        if (active[lane] == 0) {
            return;
        }
        long left = capacity;
        for (int stream = from; stream < to; stream++) {
            settled[stream] = head[stream] == NONE;
            if (!settled[stream] && items.work[head[stream]] == 0) {
                rate[stream] = 1L << SHIFT;
                settled[stream] = true;
            }
        }
        boolean again = true;
        while (again) {
            again = false;
            long weights = 0;
            for (int stream = from; stream < to; stream++) {
                weights += settled[stream] ? 0 : weight[stream];
            }
            long spent = 0;
            for (int stream = from; stream < to; stream++) {
                if (!settled[stream]) {
                    long share = Math.max(1, (long) ((double) left * weight[stream] / weights));
                    long limit = limit(stream);
                    if (limit <= share) {
                        rate[stream] = limit;
                        settled[stream] = true;
                        spent += limit;
                        again = true;
                    } else {
                        rate[stream] = share;
                    }
                }
            }
            left = Math.max(0, left - spent);
        }
        for (int stream = from; stream < to; stream++) {
            if (head[stream] != NONE) {
                long cycles = (remaining[stream] + rate[stream] - 1) / rate[stream];
                scheduled[lane] = Math.min(scheduled[lane], updated[lane] + cycles);
            }
        }
        if (active[lane] > 1 && !isStatic) {
            scheduled[lane] = Math.min(scheduled[lane], boundary[lane]);
        }
    }

    /** Vectors that have been multiplied in the segment. */
    long doneVectors() {
        return doneVectors;
    }

    /** Busy cycles of the busiest lane. */
    long busiest() {
        return Arrays.stream(laneBusy).max().orElse(0);
    }

    /** Cycles for which the busiest lane worked for the layer at a depth. */
    long busiest(int depth) {
        long longest = 0;
        for (int lane = 0; lane < lanes; lane++) {
            longest = Math.max(longest, busy[lane * depths + depth]);
        }
        return longest;
    }

    /** Takes items that have ended. */
    @FunctionalInterface
    interface EndSink {
        /** @param start cycle in which the first element of the item was read */
        void frontEndEnded(int item, long start);
    }
}
