package dev.isos.hw.isosceles;

import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.core.dataflow.isos.IsOsWork;
import dev.isos.hw.dram.DramServer;
import dev.isos.hw.dram.TransferSlices;
import java.util.Arrays;

/**
 * The DRAM and what it fills: weights (by tile, then depth), inputs (by wavefront) and outputs (as they come) take turns, one
 * burst each (a turn of weights also ends with a layer); in otherwise idle time the weights of the next segment that has any
 * are prefetched, once all weights of the running segment have been asked for, into space that the filter buffer really has.
 * Of a segment in K-tiles only two tiles' worth is prefetched, as many as are on chip together.
 */
final class OffChipTransfers {
    private static final int WEIGHTS = 0;
    private static final int INPUTS = 1;
    private static final int STORES = 2;
    private static final int CLASSES = 3;
    private static final int IDLE = -1;

    private final IsoscelesModel model;
    private final SegmentItems items;
    private final RunRequest request;
    private final int wakeCode;
    private final DramServer dram;
    private final TransferSlices transfers;

    // requests of the running segment
    private final TaskQueue weightRequests = new TaskQueue();
    private final TaskQueue inputRequests = new TaskQueue();
    private int[] storeRequests = new int[0];
    private int storeHead;
    private int storeTail;
    private final int[] transfer = {IDLE, IDLE, IDLE};
    private final int[] transferLeft = new int[CLASSES];
    private int turn;
    private int turnBytes;
    private boolean dirty;
    private long wakeAt;
    private int weightLoadsLeft;

    private long filterBufferUsed;
    private long filterBufferWritten;
    private int filterBufferLoads;

    // weights of a later segment that are on chip already
    private int prefetchTarget = IDLE;
    private long prefetchLeft;
    private long prefetched;
    private long prefetchArrival;
    private int[] credit = new int[0];

    private int segment;
    private long busyBefore;

    /** @param wakeCode event that says that the DRAM is free; beyond it are the ends of items' transfers */
    OffChipTransfers(IsoscelesModel model, SegmentItems items, RunRequest request, int wakeCode) {
        this.model = model;
        this.items = items;
        this.request = request;
        this.wakeCode = wakeCode;
        this.dram = new DramServer(model.offChipBytesPerSecond(), model.clockHz(), model.dramLatencyCycles);
        this.transfers = new TransferSlices(request.listener());
    }

    /** A segment begins, all of whose items have arrived. */
    void begin(int index) {
        segment = index;
        int n = items.size;
        if (credit.length < n) {
            int capacity = Math.max(n, 2 * credit.length);
            storeRequests = new int[capacity];
            credit = new int[capacity];
        }
        Arrays.fill(credit, 0, n, 0);
        storeHead = 0;
        storeTail = 0;
        turn = WEIGHTS;
        turnBytes = 0;
        wakeAt = -1;
        weightLoadsLeft = 0;
        for (int i = 0; i < n; i++) {
            if (items.phase[i] == IsOsWork.LOAD_WEIGHTS) {
                weightLoadsLeft++;
            }
        }
        claimPrefetched();
    }

    /** Gives what was prefetched to the loads that will use it, in the order in which they will be asked for. */
    private void claimPrefetched() {
        if (prefetchTarget != segment) {
            return;
        }
        TaskQueue order = new TaskQueue();
        for (int i = 0; i < items.size; i++) {
            if (items.phase[i] == IsOsWork.LOAD_WEIGHTS) {
                order.add(weightRank(i), i);
            }
        }
        long rest = prefetched;
        while (rest > 0 && !order.isEmpty()) {
            int i = order.remove();
            credit[i] = (int) Math.min(rest, items.offChip[i]);
            rest -= credit[i];
        }
        IsoscelesRun.check(rest == 0, "the weights of segment " + segment + " have fewer bytes than was announced");
        prefetchLeft = 0;
        prefetchTarget = IDLE;
    }

    /** An item that moves bytes is ready and has its space on chip, unless it is of weights. */
    void ask(int item) {
        switch (items.phase[item]) {
            case IsOsWork.LOAD_WEIGHTS -> weightRequests.add(weightRank(item), item);
            case IsOsWork.LOAD_INPUT -> inputRequests.add(wavefrontRank(item), item);
            default -> storeRequests[storeTail++] = item;
        }
        dirty = true;
    }

    /** The DRAM is free again. */
    void wake() {
        dirty = true;
    }

    /** The last user of weights has ended. */
    void release(int item, long now) {
        filterBufferUsed -= items.work[item];
        filterBufferLoads--;
        checkFilterBuffer();
        dirty = true;
        tellFilterBuffer(now);
    }

    private long weightRank(int item) {
        return ((long) items.step[item] << 12) | items.depth[item];
    }

    private long wavefrontRank(int item) {
        return ((long) items.step[item] << 32) | ((long) items.depth[item] << 20) | items.row[item];
    }

    private void tell(int kind, int item, int bytes) {
        int layer = items.layerAt(items.depth[item]);
        String phase = LaneUnits.phase(items.phase[item]);
        if (kind == STORES) {
            transfers.write(dram, layer, phase, bytes);
        } else {
            transfers.read(dram, layer, phase, bytes);
        }
    }

    private void tellFilterBuffer(long now) {
        if (request.listener().wantsSlices()) {
            request.listener().onOccupancy("filter buffer", Layer.NONE, now, filterBufferUsed + prefetched);
        }
    }

