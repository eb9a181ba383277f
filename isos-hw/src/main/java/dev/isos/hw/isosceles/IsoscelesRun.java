package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.plan.Segment;
import dev.isos.core.dataflow.isos.IsOsWork;
import dev.isos.hw.dram.DramServer;
import dev.isos.hw.dram.TransferSlices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One simulation: takes the items of a segment, then plays the segment event by event. All that happens in a cycle (ends
 * of tasks and transfers) is settled before anything new starts in it; units then start tasks in order of lanes, and the
 * DRAM grants requests last. So the outcome does not depend on the order of events within a cycle.
 *
 * <p><b>Compute.</b> A lane has three units (front end, merger, post-op unit), each of which carries out one task at a time,
 * to its end. A front-end task takes {@code max(chunks / slots, busiest bank, 1)} cycles,
 * and where it waits for filters as much more as {@link FilterPort} says. A back-end task takes {@code merges / mergeWidth} cycles in the
 * merger and then {@code postOps / postOpWidth} in the post-op unit, each rounded up.
 *
 * <p><b>Queues.</b> An item that holds bytes gets them in the queue of its tensor and lane, before it starts and in the order
 * of the wavefronts (step, row, arrival), as soon as it is ready and they fit or the queue is empty. Order matters: if a
 * late wavefront could take the space that an earlier row of the same lane needs, rows could block each other for ever.
 *
 * <p><b>DRAM.</b> Weights (by tile, then depth), inputs (by wavefront) and outputs (as they come) take turns, one burst each (a
 * turn of weights also ends with a layer);
 * in otherwise idle time the weights of the next segment that has any are prefetched, once all weights of the running
 * segment have been asked for, into space that the filter buffer really has. Of a segment in K-tiles
 * only two tiles' worth is prefetched, as many as are on chip together.
 *
 * <p><b>Segments.</b> A segment ends when its last byte has been written; the next one's requests start then. They would not be
 * served earlier if they queued up when the last computation ends, since the outputs still to be written, which are mostly
 * their own inputs, are ahead of them.
 */
final class IsoscelesRun implements MachineRun {
    private static final int FRONT = 0;
    private static final int MERGE = 1;
    private static final int POST = 2;
    private static final int UNITS = 3;
    private static final String[] UNIT_NAMES = {"frontend", "backend", "post-op"};

    private static final int WEIGHTS = 0;
    private static final int INPUTS = 1;
    private static final int STORES = 2;
    private static final int CLASSES = 3;

    private static final int IDLE = -1;

    /** Value and coordinate of one element of a fiber in a queue. */
    static final int ENTRY_BYTES = 2;

    private final IsoscelesModel model;
    private final RunRequest request;
    private final SegmentItems items;
    private final SchedulingPolicy policy;
    private final boolean joinsMulticasts;
    private final int units;
    private final int wakeCode;

    // units: 3 * lane + unit
    private final TaskQueue[] ready;
    private final int[] running;
    private final long[] unitBusy;

    /** Depth of the last task of each unit, for policies that take layers in turn. */
    private final int[] lastDepth;

    private final long[] dirtyUnits;
    private final String[] unitTracks;
    private final boolean tracing;

    private final EventQueue events = new EventQueue();
    private final FilterPort filterPort;
    private final DramServer dram;
    private final TransferSlices transfers;
    private final WavefrontQueues queues;

    // state of the items of the running segment
    private int[] waitsLeft = new int[0];
    private int[] waitersLeft = new int[0];
    private int[] endedStack = new int[0];
    private int endedStackSize;
    private int endedItems;
    private boolean[] ended = new boolean[0];
    private int[] wavefrontBase = new int[0];
    private int[] roundsOfDepth = new int[0];
    private long[] busyOfLayerUnit = new long[0];

    // DRAM requests of the running segment
    private final TaskQueue weightRequests = new TaskQueue();
    private final TaskQueue inputRequests = new TaskQueue();
    private int[] storeRequests = new int[0];
    private int storeHead;
    private int storeTail;
    private final int[] transfer = {IDLE, IDLE, IDLE};
    private final int[] transferLeft = new int[CLASSES];
    private int turn;
    private int turnBytes;
    private boolean dramDirty;
    private long wakeAt;
    private int weightLoadsLeft;

