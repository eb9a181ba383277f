package dev.isos.hw.isosceles;

import dev.isos.api.hardware.part.LaneScheduler;
import java.util.Arrays;

/**
 * The front ends of all lanes. A lane has a stream of activations for each layer of the pipeline. A stream yields one element
 * (or {@code streamElements}) per cycle, and the lane's processing elements multiply it by the weights of its channel, one
 * vector each per cycle; it reads ahead by as many elements as there are filter fetchers. Several streams share the processing
 * elements: every period they are divided in proportion to the vectors that each layer asked for in the period before (done, or
 * still waiting at its end); what a stream cannot use, since its elements do not come faster, goes to the others. Work is
 * counted in fixed point, so that outcomes do not depend on the machine that simulates.
 */
final class FrontEnds {
    private static final int NONE = -1;

    /** Fixed-point scale of vectors. */
    private static final int SHIFT = 20;

    private final int lanes;
    private final long capacity;
    private final long period;
    private final LaneScheduler scheduler;
    private final int streamElements;

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

    /** Elements of the item at work that were not read ahead while the one before was at work. */
    private long[] toRead = new long[0];

    /** When the last element of the item at work has been read; counted in elements, of which a cycle has so many. */
    private long[] readBy = new long[0];

    // by item
    private long[] readyAt = new long[0];

    // by lane
    private final long[] updated;
    private final long[] scheduled;
    private final long[] boundary;
    private final long[] laneBusy;
    private final int[] active;

    // of the lane at hand, by depth
    private long[] doneOfLane = new long[0];
    private long[] waitingOfLane = new long[0];
    private long[] shares = new long[0];

    private long doneVectors;

    FrontEnds(IsoscelesModel model) {
        this.lanes = model.lanes;
        this.capacity = (long) model.processingElements << SHIFT;
        this.period = model.schedulingPeriodCycles;
        this.scheduler = model.scheduler;
        this.streamElements = model.streamElements;
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
        toRead = new long[streams];
        readBy = new long[streams];
        if (readyAt.length < segment.size) {
            readyAt = new long[segment.size];
        }
        Arrays.fill(updated, now);
        Arrays.fill(scheduled, Long.MAX_VALUE);
        Arrays.fill(boundary, now + period);
        Arrays.fill(laneBusy, 0);
        Arrays.fill(active, 0);
        doneVectors = 0;
        doneOfLane = new long[depths];
        waitingOfLane = new long[depths];
        shares = new long[depths];
        long[] vectors = Arrays.copyOf(segment.vectorsOfDepth, depths);
        scheduler.begin(vectors, shares);
        long total = 0;
        for (int depth = 0; depth < depths; depth++) {
            shares[depth] = Math.max(1, shares[depth]);
            total += scheduler.keepsToShares() ? vectors[depth] : 0;
        }
        for (int s = 0; s < streams; s++) {
            weight[s] = shares[s % depths];
            cap[s] = scheduler.keepsToShares()
                    ? Math.max(1, (long) ((double) capacity * vectors[s % depths] / Math.max(1, total)))
                    : capacity;
        }
    }

    /** An item may start; it has elements. Its lane must be {@linkplain #update updated} in this cycle. */
    void add(int item) {
        int stream = items.lane[item] * depths + items.depth[item];
        items.next[item] = NONE;
        readyAt[item] = updated[items.lane[item]];
        waiting[stream] += (long) items.work[item] << SHIFT;
        if (head[stream] == NONE) {
            head[stream] = item;
            open(stream, updated[items.lane[item]], 0);
            active[items.lane[item]]++;
        } else {
            items.next[tail[stream]] = item;
        }
        tail[stream] = item;
    }

    /** @param ahead elements of the item that have been read already */
    private void open(int stream, long now, long ahead) {
        int item = head[stream];
        opened[stream] = now;
        long left = Math.max(1, items.elements[item] - ahead);
        readBy[stream] = now * streamElements + left;
        // what was read in a part of a cycle comes out of what is left of that cycle
        toRead[stream] = Math.max(1, items.elements[item] - ahead / streamElements * streamElements);
        // without weights an element passes all the same
        remaining[stream] = (items.work[item] == 0 ? left : items.work[item]) << SHIFT;
    }

