package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.Arrays;

/**
 * One simulation: takes the items of a segment, then plays the segment event by event. All that happens in a cycle (ends
 * of tasks and transfers) is settled before anything new starts in it; units then start tasks in order of lanes, and the
 * DRAM grants requests last. So the outcome does not depend on the order of events within a cycle.
 *
 * <p>{@link LaneUnits} compute, {@link OffChipTransfers} move bytes, {@link WavefrontQueues} hold them, {@link RunAccounts}
 * count; this class knows which item waits for which, and the time.
 *
 * <p><b>Queues.</b> An item that holds bytes gets them in the queue of its tensor and lane, before it starts and in the order
 * of the wavefronts (step, row, arrival), as soon as it is ready and they fit or the queue is empty. Order matters: if a
 * late wavefront could take the space that an earlier row of the same lane needs, rows could block each other for ever.
 *
 * <p><b>Segments.</b> A segment ends when its last byte has been written; the next one's requests start then. They would not be
 * served earlier if they queued up when the last computation ends, since the outputs still to be written, which are mostly
 * their own inputs, are ahead of them.
 */
final class IsoscelesRun implements MachineRun {
    private final RunRequest request;
    private final IsoscelesModel model;
    private final SegmentItems items;
    private final LaneUnits units;
    private final OffChipTransfers offChip;
    private final WavefrontQueues queues;
    private final RunAccounts accounts;
    private final EventQueue events = new EventQueue();

    /** Event after the ends of the units' tasks: the DRAM is free; then those of the items' transfers. */
    private final int wakeCode;

    // state of the items of the running segment
    private int[] waitsLeft = new int[0];
    private int[] waitersLeft = new int[0];
    private int[] endedStack = new int[0];
    private int endedStackSize;
    private int endedItems;
    private boolean[] ended = new boolean[0];

    private int segment = -1;
    private boolean open;
    private long now;
    private long segmentStart;

    IsoscelesRun(IsoscelesModel model, RunRequest request, WorkSchema schema) {
        this.model = model;
        this.request = request;
        this.items = new SegmentItems(model, schema, request.network().size());
        this.units = new LaneUnits(model, items, request.network(), request.listener());
        this.wakeCode = units.units;
        this.offChip = new OffChipTransfers(model, items, request, wakeCode);
        this.queues = new WavefrontQueues(model.lanes);
        this.accounts = new RunAccounts(model, items, units, offChip);
    }

    @Override
    public WorkSink beginSegment(int index) {
        if (open || index != segment + 1 || index >= request.plan().segments().size()) {
            throw new IllegalStateException("segment " + index + " cannot begin after segment " + segment
                    + (open ? ", which has not ended" : ""));
        }
        open = true;
        segment = index;
        items.begin(currentSegment());
        return items;
    }

    private Segment currentSegment() {
        return request.plan().segments().get(segment);
    }

    @Override
    public void endSegment() {
        if (!open) {
            throw new IllegalStateException("no segment has begun");
        }
        open = false;
        items.end();
        prepare();
        simulate();
        accounts.add(segment, segmentStart, now);
        check(queues.allEmpty(), "the queues of segment " + segment + " are not empty at its end");
        segmentStart = now;
        request.listener().onSegmentEnd(segment, now);
    }

    private void prepare() {
        int n = items.size;
        if (waitsLeft.length < n) {
            int capacity = Math.max(n, 2 * waitsLeft.length);
            waitsLeft = new int[capacity];
            waitersLeft = new int[capacity];
            endedStack = new int[capacity];
            ended = new boolean[capacity];
        }
        Arrays.fill(ended, 0, n, false);
        endedItems = 0;
        endedStackSize = 0;
        for (int i = 0; i < n; i++) {
            waitsLeft[i] = items.waitStart[i + 1] - items.waitStart[i];
            waitersLeft[i] = items.waiterStart[i + 1] - items.waiterStart[i];
        }
        units.begin();
        queues.begin(currentSegment(), items, request.network());
        offChip.begin(segment);
    }

    private void simulate() {
        int n = items.size;
        events.clear();
        for (int i = 0; i < n; i++) {
            if (waitsLeft[i] == 0) {
                becomeReady(i);
            }
        }
        settle();
        while (endedItems < n) {
            if (events.isEmpty()) {
                throw stuck();
            }
            now = events.cycle();
            while (!events.isEmpty() && events.cycle() == now) {
                handle(events.remove());
            }
            settle();
        }
    }

    private void settle() {
        drainEnded();
        units.startTasks(now, events);
        offChip.grant(now, events);
    }

    private void handle(int code) {
        if (code < wakeCode) {
            endTask(code);
        } else if (code == wakeCode) {
            offChip.wake();
        } else {
            end(code - wakeCode - 1);
        }
    }