    private long filterBufferUsed;

    // weights of a later segment that are on chip already
    private int prefetchTarget = IDLE;
    private long prefetchLeft;
    private long prefetched;
    private long prefetchArrival;
    private int[] credit = new int[0];

    private int segment = -1;
    private boolean open;
    private long now;
    private long segmentStart;
    private long dramBusyBefore;

    private final List<SegmentTiming> segmentTimings = new ArrayList<>();
    private final long[] layerStart;
    private final long[] layerEnd;
    private final long[] layerBusy;
    private long offChipBytes;

    // activity
    private long products;
    private long postOps;
    private long merges;
    private long filterBufferWritten;
    private long filterBytesDelivered;
    private long contextRead;
    private long contextWritten;

    IsoscelesRun(IsoscelesModel model, RunRequest request, WorkSchema schema) {
        this.model = model;
        this.request = request;
        this.policy = model.scheduling;
        this.joinsMulticasts = policy.joinsMulticasts();
        this.items = new SegmentItems(model, schema, request.network().size());
        this.units = UNITS * model.lanes;
        this.wakeCode = units;
        this.ready = new TaskQueue[units];
        for (int u = 0; u < units; u++) {
            ready[u] = new TaskQueue();
        }
        this.running = new int[units];
        Arrays.fill(running, IDLE);
        this.unitBusy = new long[units];
        this.lastDepth = new int[units];
        this.dirtyUnits = new long[(units + 63) / 64];
        this.filterPort = new FilterPort(model.filterBanks, model.multicastWindowCycles);
        this.dram = new DramServer(model.offChipBytesPerSecond(), model.clockHz(), model.dramLatencyCycles);
        this.transfers = new TransferSlices(request.listener());
        this.queues = new WavefrontQueues(model.lanes);
        this.layerStart = new long[request.network().size()];
        this.layerEnd = new long[request.network().size()];
        this.layerBusy = new long[request.network().size()];
        this.tracing = request.listener().wantsSlices();
        this.unitTracks = new String[tracing ? units : 0];
        for (int u = 0; u < unitTracks.length; u++) {
            unitTracks[u] = "lane " + u / UNITS + "/" + UNIT_NAMES[u % UNITS];
        }
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
        account();
    }

    private void prepare() {
        int n = items.size;
        if (waitsLeft.length < n) {
            int capacity = Math.max(n, 2 * waitsLeft.length);
            waitsLeft = new int[capacity];
            waitersLeft = new int[capacity];
            endedStack = new int[capacity];
            ended = new boolean[capacity];
            storeRequests = new int[capacity];
            credit = new int[capacity];
        }
        Arrays.fill(ended, 0, n, false);
        Arrays.fill(credit, 0, n, 0);
        Arrays.fill(unitBusy, 0);
        Arrays.fill(lastDepth, IDLE);
        endedItems = 0;
        endedStackSize = 0;
        storeHead = 0;
        storeTail = 0;
        turn = WEIGHTS;
        turnBytes = 0;
        wakeAt = -1;
        weightLoadsLeft = 0;
        for (int i = 0; i < n; i++) {
            waitsLeft[i] = items.waitStart[i + 1] - items.waitStart[i];
            waitersLeft[i] = items.waiterStart[i + 1] - items.waiterStart[i];
            if (items.phase[i] == IsOsWork.LOAD_WEIGHTS) {
                weightLoadsLeft++;
            }
        }
        int depths = items.depths();
        wavefrontBase = new int[depths];
        int wavefronts = 0;
        for (int d = 0; d < depths; d++) {
            wavefrontBase[d] = wavefronts;
            wavefronts = Math.addExact(wavefronts, items.stepsOfDepth[d]);
            layerStart[items.layerAt(d)] = Long.MAX_VALUE;
        }
        int[] frontends = new int[wavefronts];
        for (int i = 0; i < n; i++) {
            if (items.phase[i] == IsOsWork.FRONTEND) {
                frontends[wavefront(i)]++;
            }
        }
        filterPort.reset(frontends);
        roundsOfDepth = new int[depths];
        for (int d = 0; d < depths; d++) {
            Layer layer = request.network().layer(items.layerAt(d));
            roundsOfDepth[d] = rounds(layer);
        }
        busyOfLayerUnit = new long[depths * units];
        queues.begin(currentSegment(), items, request.network());
        claimPrefetched();
    }

