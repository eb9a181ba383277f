package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.hardware.part.LaneLink;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * One simulation, event by event. All that happens in a cycle (ends of work and transfers) is settled before anything new starts
 * in it, and the DRAM grants requests last. So the outcome does not depend on the order of events within a cycle.
 *
 * <p><b>Segments</b> overlap at their ends: while one runs, the next one loads weights and inputs ahead, as far as there is room
 * and its inputs have been stored; its computation starts when all computation of the one before has ended, whose last outputs
 * may still be on their way off chip. So a segment is played only when the items of the next one are known.
 *
 * <p>{@link Lanes} compute, {@link OffChip} moves bytes, {@link LaneQueues} hold them, {@link RunAccounts} count; this class
 * knows which item waits for which, and the time.
 */
public final class IsoscelesRun implements MachineRun, Lanes.Machine {
    /** Events of smaller kinds are the lanes'. */
    private static final int DRAM = 2;

    /** Events of this kind are of the first segment state, of the next kind of the second one; so are the following. */
    private static final int TRANSFER = 3;

    /** What an item waits for has come over the link. */
    private static final int ARRIVAL = 5;

    private final RunRequest request;
    private final IsoscelesModel model;
    private final SimulationListener listener;
    private final Lanes lanes;
    private final OffChip offChip;
    private final RunAccounts accounts;
    private final EventQueue events = new EventQueue();

    /** Two states take turns: one runs, the other one is filled with the next segment and loads ahead. */
    private final SegmentState[] states;

    private SegmentState running;
    private SegmentState ahead;

    /** The segment for which the lanes compute: the running one, or the one after if only outputs are left to store. */
    private SegmentState computing;

    private int begun = -1;
    private boolean open;
    private long now;
    private long segmentStart;

    // what has ended in this cycle and is not settled yet
    private long[] endedStack = new long[64];
    private int endedCount;

    private final boolean wantsSlices;

    /** The way between lanes; null if there is none to go. */
    private final LaneLink.Run link;

    /** @param lanes of this run alone */
    public IsoscelesRun(IsoscelesModel model, RunRequest request, WorkSchema schema, Lanes lanes) {
        this.model = model;
        this.request = request;
        this.listener = request.listener();
        this.lanes = lanes;
        this.offChip = new OffChip(model, listener);
        this.accounts = new RunAccounts(request.network().size(), lanes, offChip);
        this.states = new SegmentState[] {
            new SegmentState(0, model, schema, request.network()), new SegmentState(1, model, schema, request.network())
        };
        this.wantsSlices = listener.wantsSlices();
        this.link = model.link == NoLink.INSTANCE ? null : model.link.begin();
    }

    @Override
    public WorkSink beginSegment(int index) {
        if (open || index != begun + 1 || index >= request.plan().segments().size()) {
            throw new IllegalStateException("segment " + index + " cannot begin after segment " + begun
                    + (open ? ", which has not ended" : ""));
        }
        open = true;
        begun = index;
        SegmentItems items = states[index % 2].items;
        items.begin(index, request.plan().segments().get(index));
        return items;
    }

    @Override
    public void endSegment() {
        if (!open) {
            throw new IllegalStateException("no segment has begun");
        }
        open = false;
        SegmentState arrived = states[begun % 2];
        arrived.begin(request.plan().segments().get(begun));
        if (running == null) {
            running = arrived;
            turnTo(running);
            offChip.serve(running.requests, null);
            start(running);
            return;
        }
        ahead = arrived;
        // images of a batch do not read each other's outputs
        if (request.image(ahead.items.segment) == request.image(running.items.segment)) {
            ahead.link(running);
        } else {
            ahead.queues.yieldToRunning();
        }
        offChip.serve(running.requests, ahead.requests);
        start(ahead);
        play();
    }

    /** Plays the running segment to its end; then the next one runs. */
    private void play() {
        settle();
        while (running.items.itemsLeft > 0) {
            if (events.isEmpty()) {
                throw stuck();
            }
            now = events.cycle();
            while (!events.isEmpty() && events.cycle() == now) {
                handle(events.remove());
            }
            settle();
        }
        check(
                running.queues.allEmpty(),
                "the queues of segment " + running.items.segment + " are not empty at its end");
        accounts.end(running.items, segmentStart, now);
        segmentStart = now;
        listener.onSegmentEnd(running.items.segment, now);
        running = ahead;
        ahead = null;
        offChip.serve(running == null ? null : running.requests, null);
    }

    @Override
    public MachineReport finish() {
        if (open || begun + 1 != request.plan().segments().size()) {
            throw new IllegalStateException("the run has ended after segment " + begun + " of "
                    + request.plan().segments().size());
        }
        if (running != null) {
            play();
        }
        return accounts.report(now);
    }