    /** Most that the stream can take now: as many vectors as the elements of a cycle bring, be they of the items that follow. */
    private long limit(int stream) {
        int item = head[stream];
        long vectors = (long) items.work[item] << SHIFT;
        long more = streamElements - toRead[stream];
        if (more <= 0) {
            return Math.min(cap[stream], (vectors * streamElements + toRead[stream] - 1) / toRead[stream]);
        }
        for (item = items.next[item]; item != NONE && more > 0; item = items.next[item]) {
            long read = Math.min(more, items.elements[item]);
            vectors += ((long) items.work[item] << SHIFT) * read / items.elements[item];
            more -= read;
        }
        return Math.min(cap[stream], vectors);
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
        long cycles = now - updated[lane];
        updated[lane] = now;
        laneBusy[lane] += active[lane] > 0 ? cycles : 0;
        for (int stream = lane * depths; stream < (lane + 1) * depths && cycles > 0; stream++) {
            if (head[stream] != NONE) {
                long progress = rate[stream] * cycles;
                busy[stream] += cycles;
                progress -= multiply(stream, progress);
                int turns = 0;
                while (head[stream] != NONE && remaining[stream] == 0) {
                    int item = head[stream];
                    long start = opened[stream];
                    doneVectors += items.work[item];
                    head[stream] = items.next[item];
                    if (head[stream] == NONE) {
                        active[lane]--;
                    } else {
                        progress = follow(stream, now, items.work[item] == 0 ? 0 : progress, ++turns < streamElements);
                    }
                    ended.frontEndEnded(item, start);
                }
            }
        }
        if (now >= boundary[lane] && scheduler.repeats()) {
            // boundaries that nobody has stopped at lie in periods without work
            boolean idle = now >= boundary[lane] + period;
            int from = lane * depths;
            for (int depth = 0; depth < depths; depth++) {
                // fractions of vectors count together
                long all = (idle ? 0 : done[from + depth]) + waiting[from + depth];
                waitingOfLane[depth] = waiting[from + depth] >> SHIFT;
                doneOfLane[depth] = (all >> SHIFT) - waitingOfLane[depth];
                shares[depth] = weight[from + depth];
                done[from + depth] = 0;
            }
            scheduler.divide(doneOfLane, waitingOfLane, shares);
            for (int depth = 0; depth < depths; depth++) {
                weight[from + depth] = Math.max(1, shares[depth]);
            }
            boundary[lane] += ((now - boundary[lane]) / period + 1) * period;
        }
    }

    /** Makes progress with the item at work; returns how much of it was used. */
    private long multiply(int stream, long progress) {
        long used = Math.min(remaining[stream], progress);
        remaining[stream] -= used;
        if (items.work[head[stream]] > 0) {
            done[stream] += used;
            waiting[stream] -= used;
        }
        return used;
    }

    /**
     * The item after the one that has ended was waiting already: its elements have been read since the last of the one before,
     * as far as there are fetchers, and it takes what is left of the cycle.
     *
     * @param mayEnd whether the item may end in this cycle too: in a cycle as many do as elements are read
     * @return what it has left of the cycle
     */
    private long follow(int stream, long now, long left, boolean mayEnd) {
        int item = head[stream];
        long from = Math.max(readBy[stream], readyAt[item] * streamElements);
        long ahead = Math.max(0, Math.min(IsoscelesModel.FILTER_FETCHERS, now * streamElements - from));
        open(stream, now, ahead);
        boolean ends = mayEnd && items.elements[item] <= ahead;
        if (ends) {
            readBy[stream] = from + items.elements[item];
        }
        if (items.work[item] > 0) {
            return left - multiply(stream, Math.min(left, remaining[stream] - (ends ? 0 : 1)));
        }
        remaining[stream] = ends ? 0 : remaining[stream];
        return left;
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
                rate[stream] = (long) streamElements << SHIFT;
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
        if (scheduler.repeats()) {
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
