package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.plan.StorageDemand;
import dev.isos.support.machine.AccountedRun;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Event-driven timing. Three resources work at the same time: the array, the vector unit and the DRAM interface. Each
 * takes, whenever it is free, the earliest in the stream of the items that could start. Segments follow one another: the
 * next one starts when the last byte of this one is written. Only the filters of the next segment may come earlier, while
 * the DRAM is idle and as far as there is room: what this segment never uses, and the filters of its layers as they
 * finish.
 */
final class FusedLayerRun extends AccountedRun {
    /** Count: operands of the vector unit. */
    static final String VECTOR_OPERANDS = "vectorOperands";

    /** Prefetched filters are asked for in pieces of this size, so that they hardly delay anything urgent. */
    private static final long PREFETCH_BYTES = 4096;

    private static final int ITEM_BITS = 26;
    private static final long NEVER = Long.MAX_VALUE;

    private final FusedLayerModel model;

    // the last segment that was fed; it is timed once the next one is known
    private PyramidItems current;
    private int currentIndex = -1;
    private PyramidItems waiting;
    private int waitingIndex = -1;

    private final long[] vectorOperands;
    private long now;

    // filters of the next segment that are on chip or under way, when the first were asked for and the last of them
    // arrive
    private long prefetched;
    private long prefetchedFrom;
    private long prefetchedArrive;

    FusedLayerRun(FusedLayerModel model, RunRequest request) {
        super("fused-layer", model, request);
        this.model = model;
        this.vectorOperands = new long[request.network().size()];
    }

    @Override
    public WorkSink beginSegment(int segment) {
        current = new PyramidItems();
        currentIndex = segment;
        return this;
    }

    @Override
    protected int take(WorkItem item) {
        if (item.phase() == FusedLayerWork.VECTOR) {
            vectorOperands[item.layer()] += item.counts()[FusedLayerWork.INPUT_READS];
        }
        return current.add(item);
    }

    @Override
    public void endSegment() {
        current.seal();
        if (waiting != null) {
            new SegmentSimulation(waiting, current).run();
        }
        waiting = current;
        waitingIndex = currentIndex;
        current = null;
    }

    private static boolean computes(int phase) {
        return phase == FusedLayerWork.ARRAY || phase == FusedLayerWork.VECTOR;
    }

    /** One segment. */
    private final class SegmentSimulation {
        private final PyramidItems items;
        private final int[] missing;
        private final PriorityQueue<Long> arrayReady = new PriorityQueue<>();
        private final PriorityQueue<Long> vectorReady = new PriorityQueue<>();
        private final PriorityQueue<Long> dramReady = new PriorityQueue<>();
        private final PriorityQueue<Long> completions = new PriorityQueue<>();
        private final long begin = now;
        private final boolean slices = listener.wantsSlices();
        private final int[] unfinishedOfLayer;
        private final long[] residentOfLayer;
        private long toPrefetch;
        private int prefetchLayer;
        // the one item of which a part has been prefetched, and what is left of it
        private int remainderItem = -1;
        private long remainder;
        // in off-chip bytes of what fits
        private long room;
        private long arrayFree;
        private long vectorFree;
        private long arrayBusy;
        private long vectorBusy;
        private int done;
        private long end;

        SegmentSimulation(PyramidItems items, PyramidItems next) {
            this.items = items;
            missing = new int[items.size()];
            int layers = request.network().size();
            unfinishedOfLayer = new int[layers];
            residentOfLayer = new long[layers];
            for (int i = 0; i < items.size(); i++) {
                missing[i] = items.waits(i);
                if (computes(items.phase(i))) {
                    unfinishedOfLayer[items.layer(i)]++;
                } else if (items.phase(i) == FusedLayerWork.LOAD_WEIGHTS && items.waits(i) == 0) {
                    residentOfLayer[items.layer(i)] += items.amount(i);
                }
            }
            room = model.elementBytes()
                    * (model.onChipBytes()
                            - segment(waitingIndex).storage().stream()
                                    .mapToLong(StorageDemand::demandBytes)
                                    .sum());
            toPrefetch = prefetchable(next);
        }

        private long prefetchable(PyramidItems next) {
            long bytes = 0;
            for (int i = 0; next != null && i < next.size(); i++) {
                if (next.phase(i) == FusedLayerWork.LOAD_WEIGHTS && next.waits(i) == 0) {
                    prefetchLayer = bytes == 0 ? next.layer(i) : prefetchLayer;
                    bytes += next.amount(i);
                }
            }
            return bytes;
        }

        void run() {
            end = begin;
            arrayFree = begin;
            vectorFree = begin;
            start();
            while (done < items.size()) {
                issue();
                long next = nextEvent();
                if (next == NEVER) {
                    throw new IsosException(
                            ErrorCode.SIMULATION_FAILED, "segment " + waitingIndex + " on fused-layer cannot go on");
                }
                now = next;
                complete();
            }
            now = end;
            segments.end(now, Math.max(arrayBusy, vectorBusy));
        }

