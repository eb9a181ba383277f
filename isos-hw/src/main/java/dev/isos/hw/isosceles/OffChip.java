package dev.isos.hw.isosceles;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.hardware.part.OffChipMemory;
import dev.isos.api.network.Layer;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.support.dram.TransferSlices;

/**
 * The DRAM and the filter buffer. Weights (by step, then depth), inputs (by wavefront) and outputs (as they come) take turns, one
 * burst each; a turn of weights also ends with a layer. What the next segment loads ahead is served when the running one asks for
 * nothing; its weights only when all weights of the running one have been asked for and there is room in the buffer.
 */
final class OffChip {
    private static final int WEIGHTS = 0;
    private static final int INPUTS = 1;
    private static final int STORES = 2;
    private static final int CLASSES = 3;
    private static final int IDLE = -1;

    private final IsoscelesModel model;
    private final SimulationListener listener;
    private final OffChipMemory.Run dram;
    private final TransferSlices transfers;

    private Requests running;
    private Requests ahead;
    private long filterBufferUsed;
    private boolean dirty;
    private long wakeAt = -1;
    private long busyBefore;

    OffChip(IsoscelesModel model, SimulationListener listener) {
        this.model = model;
        this.listener = listener;
        this.dram = model.memory.begin();
        this.transfers = new TransferSlices(listener);
    }

    /** What one segment asks for. */
    static final class Requests {
        private final SegmentItems items;
        private final TaskQueue[] waiting = {new TaskQueue(), new TaskQueue(), new TaskQueue()};
        private final int[] transfer = {IDLE, IDLE, IDLE};
        private final int[] transferLeft = new int[CLASSES];
        private final long[] transferStart = new long[CLASSES];
        private int turn;
        private int turnBytes;

        Requests(SegmentItems items) {
            this.items = items;
        }

        /** Another segment, once all that the one before asked for has been moved. */
        void begin() {
            turn = WEIGHTS;
            turnBytes = 0;
        }

        /** An item that moves bytes is ready and has its space on chip, unless it is of weights. */
        void ask(int item) {
            int kind = STORES;
            long order = 0;
            if (items.phase[item] == IsOsSchema.LOAD_WEIGHTS) {
                kind = WEIGHTS;
                order = ((long) items.step[item] << 20) | items.depth[item];
            } else if (items.phase[item] == IsOsSchema.LOAD_INPUT) {
                kind = INPUTS;
                order = items.rank(item);
            }
            // one call for all: inlined three times, it takes the JIT compiler seconds
            waiting[kind].add(order, item);
        }
    }

    /** Which segments there are: the running one, and the next if its items have arrived, else null. */
    void serve(Requests segment, Requests next) {
        running = segment;
        ahead = next;
        dirty = true;
    }

    /** Something may have changed that requests wait for. */
    void wake() {
        dirty = true;
    }

    /** The last user of weights has ended. */
    void release(SegmentItems items, int item, long now) {
        filterBufferUsed -= items.work[item];
        checkFilterBuffer();
        dirty = true;
        tellFilterBuffer(now);
    }

    private void checkFilterBuffer() {
        if (filterBufferUsed < 0 || filterBufferUsed > model.filterBufferBytes) {
            throw IsoscelesRun.broken(
                    "the filter buffer holds " + filterBufferUsed + " bytes, it has " + model.filterBufferBytes);
        }
    }

    private void tellFilterBuffer(long now) {
        if (listener.wantsSlices()) {
            listener.onOccupancy("filter buffer", Layer.NONE, now, filterBufferUsed);
        }
    }

    /** Grants requests as long as the DRAM is free. */
    void grant(long now, IsoscelesRun run) {
        if (!dirty) {
            return;
        }
        dirty = false;
        while (dram.freeFrom() <= now) {
            if (!grantOne(running, now, run) && (ahead == null || !grantOne(ahead, now, run))) {
                return;
            }
        }
        if (wakeAt != dram.freeFrom()) {
            wakeAt = dram.freeFrom();
            run.wakeAt(wakeAt);
        }
    }

    private boolean grantOne(Requests requests, long now, IsoscelesRun run) {
        for (int k = 0; k < CLASSES; k++) {
            int kind = (requests.turn + k) % CLASSES;
            if (requests.transfer[kind] == IDLE) {
                open(requests, kind, now);
            }
            if (requests.transfer[kind] != IDLE) {
                if (k > 0) {
                    requests.turn = kind;
                    requests.turnBytes = 0;
                }
                burst(requests, kind, now, run);
                return true;
            }
        }
        return false;
    }

    /** Makes the next request of a class, if there is one that may be served, its current transfer. */
    private void open(Requests requests, int kind, long now) {
        if (requests.waiting[kind].isEmpty()) {
            return;
        }
        int item = requests.waiting[kind].first();
        SegmentItems items = requests.items;
        if (kind == WEIGHTS) {
            boolean early = requests == ahead && running.items.weightLoadsLeft > 0;
            if (early || filterBufferUsed + items.work[item] > model.filterBufferBytes) {
                return;
            }
            filterBufferUsed += items.work[item];
            checkFilterBuffer();
            items.weightLoadsLeft--;
            tellFilterBuffer(now);
        }
        requests.waiting[kind].remove();
        requests.transfer[kind] = item;
        requests.transferLeft[kind] = items.offChip[item];
        requests.transferStart[kind] = now;
    }

    private void burst(Requests requests, int kind, long now, IsoscelesRun run) {
        int item = requests.transfer[kind];
        int bytes = Math.min(requests.transferLeft[kind], model.dramBurstBytes);
        requests.transferLeft[kind] -= bytes;
        long arrival = now;
        if (bytes > 0) {
            arrival = kind == STORES ? dram.write(now, bytes) : dram.read(now, bytes);
            int layer = requests.items.layerOf(item);
            String phase = IsOsSchema.PHASES.get(requests.items.phase[item]).id();
            if (kind == STORES) {
                transfers.write(dram, layer, phase, bytes);
            } else {
                transfers.read(dram, layer, phase, bytes);
            }
        }
        if (requests.transferLeft[kind] == 0) {
            requests.transfer[kind] = IDLE;
            listener.onItem(requests.items.segment, item, requests.transferStart[kind], arrival);
            run.transferred(requests.items, item, arrival);
        }
        requests.turnBytes += bytes;
        // a layer's inputs do not wait for the weights of deeper layers, however small these are
        boolean weightsComplete = kind == WEIGHTS && requests.transfer[kind] == IDLE;
        if (requests.turnBytes >= model.dramBurstBytes || weightsComplete) {
            requests.turn = (requests.turn + 1) % CLASSES;
            requests.turnBytes = 0;
        }
    }

    /** Busy cycles of the DRAM since this was asked last. */
    long busyCycles(long now) {
        long busy = dram.busyCyclesBefore(now);
        long since = busy - busyBefore;
        busyBefore = busy;
        return since;
    }

    long filterBufferUsed() {
        return filterBufferUsed;
    }

    long bytesMoved() {
        return dram.bytesRead() + dram.bytesWritten();
    }

    OffChipMemory.Run dram() {
        return dram;
    }
}