    /** Grants requests as long as the DRAM is free; ends of transfers become events. */
    void grant(long now, EventQueue events) {
        if (!dirty) {
            return;
        }
        dirty = false;
        while (dram.freeFrom() <= now) {
            int kind = nextTransfer(now);
            if (kind == IDLE) {
                if (!prefetchBurst(now)) {
                    return;
                }
            } else {
                transferBurst(kind, now, events);
            }
        }
        if (wakeAt != dram.freeFrom()) {
            wakeAt = dram.freeFrom();
            events.add(wakeAt, wakeCode);
        }
    }

    /** The class of requests whose turn it is, among those that have one; its current transfer is set. */
    private int nextTransfer(long now) {
        for (int k = 0; k < CLASSES; k++) {
            int kind = (turn + k) % CLASSES;
            if (transfer[kind] == IDLE) {
                open(kind, now);
            }
            if (transfer[kind] != IDLE) {
                if (k > 0) {
                    turn = kind;
                    turnBytes = 0;
                }
                return kind;
            }
        }
        return IDLE;
    }

    /** Makes the next request of a class, if there is one, its current transfer. */
    private void open(int kind, long now) {
        int item;
        if (kind == STORES) {
            if (storeHead == storeTail) {
                return;
            }
            item = storeRequests[storeHead++];
        } else if (kind == INPUTS) {
            if (inputRequests.isEmpty()) {
                return;
            }
            item = inputRequests.remove();
        } else {
            if (weightRequests.isEmpty() || !fitsFilterBuffer(weightRequests.first())) {
                return;
            }
            item = weightRequests.remove();
            prefetched -= credit[item];
            filterBufferUsed += items.work[item];
            filterBufferLoads++;
            checkFilterBuffer();
            filterBufferWritten += items.work[item];
            weightLoadsLeft--;
            tellFilterBuffer(now);
        }
        transfer[kind] = item;
        transferLeft[kind] = items.offChip[item] - credit[item];
    }

    /** The buffer never holds more than it has room for, unless it is a single load that exceeds it. */
    private void checkFilterBuffer() {
        long taken = filterBufferUsed + prefetched;
        if (filterBufferUsed < 0
                || prefetched < 0
                || taken > model.filterBufferBytes && (filterBufferLoads > 1 || filterBufferUsed == 0)) {
            throw IsoscelesRun.broken("the filter buffer holds " + filterBufferUsed + " bytes and " + prefetched
                    + " prefetched, it has " + model.filterBufferBytes);
        }
    }

    private boolean fitsFilterBuffer(int item) {
        return filterBufferUsed == 0
                || filterBufferUsed + prefetched - credit[item] + items.work[item] <= model.filterBufferBytes;
    }

    private void transferBurst(int kind, long now, EventQueue events) {
        int item = transfer[kind];
        int bytes = Math.min(transferLeft[kind], model.dramBurstBytes);
        transferLeft[kind] -= bytes;
        long done = now;
        if (bytes > 0) {
            done = kind == STORES ? dram.write(now, bytes) : dram.read(now, bytes);
            tell(kind, item, bytes);
        }
        if (transferLeft[kind] == 0) {
            transfer[kind] = IDLE;
            events.add(credit[item] > 0 ? Math.max(done, prefetchArrival) : done, wakeCode + 1 + item);
        }
        turnBytes += bytes;
        // a layer's inputs do not wait for the weights of deeper layers, however small these are
        boolean weightsComplete = kind == WEIGHTS && transfer[kind] == IDLE;
        if (turnBytes >= model.dramBurstBytes || weightsComplete) {
            turn = (turn + 1) % CLASSES;
            turnBytes = 0;
        }
    }

    /** Loads some weights of a later segment if there is nothing else to do and space for them. */
    private boolean prefetchBurst(long now) {
        if (prefetchTarget == IDLE) {
            choosePrefetchTarget();
        }
        if (prefetchLeft == 0 || weightLoadsLeft > 0) {
            return false;
        }
        long space = model.filterBufferBytes - filterBufferUsed - prefetched;
        long bytes = Math.min(prefetchLeft, model.dramBurstBytes);
        if (bytes > space) {
            return false;
        }
        prefetchArrival = dram.read(now, bytes);
        prefetchLeft -= bytes;
        prefetched += bytes;
        checkFilterBuffer();
        int layer = request.plan().segments().get(prefetchTarget).layers().get(0);
        transfers.read(dram, layer, LaneUnits.phase(IsOsWork.LOAD_WEIGHTS), bytes);
        tellFilterBuffer(now);
        return true;
    }

    /** The next segment that has weights. */
    private void choosePrefetchTarget() {
        int count =
                Math.min(request.weightBytes().size(), request.plan().segments().size());
        for (int s = segment + 1; s < count && prefetchTarget == IDLE; s++) {
            long bytes = request.weightBytes().get(s);
            if (bytes > 0) {
                prefetchTarget = s;
                prefetchLeft = Math.min(
                        bytes, 2 * bytes / kTiles(request.plan().segments().get(s)));
            }
        }
    }

    private static int kTiles(Segment segment) {
        return segment.mappings().stream()
                .mapToInt(m -> m.factors().getOrDefault(IsOsWork.K_TILES, 1))
                .max()
                .orElse(1);
    }

    /** Busy cycles of the DRAM since this was asked last; a prefetch that is under way counts only until now. */
    long busyCycles(long now) {
        long busy = dram.busyCyclesBefore(now);
        long since = busy - busyBefore;
        busyBefore = busy;
        return since;
    }

    /** Bytes in the filter buffer, those prefetched for a later segment left out. */
    long filterBufferUsed() {
        return filterBufferUsed;
    }

    /** Bytes of a later segment's weights that are on chip. */
    long prefetched() {
        return prefetched;
    }

    long filterBufferWritten() {
        return filterBufferWritten;
    }

    DramServer dram() {
        return dram;
    }
}