    /** The lanes turn to a segment. */
    private void turnTo(SegmentState state) {
        computing = state;
        lanes.begin(state.items, this, now);
        for (int i = 0; i < state.heldCount(); i++) {
            lanes.compute(state.held(i), now);
        }
        // what was loaded ahead had to share the pool of the segment before
        for (int queue = 0; queue < state.queues.queues(); queue++) {
            admit(state, queue);
        }
    }

    /** Everything that waits for nothing may begin. */
    private void start(SegmentState state) {
        for (int i = 0; i < state.items.size; i++) {
            if (state.items.left[i] == 0) {
                becomeReady(state, i);
            }
        }
    }

    private void handle(long code) {
        int about = EventQueue.about(code);
        int kind = EventQueue.kind(code);
        if (kind < DRAM) {
            lanes.handle(kind, about, now);
        } else if (kind == DRAM) {
            offChip.wake();
        } else if (kind < ARRIVAL) {
            end(states[kind - TRANSFER], about);
        } else {
            released(states[kind - ARRIVAL], about);
        }
    }

    @Override
    public void at(long cycle, int kind, int about) {
        events.add(cycle, kind, about);
    }

    @Override
    public void ended(int item, long start) {
        SegmentItems items = computing.items;
        accounts.computed(items, item, start, now);
        listener.onItem(items.segment, item, start, now);
        if (wantsSlices && start < now) {
            String unit = items.isFrontEnd(item) ? "/frontend " + (items.depth[item] + 1) : "/backend";
            listener.onSlice(
                    "lane " + items.lane[item] + unit,
                    items.layerOf(item),
                    IsOsSchema.PHASES.get(items.phase[item]).id(),
                    start,
                    now);
        }
        end(computing, item);
    }

    private void settle() {
        do {
            while (endedCount > 0) {
                long ended = endedStack[--endedCount];
                settle(states[(int) (ended >>> Integer.SIZE)], (int) ended);
            }
        } while (turn());
        lanes.settled(now);
        offChip.grant(now, this);
    }

    /** Turns the lanes to the next segment if all computation of the running one has ended; returns whether they have. */
    private boolean turn() {
        if (computing != running || running.items.computingLeft > 0) {
            return false;
        }
        accounts.computed(running.items, now);
        computing = null;
        if (ahead != null) {
            turnTo(ahead);
        }
        return true;
    }

    private void becomeReady(SegmentState state, int item) {
        if (state.items.held[item] > 0) {
            state.queues.ready(item);
            admit(state, state.queues.queueOf(item));
        } else {
            begin(state, item);
        }
    }

    /** Gives space to the next items of a queue as long as they are ready and it suffices. */
    private void admit(SegmentState state, int queue) {
        LaneQueues before = before(state);
        boolean loadsAhead = loadsAhead(state);
        for (int item = state.queues.admit(queue, before, loadsAhead);
                item >= 0;
                item = state.queues.admit(queue, before, loadsAhead)) {
            tell(state, queue);
            begin(state, item);
        }
    }

    /** The queues of the segment before, which may still hold outputs to be stored; null for the running one. */
    private LaneQueues before(SegmentState state) {
        return state == ahead ? running.queues : null;
    }

    private boolean loadsAhead(SegmentState state) {
        return state == ahead && computing != ahead;
    }

    private LaneQueues other(SegmentState state) {
        return state == ahead ? running.queues : ahead == null ? null : ahead.queues;
    }

    /** An item is ready and has its space. */
    private void begin(SegmentState state, int item) {
        if (!state.items.computes(item)) {
            lanes.transferBegins(state.items, item);
            state.requests.ask(item);
            offChip.wake();
        } else if (state == computing) {
            lanes.compute(item, now);
        } else {
            state.hold(item);
        }
    }

    /** The DRAM will be free at a cycle. */
    void wakeAt(long cycle) {
        events.add(cycle, DRAM, 0);
    }

    /** The last byte of an item's transfer arrives at a cycle. */
    void transferred(SegmentItems of, int item, long cycle) {
        events.add(cycle, TRANSFER + (of == states[0].items ? 0 : 1), item);
    }

    private void end(SegmentState state, int item) {
        if (endedCount == endedStack.length) {
            endedStack = Arrays.copyOf(endedStack, 2 * endedCount);
        }
        endedStack[endedCount++] = (long) state.slot << Integer.SIZE | item;
    }

