package dev.isos.hw.isosceles;

import java.util.Arrays;

/** Lanes event by event: {@link FrontEnds} and {@link BackEnds} reckon when items end from their counts. */
final class EventLanes implements Lanes, FrontEnds.EndSink {
    private static final int FRONT_END = 0;
    private static final int BACK_END = 1;

    private final FrontEnds frontEnds;
    private final BackEnds backEnds;
    private SegmentItems items;
    private Machine machine;

    /** Lanes whose processing elements must be divided anew. */
    private final boolean[] changed;

    private final int[] changedLanes;
    private int changedCount;

    /** Cycle of the first event that is under way to each lane's front end; it may come to find nothing to do. */
    private final long[] nextEvent;

    EventLanes(IsoscelesModel model) {
        frontEnds = new FrontEnds(model);
        backEnds = new BackEnds(model);
        changed = new boolean[model.lanes];
        changedLanes = new int[model.lanes];
        nextEvent = new long[model.lanes];
    }

    @Override
    public void begin(SegmentItems segment, Machine around, long now) {
        items = segment;
        machine = around;
        frontEnds.begin(segment, now);
        backEnds.begin(segment);
        Arrays.fill(nextEvent, Long.MAX_VALUE);
    }

    @Override
    public void compute(int item, long now) {
        boolean frontEnd = items.isFrontEnd(item);
        if ((frontEnd ? items.elements[item] : items.work[item]) == 0) {
            machine.ended(item, now);
        } else if (frontEnd) {
            touch(items.lane[item], now);
            frontEnds.add(item);
        } else if (backEnds.add(item)) {
            startBackEnd(item, now);
        }
    }

    private void startBackEnd(int item, long now) {
        machine.at(now + items.work[item], BACK_END, items.lane[item]);
    }

    @Override
    public void handle(int kind, int about, long now) {
        if (kind == BACK_END) {
            int ended = backEnds.running(about);
            machine.ended(ended, now - items.work[ended]);
            int next = backEnds.next(about);
            if (next >= 0) {
                startBackEnd(next, now);
            }
        } else if (nextEvent[about] == now) {
            nextEvent[about] = Long.MAX_VALUE;
            if (frontEnds.scheduled(about) == now) {
                touch(about, now);
            } else {
                schedule(about);
            }
        }
    }

    /** Asks for an event when the lane's front end has something to do, unless one comes before. */
    private void schedule(int lane) {
        if (frontEnds.scheduled(lane) < nextEvent[lane]) {
            nextEvent[lane] = frontEnds.scheduled(lane);
            machine.at(nextEvent[lane], FRONT_END, lane);
        }
    }

    /** Brings a lane's front end up to this cycle; its processing elements will be divided anew. */
    private void touch(int lane, long now) {
        if (!changed[lane]) {
            changed[lane] = true;
            changedLanes[changedCount++] = lane;
            frontEnds.advance(lane, now, this);
        }
    }

    @Override
    public void frontEndEnded(int item, long start) {
        machine.ended(item, start);
    }

    @Override
    public void settled(long now) {
        for (int i = 0; i < changedCount; i++) {
            int lane = changedLanes[i];
            changed[lane] = false;
            frontEnds.divide(lane);
            schedule(lane);
        }
        changedCount = 0;
    }

    @Override
    public long doneVectors() {
        return frontEnds.doneVectors();
    }

    @Override
    public long busiest() {
        return Math.max(frontEnds.busiest(), backEnds.busiest());
    }

    @Override
    public long busiest(int depth) {
        return Math.max(frontEnds.busiest(depth), backEnds.busiest(depth));
    }
}