    private void endTask(int unit) {
        int item = units.end(unit);
        if (unit % LaneUnits.UNITS == LaneUnits.MERGE && items.work2[item] > 0) {
            units.enqueue(LaneUnits.POST, item);
        } else {
            end(item);
        }
    }

    /** Everything an item waited for has ended. */
    private void becomeReady(int item) {
        if (items.held[item] > 0) {
            queues.ready(item);
            admit(queues.queueOf(item));
        } else {
            begin(item);
        }
    }

    /** Gives space to the next items of a queue as long as they are ready and it suffices. */
    private void admit(int queue) {
        int item = queues.admit(queue);
        while (item >= 0) {
            queues.tell(queue, request.listener(), now);
            begin(item);
            item = queues.admit(queue);
        }
    }

    /** An item is ready and has its space. */
    private void begin(int item) {
        switch (items.phase[item]) {
            case IsOsWork.LOAD_WEIGHTS, IsOsWork.LOAD_INPUT, IsOsWork.STORE_OUTPUT -> offChip.ask(item);
            case IsOsWork.FRONTEND -> units.enqueue(LaneUnits.FRONT, item);
            default -> {
                if (items.work[item] > 0) {
                    units.enqueue(LaneUnits.MERGE, item);
                } else if (items.work2[item] > 0) {
                    units.enqueue(LaneUnits.POST, item);
                } else {
                    units.noteCompute(item, now, now);
                    end(item);
                }
            }
        }
    }

    private void end(int item) {
        endedStack[endedStackSize++] = item;
    }

    /** Settles the ends of items: what they release and whom they set free. */
    private void drainEnded() {
        while (endedStackSize > 0) {
            int item = endedStack[--endedStackSize];
            check(!ended[item], "a work item has ended twice");
            ended[item] = true;
            endedItems++;
            if (waitersLeft[item] == 0) {
                release(item);
            }
            for (int e = items.waitStart[item]; e < items.waitStart[item + 1]; e++) {
                int producer = items.waits[e];
                if (--waitersLeft[producer] == 0) {
                    release(producer);
                }
            }
            for (int e = items.waiterStart[item]; e < items.waiterStart[item + 1]; e++) {
                int waiter = items.waiters[e];
                if (--waitsLeft[waiter] == 0) {
                    becomeReady(waiter);
                }
            }
        }
    }

    /** The last user of an item has ended. */
    private void release(int item) {
        if (items.phase[item] == IsOsWork.LOAD_WEIGHTS) {
            offChip.release(item, now);
        }
        if (items.held[item] > 0) {
            queues.release(item);
            queues.tell(queues.queueOf(item), request.listener(), now);
            admit(queues.queueOf(item));
        }
    }

    @Override
    public MachineReport finish() {
        if (open || segment + 1 != request.plan().segments().size()) {
            throw new IllegalStateException("the run has ended after segment " + segment + " of "
                    + request.plan().segments().size());
        }
        return accounts.report(now);
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw broken(otherwise);
        }
    }

    static IsosException broken(String law) {
        return new IsosException(ErrorCode.VERIFICATION_FAILED, "isosceles broke a conservation law: " + law);
    }

    /** Nothing will happen any more though items remain: says which one is stuck, and on what. */
    private IsosException stuck() {
        int victim = -1;
        for (int i = 0; i < items.size && victim < 0; i++) {
            if (!ended[i] && waitsLeft[i] == 0) {
                victim = i;
            }
        }
        String wants = "nothing that the machine knows of";
        if (victim >= 0 && items.phase[victim] == IsOsWork.LOAD_WEIGHTS) {
            wants = items.work[victim] + " bytes of the filter buffer, of which "
                    + (offChip.filterBufferUsed() + offChip.prefetched()) + " of " + model.filterBufferBytes
                    + " are taken";
        } else if (victim >= 0 && items.held[victim] > 0) {
            wants = queues.describeBlock(victim, this::name, i -> !ended[i] || waitersLeft[i] > 0);
        }
        return new IsosException(
                ErrorCode.SIMULATION_FAILED,
                "isosceles is stuck in cycle " + now + " of segment " + segment + " with " + (items.size - endedItems)
                        + " work items left: " + (victim < 0 ? "an item" : name(victim)) + " waits for " + wants);
    }

    private String name(int item) {
        Layer layer = request.network().layer(items.layerAt(items.depth[item]));
        return "layer " + layer.name() + ", phase "
                + IsOsWork.PHASES.get(items.phase[item]).id() + ", step " + items.step[item] + ", row "
                + items.row[item];
    }
}