    /** A depthwise layer is dispatched one kernel position after another, over all channels. */
    private static int rounds(Layer layer) {
        return layer.op() instanceof Convolution convolution
                        && layer.filterShape().depthwise()
                ? convolution.window().rows() * convolution.window().columns()
                : 1;
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
        check(rest == 0, "the weights of segment " + segment + " have fewer bytes than was announced");
        prefetchLeft = 0;
        prefetchTarget = IDLE;
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
        startTasks();
        if (dramDirty) {
            grantTransfers();
        }
    }

    private void handle(int code) {
        if (code < units) {
            endTask(code);
        } else if (code == wakeCode) {
            dramDirty = true;
        } else {
            end(code - wakeCode - 1);
        }
    }

    private void endTask(int unit) {
        int item = running[unit];
        running[unit] = IDLE;
        markDirty(unit);
        if (unit % UNITS == MERGE && items.work2[item] > 0) {
            enqueue(unit - MERGE + POST, item);
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
            case IsOsWork.LOAD_WEIGHTS -> {
                weightRequests.add(weightRank(item), item);
                dramDirty = true;
            }
            case IsOsWork.LOAD_INPUT -> {
                inputRequests.add(wavefrontRank(item), item);
                dramDirty = true;
            }
            case IsOsWork.STORE_OUTPUT -> {
                storeRequests[storeTail++] = item;
                dramDirty = true;
            }
            case IsOsWork.FRONTEND -> enqueue(UNITS * items.lane[item] + FRONT, item);
            default -> {
                if (items.work[item] > 0) {
                    enqueue(UNITS * items.lane[item] + MERGE, item);
                } else if (items.work2[item] > 0) {
                    enqueue(UNITS * items.lane[item] + POST, item);
                } else {
                    noteCompute(item, now, now);
                    end(item);
                }
            }
        }
    }

    private long weightRank(int item) {
        return ((long) items.step[item] << 12) | items.depth[item];
    }

    private long wavefrontRank(int item) {
        return ((long) items.step[item] << 32) | ((long) items.depth[item] << 20) | items.row[item];
    }

    private void enqueue(int unit, int item) {
        ready[unit].add(policy.rank(items.depth[item], items.step[item], items.row[item]), item);
        markDirty(unit);
    }