    /** Settles the end of an item: what it releases and whom it sets free. */
    private void settle(SegmentState state, int item) {
        SegmentItems items = state.items;
        check(!items.ended[item], "a work item has ended twice");
        items.ended[item] = true;
        items.itemsLeft--;
        items.computingLeft -= items.computes(item) ? 1 : 0;
        lanes.itemEnded(items, item);
        items.left[item] = items.waiterCount(item);
        if (items.left[item] == 0) {
            release(state, item);
        }
        int end = items.waitStart[item + 1];
        items.waits.seek(items.waitStart[item]);
        while (items.waits.position() < end) {
            int producer = item - items.waits.next();
            if (--items.left[producer] == 0) {
                release(state, producer);
            }
        }
        end = items.waiterStart[item + 1];
        items.waiters.seek(items.waiterStart[item]);
        while (items.waiters.position() < end) {
            int waiter = item + items.waiters.next();
            long cycle = link == null ? now : overLink(items, item, waiter);
            if (cycle > now) {
                events.add(cycle, ARRIVAL + state.slot, waiter);
            } else {
                released(state, waiter);
            }
        }
        if (state == running && ahead != null && items.phase[item] == IsOsSchema.STORE_OUTPUT) {
            for (int load = ahead.stored(items, item); load >= 0; load = ahead.nextLoad(load)) {
                if (--ahead.items.left[load] == 0) {
                    becomeReady(ahead, load);
                }
            }
        }
    }

    /** One of the items that another one waits for has ended, and what it made has arrived. */
    private void released(SegmentState state, int waiter) {
        if (--state.items.left[waiter] == 0) {
            becomeReady(state, waiter);
        }
    }

    /**
     * When what an item has made is in the lane of one that waits for it. A back end's non-zero partial results come in equal parts
     * from the front ends that it waits for; a fiber of activations goes in equal parts to those that wait for it.
     */
    private long overLink(SegmentItems items, int item, int waiter) {
        int from = items.lane[item];
        int to = items.lane[waiter];
        if (from == to || !items.computes(item) || !items.computes(waiter)) {
            return now;
        }
        long bytes = items.isFrontEnd(item)
                ? ceilDiv(model.partialBytes * items.elements[waiter], items.waitCount(waiter))
                : ceilDiv(items.held[item], items.waiterCount(item));
        long cycle = link.arrival(now, from, to, bytes);
        check(cycle >= now, () -> "the link delivers in cycle " + cycle + " what it was given in cycle " + now);
        return cycle;
    }

    private static long ceilDiv(long a, long b) {
        return (a + b - 1) / b;
    }

    /** The last user of an item has ended. */
    private void release(SegmentState state, int item) {
        lanes.released(state.items, item);
        if (state.items.phase[item] == IsOsSchema.LOAD_WEIGHTS) {
            offChip.release(state.items, item, now);
        }
        if (state.items.held[item] > 0) {
            int queue = state.queues.queueOf(item);
            boolean pooled = state.queues.release(item, before(state), loadsAhead(state));
            tell(state, queue);
            int lane = queue % model.lanes;
            if (pooled) {
                admitLane(state, lane);
            } else {
                admit(state, queue);
            }
            // the next segment waits for the pool or for nobody else to wait for it, or once the lanes have turned to
            // it for whatever is freed
            if (ahead != null && state != ahead && (pooled || computing == ahead || ahead.queues.yields())) {
                admitLane(ahead, lane);
            }
        }
    }

    private void tell(SegmentState state, int queue) {
        if (wantsSlices) {
            state.queues.tell(queue, other(state), listener, now);
        }
    }

    private void admitLane(SegmentState state, int lane) {
        for (int queue = lane; queue < state.queues.queues(); queue += model.lanes) {
            admit(state, queue);
        }
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw broken(otherwise);
        }
    }

    /** Ends the run with a sentence, made only if it is needed, where a law does not hold. */
    public static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw broken(otherwise.get());
        }
    }

    /** The error of a broken law. */
    public static IsosException broken(String law) {
        return new IsosException(ErrorCode.VERIFICATION_FAILED, "isosceles broke a conservation law: " + law);
    }

    /** Nothing will happen any more though items remain: says which one is stuck, and on what. */
    private IsosException stuck() {
        SegmentItems items = running.items;
        int victim = -1;
        for (int i = 0; i < items.size && victim < 0; i++) {
            if (!items.ended[i] && items.left[i] == 0) {
                victim = i;
            }
        }
        String wants = "nothing that the machine knows of";
        if (victim >= 0 && items.phase[victim] == IsOsSchema.LOAD_WEIGHTS) {
            wants = items.work[victim] + " bytes of the filter buffer, of which " + offChip.filterBufferUsed() + " of "
                    + model.filterBufferBytes + " are taken";
        } else if (victim >= 0 && items.held[victim] > 0) {
            wants = running.queues.describe(victim);
        }
        return new IsosException(
                ErrorCode.SIMULATION_FAILED,
                "isosceles is stuck in cycle " + now + " of segment " + items.segment + " with " + items.itemsLeft
                        + " work items left: " + (victim < 0 ? "an item" : name(items, victim)) + " waits for "
                        + wants);
    }

    private String name(SegmentItems items, int item) {
        return "layer " + request.network().layer(items.layerOf(item)).name() + ", phase "
                + IsOsSchema.PHASES.get(items.phase[item]).id() + ", step " + items.step[item] + ", row "
                + items.row[item];
    }
}