        /** Readies what waits for nothing; of the filters, only what has not been prefetched is still to be moved. */
        private void start() {
            long left = prefetched;
            prefetched = 0;
            for (int i = 0; i < items.size(); i++) {
                if (missing[i] > 0) {
                    continue;
                }
                if (items.phase(i) == FusedLayerWork.LOAD_WEIGHTS && left > 0) {
                    long here = Math.min(left, items.amount(i));
                    left -= here;
                    if (here == items.amount(i)) {
                        completeAt(i, prefetchedFrom, Math.max(begin, prefetchedArrive));
                        continue;
                    }
                    remainder = items.amount(i) - here;
                    remainderItem = i;
                }
                ready(i);
            }
        }

        private void ready(int i) {
            switch (items.phase(i)) {
                case FusedLayerWork.ARRAY -> arrayReady.add((long) i);
                case FusedLayerWork.VECTOR -> vectorReady.add((long) i);
                default -> dramReady.add((long) i);
            }
        }

        /** An item that has started ends in a cycle. */
        private void completeAt(int i, long start, long cycle) {
            request.listener().onItem(waitingIndex, i, start, cycle);
            completions.add(cycle << ITEM_BITS | i);
        }

        /** Starts everything that can start now. */
        private void issue() {
            while (arrayFree <= now && !arrayReady.isEmpty()) {
                int i = arrayReady.remove().intValue();
                arrayFree = now + items.amount(i);
                arrayBusy += items.amount(i);
                computed(i, "array", arrayFree);
            }
            while (vectorFree <= now && !vectorReady.isEmpty()) {
                int i = vectorReady.remove().intValue();
                vectorFree = now + items.amount(i);
                vectorBusy += items.amount(i);
                computed(i, "vector", vectorFree);
            }
            while (port.freeFrom() <= now && (!dramReady.isEmpty() || mayPrefetch())) {
                if (dramReady.isEmpty()) {
                    prefetch();
                } else {
                    transfer(dramReady.remove().intValue());
                }
            }
        }

        private void computed(int i, String track, long free) {
            int layer = items.layer(i);
            worked(layer, now, free + model.pipelineDepth(), busy(layer) + items.amount(i));
            completeAt(i, now, free + model.pipelineDepth());
            if (slices) {
                slice(track, layer, items.phase(i), now, free);
            }
        }

        private void transfer(int i) {
            long bytes = i == remainderItem ? remainder : items.amount(i);
            completeAt(
                    i,
                    i == remainderItem ? prefetchedFrom : now,
                    items.phase(i) == FusedLayerWork.STORE_OUTPUT
                            ? port.write(items.layer(i), items.phase(i), now, bytes)
                            : port.read(items.layer(i), items.phase(i), now, bytes));
        }

        private boolean mayPrefetch() {
            return Math.min(toPrefetch, room) > 0;
        }

        private void prefetch() {
            long bytes = Math.min(PREFETCH_BYTES, Math.min(toPrefetch, room));
            prefetchedFrom = prefetched == 0 ? now : prefetchedFrom;
            prefetchedArrive = port.read(prefetchLayer, FusedLayerWork.LOAD_WEIGHTS, now, bytes);
            toPrefetch -= bytes;
            room -= bytes;
            prefetched += bytes;
        }

        private long nextEvent() {
            long next = completions.isEmpty() ? NEVER : completions.peek() >> ITEM_BITS;
            if (!arrayReady.isEmpty()) {
                next = Math.min(next, arrayFree);
            }
            if (!vectorReady.isEmpty()) {
                next = Math.min(next, vectorFree);
            }
            if (!dramReady.isEmpty() || mayPrefetch()) {
                next = Math.min(next, port.freeFrom());
            }
            return next;
        }

        private void complete() {
            while (!completions.isEmpty() && completions.peek() >> ITEM_BITS <= now) {
                long completion = completions.remove();
                int i = (int) (completion & (1L << ITEM_BITS) - 1);
                end = Math.max(end, completion >> ITEM_BITS);
                done++;
                if (computes(items.phase(i)) && --unfinishedOfLayer[items.layer(i)] == 0) {
                    // the filters of a finished layer make room for the next segment's
                    room += residentOfLayer[items.layer(i)];
                }
                for (int s = items.successorsFrom(i); s < items.successorsTo(i); s++) {
                    int successor = items.successor(s);
                    if (--missing[successor] == 0) {
                        ready(successor);
                    }
                }
            }
        }
    }

    @Override
    public MachineReport finish() {
        if (waiting != null) {
            new SegmentSimulation(waiting, null).run();
        }
        return super.finish();
    }

    @Override
    protected Map<String, Long> counts(int layer) {
        return Map.of(VECTOR_OPERANDS, vectorOperands[layer]);
    }
}