    private void markDirty(int unit) {
        dirtyUnits[unit >>> 6] |= 1L << unit;
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
            filterBufferUsed -= items.work[item];
            dramDirty = true;
            tellFilterBuffer();
        }
        if (items.held[item] > 0) {
            queues.release(item);
            queues.tell(queues.queueOf(item), request.listener(), now);
            admit(queues.queueOf(item));
        }
    }

    private void startTasks() {
        for (int word = 0; word < dirtyUnits.length; word++) {
            while (dirtyUnits[word] != 0) {
                int unit = (word << 6) + Long.numberOfTrailingZeros(dirtyUnits[word]);
                dirtyUnits[word] &= dirtyUnits[word] - 1;
                if (running[unit] == IDLE && !ready[unit].isEmpty()) {
                    start(unit, next(unit));
                }
            }
        }
    }

    private int next(int unit) {
        if (policy.takesLayersInTurn()) {
            return nextInTurn(unit);
        }
        return joinsMulticasts && unit % UNITS == FRONT ? nextFront(unit) : ready[unit].remove();
    }

    /** The first task of the layer whose turn it is. */
    private int nextInTurn(int unit) {
        TaskQueue tasks = ready[unit];
        int best = 0;
        for (int k = 1; k < tasks.size(); k++) {
            int difference = turnsUntil(unit, tasks.item(k)) - turnsUntil(unit, tasks.item(best));
            if (difference < 0 || difference == 0 && tasks.before(k, best)) {
                best = k;
            }
        }
        int item = tasks.remove(best);
        lastDepth[unit] = items.depth[item];
        return item;
    }

    private int turnsUntil(int unit, int item) {
        return Math.floorMod(items.depth[item] - lastDepth[unit] - 1, items.depths());
    }

    /** The first task that could join a multicast, else the first of all. */
    private int nextFront(int unit) {
        TaskQueue tasks = ready[unit];
        int best = IDLE;
        for (int k = 0; k < tasks.size(); k++) {
            if (filterPort.multicasts(now, wavefront(tasks.item(k))) && (best == IDLE || tasks.before(k, best))) {
                best = k;
            }
        }
        return tasks.remove(Math.max(0, best));
    }

    private int wavefront(int item) {
        return wavefrontBase[items.depth[item]] + items.step[item];
    }

    private void start(int unit, int item) {
        long end;
        if (unit % UNITS == FRONT) {
            int depth = items.depth[item];
            end = filterPort.end(
                    now,
                    wavefront(item),
                    depth,
                    items.wordsOfDepth[depth],
                    items.reads,
                    items.readStart[item],
                    items.readStart[item + 1],
                    items.work[item],
                    items.flow[item],
                    items.work2[item],
                    roundsOfDepth[depth]);
        } else {
            end = now + (unit % UNITS == MERGE ? items.work[item] : items.work2[item]);
        }
        running[unit] = item;
        unitBusy[unit] += end - now;
        busyOfLayerUnit[items.depth[item] * units + unit] += end - now;
        noteCompute(item, now, end);
        events.add(end, unit);
        if (tracing) {
            slice(unitTracks[unit], item, now, end);
            if (unit % UNITS == FRONT && filterPort.servedWords() > 0) {
                request.listener()
                        .onTransfer(
                                "filter buffer/port",
                                items.layerAt(items.depth[item]),
                                phase(items.phase[item]),
                                filterPort.servedFrom(),
                                filterPort.servedTo(),
                                filterPort.servedWords() * model.filterWordBytes);
            }
        }
    }

    private void noteCompute(int item, long start, long end) {
        int layer = items.layerAt(items.depth[item]);
        layerStart[layer] = Math.min(layerStart[layer], start);
        layerEnd[layer] = Math.max(layerEnd[layer], end);
    }

    private void slice(String track, int item, long start, long end) {
        int layer = items.layerAt(items.depth[item]);
        request.listener().onSlice(track, layer, phase(items.phase[item]), start, end);
    }

    private static String phase(int phase) {
        return IsOsWork.PHASES.get(phase).id();
    }

    private void tell(int kind, int item, int bytes) {
        int layer = items.layerAt(items.depth[item]);
        String phase = phase(items.phase[item]);
        if (kind == STORES) {
            transfers.write(dram, layer, phase, bytes);
        } else {
            transfers.read(dram, layer, phase, bytes);
        }
    }

    private void tellFilterBuffer() {
        if (tracing) {
            request.listener().onOccupancy("filter buffer", Layer.NONE, now, filterBufferUsed + prefetched);
        }
    }

    private void grantTransfers() {
        dramDirty = false;
        while (dram.freeFrom() <= now) {
            int kind = nextTransfer();
            if (kind == IDLE) {
                if (!prefetchBurst()) {
                    return;
                }
            } else {
                transferBurst(kind);
            }
        }
        if (wakeAt != dram.freeFrom()) {
            wakeAt = dram.freeFrom();
            events.add(wakeAt, wakeCode);
        }
    }

    /** The class of requests whose turn it is, among those that have one; its current transfer is set. */
    private int nextTransfer() {
        for (int k = 0; k < CLASSES; k++) {
            int kind = (turn + k) % CLASSES;
            if (transfer[kind] == IDLE) {
                open(kind);
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
    private void open(int kind) {
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
            filterBufferWritten += items.work[item];
            weightLoadsLeft--;
            tellFilterBuffer();
        }
        transfer[kind] = item;
        transferLeft[kind] = items.offChip[item] - credit[item];
    }

    private boolean fitsFilterBuffer(int item) {
        return filterBufferUsed == 0
                || filterBufferUsed + prefetched - credit[item] + items.work[item] <= model.filterBufferBytes;
    }

    private void transferBurst(int kind) {
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
    private boolean prefetchBurst() {
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
        int layer = request.plan().segments().get(prefetchTarget).layers().get(0);
        transfers.read(dram, layer, phase(IsOsWork.LOAD_WEIGHTS), bytes);
        tellFilterBuffer();
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

    private void account() {
        check(queues.allEmpty(), "the queues of segment " + segment + " are not empty at its end");
        check(filterBufferUsed == 0, "the filter buffer still holds filters at the end of segment " + segment);
        long cycles = now - segmentStart;
        long busiest = 0;
        for (long busy : unitBusy) {
            busiest = Math.max(busiest, busy);
        }
        check(busiest <= cycles, "a unit was busy for longer than segment " + segment + " took");
        for (int d = 0; d < items.depths(); d++) {
            int layer = items.layerAt(d);
            long longest = 0;
            for (int u = 0; u < units; u++) {
                longest = Math.max(longest, busyOfLayerUnit[d * units + u]);
            }
            layerBusy[layer] = longest;
            if (layerStart[layer] == Long.MAX_VALUE) {
                // a layer without computation, such as a concatenation
                layerStart[layer] = segmentStart;
                layerEnd[layer] = segmentStart;
            }
            merges += items.mergesOfDepth[d];
            contextRead += items.mergesOfDepth[d] * (items.hasFrontEnd[d] ? model.accumulatorBytes : ENTRY_BYTES);
        }
        // a prefetch may still be under way: what is left of it belongs to the next segment
        long dramBusy = dram.busyCyclesBefore(now);
        segmentTimings.add(new SegmentTiming(cycles, busiest, Math.min(cycles, dramBusy - dramBusyBefore)));
        dramBusyBefore = dramBusy;
        offChipBytes += items.offChipBytes();
        check(
                dram.bytesMoved() == offChipBytes + prefetched,
                "the DRAM moved " + (dram.bytesMoved() - prefetched) + " bytes up to segment " + segment
                        + ", the items " + offChipBytes);
        products += items.products;
        postOps += items.postOps;
        filterBytesDelivered += items.filterBytes;
        // accumulations read and write a partial result each; fibers are written once and read as often as they are
        // used
        contextRead += items.products * model.accumulatorBytes
                + items.activations * ENTRY_BYTES
                + items.offChipByPhase[IsOsWork.STORE_OUTPUT];
        contextWritten += items.products * model.accumulatorBytes
                + items.heldByPhase[IsOsWork.LOAD_INPUT]
                + items.heldByPhase[IsOsWork.BACKEND];
        segmentStart = now;
        request.listener().onSegmentEnd(segment, now);
    }

    @Override
    public MachineReport finish() {
        if (open || segment + 1 != request.plan().segments().size()) {
            throw new IllegalStateException("the run has ended after segment " + segment + " of "
                    + request.plan().segments().size());
        }
        check(prefetched == 0, "weights were prefetched that no segment used");
        List<LayerTiming> layers = new ArrayList<>();
        for (int i = 0; i < layerStart.length; i++) {
            layers.add(new LayerTiming(layerStart[i], layerEnd[i], layerBusy[i]));
        }
        List<ActivityCount> activity = List.of(
                new ActivityCount(IsoscelesModel.MACS, "multiply-accumulate", products),
                new ActivityCount(IsoscelesModel.MERGE_ADDERS, "add", merges),
                new ActivityCount(IsoscelesModel.MERGE_COMPARATORS, "compare", merges),
                new ActivityCount(IsoscelesModel.POST_OP_UNITS, "operation", postOps),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "read", filterPort.wordsRead() * model.filterWordBytes),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "write", filterBufferWritten),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "read", filterBytesDelivered),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "write", filterBytesDelivered),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "read", contextRead),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "write", contextWritten),
                new ActivityCount(IsoscelesModel.DRAM, "read", dram.bytesRead()),
                new ActivityCount(IsoscelesModel.DRAM, "write", dram.bytesWritten()));
        return new MachineReport(now, segmentTimings, layers, dram.bytesMoved(), activity);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IsosException(ErrorCode.VERIFICATION_FAILED, "isosceles broke a conservation law: " + otherwise);
        }
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
            wants = items.work[victim] + " bytes of the filter buffer, of which " + (filterBufferUsed + prefetched)
                    + " of " + model.filterBufferBytes + " are taken";
        } else if (victim >= 0 && items.held[victim] > 0) {
            wants = queues.describeBlock(victim, this::name);
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
