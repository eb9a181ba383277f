package dev.isos.hw.stepped;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.ExecutingRun;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.dataflow.isos.IsOsWork;
import dev.isos.hw.isosceles.IsoscelesModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** The clock and the wires of the machine: runs one segment after another, cycle by cycle. */
final class SteppedRun implements ExecutingRun {
    /** Value and coordinate of one element of a fiber in a queue. */
    private static final int ENTRY_BYTES = 2;

    private static final int FRONT = 0;
    private static final int MERGE = 1;
    private static final int POST = 2;

    private final SteppedModel model;
    private final RunRequest request;
    private final WorkSchema schema;
    private final Workload workload;
    private final TensorMemory memory;
    private final FilterBuffer filterBuffer;
    private final Dram dram;
    private final List<Lane> lanes = new ArrayList<>();

    // the running segment
    private int segment = -1;
    private WorkTable table;
    private Context[] contexts = new Context[0];
    private WavefrontQueue[][] queues = new WavefrontQueue[0][];
    private long[] queuedBytes = new long[0];
    private long queuedBytesOfAll;
    private final Deque<Task> ended = new ArrayDeque<>();
    private int tasksLeft;

    private long cycle;
    private int prefetchTarget = -1;

    // accounts
    private final List<SegmentTiming> segmentTimings = new ArrayList<>();
    private final long[] layerStart;
    private final long[] layerEnd;
    private final long[] layerBusy;
    private long[][] busyOfLayerUnit = new long[0][];
    private long mergedPartials;
    private long mergedElements;
    private long announcedProducts;
    private long heldBytes;
    private long storedBytes;

    SteppedRun(SteppedModel model, RunRequest request, WorkSchema schema, Workload workload) {
        this.model = model;
        this.request = request;
        this.schema = schema;
        this.workload = workload;
        memory = new TensorMemory(workload);
        filterBuffer = new FilterBuffer(
                model.filterBanks,
                model.filterWordBytes,
                model.multicastWindow,
                model.filterBufferBytes,
                request.listener());
        dram = new Dram(
                model.dramBytesPerSecond,
                model.clockHz(),
                model.dramLatencyCycles,
                model.dramBurstBytes,
                filterBuffer,
                request.listener());
        for (int lane = 0; lane < model.lanes; lane++) {
            lanes.add(new Lane(model, model.scheduling, filterBuffer));
        }
        int layers = request.network().size();
        layerStart = new long[layers];
        layerEnd = new long[layers];
        layerBusy = new long[layers];
    }

    @Override
    public WorkSink beginSegment(int index) {
        if (index != segment + 1 || table != null) {
            throw new IllegalStateException("segment " + index + " cannot begin after segment " + segment);
        }
        segment = index;
        table = new WorkTable(schema, current(), model.lanes);
        return table;
    }

    private Segment current() {
        return request.plan().segments().get(segment);
    }

    @Override
    public void endSegment() {
        long start = cycle;
        long dramBusyBefore = dram.busyCycles;
        prepare();
        run();
        account(start, dramBusyBefore);
        filterBuffer.endSegment();
        request.listener().onSegmentEnd(segment, cycle);
        table = null;
    }

    private void prepare() {
        Segment running = current();
        int depths = running.layers().size();
        contexts = new Context[depths];
        busyOfLayerUnit = new long[depths][3 * model.lanes];
        for (int depth = 0; depth < depths; depth++) {
            Layer layer = request.network().layer(running.layers().get(depth));
            contexts[depth] = new Context(
                    request.network(),
                    layer,
                    running.mappings().get(depth),
                    workload.parameters().get(layer.index()),
                    memory,
                    model.partialColumnSlack);
            layerStart[layer.index()] = Long.MAX_VALUE;
        }
        queues = new WavefrontQueue[request.network().tensors()][];
        queuedBytes = new long[request.network().tensors()];
        for (TensorBuffer buffer : running.buffers()) {
            WavefrontQueue[] ofLanes = new WavefrontQueue[model.lanes];
            for (int lane = 0; lane < model.lanes; lane++) {
                ofLanes[lane] = new WavefrontQueue(buffer.capacityBytes());
            }
            queues[request.network().slot(buffer.tensor())] = ofLanes;
        }
        List<Task> loads = new ArrayList<>();
        for (Task task : table.tasks()) {
            if (task.heldBytes > 0) {
                queue(task).expect(task);
            }
            if (task.phase == IsOsWork.LOAD_WEIGHTS) {
                loads.add(task);
            }
        }
        for (WavefrontQueue[] ofLanes : queues) {
            for (int lane = 0; ofLanes != null && lane < model.lanes; lane++) {
                ofLanes[lane].sort();
            }
        }
        for (Lane lane : lanes) {
            Arrays.fill(lane.busy, 0);
            lane.frontTasks.begin(depths);
            lane.mergeTasks.begin(depths);
            lane.postTasks.begin(depths);
        }
        filterBuffer.begin();
        dram.begin(running.layers(), loads.size());
        claimPrefetched(loads);
        choosePrefetchTarget();
        tasksLeft = table.tasks().size();
    }

    private WavefrontQueue queue(Task task) {
        WavefrontQueue[] ofLanes = queues[request.network().slot(task.tensor)];
        Law.holds(ofLanes != null, "a task holds bytes of tensor " + task.tensor + ", which has no queue");
        return ofLanes[task.lane];
    }

    /** What was prefetched counts for the loads of this segment, in the order in which they are asked for. */
    private void claimPrefetched(List<Task> loads) {
        if (prefetchTarget != segment) {
            return;
        }
        prefetchTarget = -1;
        dram.mayPrefetch(0, Layer.NONE);
        loads.sort(Comparator.<Task>comparingInt(t -> t.step)
                .thenComparingInt(t -> t.depth)
                .thenComparingInt(t -> t.number));
        long rest = filterBuffer.prefetchedBytes();
        for (Task load : loads) {
            load.prefetched = Math.min(rest, load.offChipBytes);
            rest -= load.prefetched;
        }
        Law.holds(rest == 0, "more weights were prefetched than segment " + segment + " has");
    }

    /** The next segment that has weights is prefetched; of one in K-tiles two tiles' worth, as many as it keeps on chip. */
    private void choosePrefetchTarget() {
        for (int s = segment + 1; s < request.weightBytes().size() && prefetchTarget < 0; s++) {
            long bytes = request.weightBytes().get(s);
            if (bytes > 0) {
                int tiles = request.plan().segments().get(s).mappings().stream()
                        .mapToInt(m -> m.factors().getOrDefault(IsOsWork.K_TILES, 1))
                        .max()
                        .orElse(1);
                prefetchTarget = s;
                dram.mayPrefetch(
                        Math.min(bytes, 2 * bytes / tiles),
                        request.plan().segments().get(s).layers().get(0));
            }
        }
    }

    /** The clock. */
    private void run() {
        for (Task task : table.tasks()) {
            if (task.waitsLeft == 0) {
                becomeReady(task);
            }
        }
        settle();
        while (tasksLeft > 0) {
            startUnits();
            boolean active = filterBuffer.step(cycle);
            active |= stepLanes();
            dram.step(cycle);
            filterBuffer.tell(cycle);
            active |= dram.active() || !ended.isEmpty();
            if (!active) {
                throw stuck();
            }
            cycle++;
            ended.addAll(dram.arrived(cycle));
            settle();
        }
    }

    /** Settles all ends; what ends at once because it has nothing to do is settled with them. */
    private void settle() {
        while (!ended.isEmpty()) {
            Task task = ended.remove();
            Law.holds(!task.ended, "a task has ended twice");
            task.ended = true;
            tasksLeft--;
            if (task.phase == IsOsWork.LOAD_INPUT || task.phase == IsOsWork.BACKEND) {
                int width = memory.shape(task.tensor).width();
                memory.arrive(task.tensor, task.step % width, task.row);
            }
            if (task.waitersLeft == 0) {
                release(task);
            }
            for (Task producer : task.producers) {
                if (--producer.waitersLeft == 0) {
                    release(producer);
                }
            }
            for (Task waiter : task.waiters) {
                if (--waiter.waitsLeft == 0) {
                    becomeReady(waiter);
                }
            }
        }
    }

    /** The last user of what a task has made or loaded has ended. */
    private void release(Task task) {
        if (task.phase == IsOsWork.LOAD_WEIGHTS) {
            filterBuffer.release(task);
        }
        if (task.phase == IsOsWork.LOAD_INPUT || task.phase == IsOsWork.BACKEND) {
            int width = memory.shape(task.tensor).width();
            memory.leave(task.tensor, task.step % width, task.row);
        }
        if (task.heldBytes > 0) {
            queue(task).release(task);
            tellOfQueues(task, -task.heldBytes);
            admit(queue(task));
        }
    }

    private void becomeReady(Task task) {
        task.ready = true;
        if (task.heldBytes > 0) {
            admit(queue(task));
        } else {
            begin(task);
        }
    }

    private void admit(WavefrontQueue queue) {
        for (Task task = queue.admit(); task != null; task = queue.admit()) {
            tellOfQueues(task, task.heldBytes);
            begin(task);
        }
    }

    /** Tells how much the queues of a task's tensor hold in all lanes, and all queues together. */
    private void tellOfQueues(Task task, long change) {
        int slot = request.network().slot(task.tensor);
        queuedBytes[slot] += change;
        queuedBytesOfAll += change;
        request.listener().onOccupancy("wavefront queues", task.tensor, cycle, queuedBytes[slot]);
        request.listener().onOccupancy("wavefront queues", Layer.NONE, cycle, queuedBytesOfAll);
    }

    /** A task is ready and has its space. */
    private void begin(Task task) {
        switch (task.phase) {
            case IsOsWork.FRONTEND -> lanes.get(task.lane).frontTasks.add(task, null);
            case IsOsWork.BACKEND -> {
                BackEndJob job = new BackEndJob(task, contexts[task.depth], memory);
                if (job.merges() > 0) {
                    lanes.get(task.lane).mergeTasks.add(task, job);
                } else if (job.outputs() > 0) {
                    job.merge(Integer.MAX_VALUE);
                    lanes.get(task.lane).postTasks.add(task, job);
                } else {
                    ended.add(task);
                }
            }
            default -> dram.request(task);
        }
    }

    private void startUnits() {
        for (Lane lane : lanes) {
            if (lane.frontEnd.idle() && !lane.frontTasks.isEmpty()) {
                int best = lane.frontTasks.best(cycle);
                Task task = lane.frontTasks.task(best);
                lane.frontTasks.take(best);
                note(task);
                lane.frontEnd.start(task, contexts[task.depth], cycle);
            }
            if (lane.merger.idle() && !lane.mergeTasks.isEmpty()) {
                BackEndJob job = lane.mergeTasks.take(lane.mergeTasks.best(cycle));
                note(job.task);
                lane.merger.start(job, job.task.announcedMerges);
            }
            if (lane.postOps.idle() && !lane.postTasks.isEmpty()) {
                BackEndJob job = lane.postTasks.take(lane.postTasks.best(cycle));
                note(job.task);
                lane.postOps.start(job);
            }
        }
    }

    private void note(Task task) {
        task.started = cycle;
        int layer = contexts[task.depth].layer.index();
        layerStart[layer] = Math.min(layerStart[layer], cycle);
    }

    private boolean stepLanes() {
        boolean active = false;
        for (Lane lane : lanes) {
            active |= !lane.frontEnd.idle() || !lane.merger.idle() || !lane.postOps.idle();
            Task front = lane.frontEnd.step();
            if (front != null) {
                account(lane, FRONT, front);
                ended.add(front);
            }
            BackEndJob merged = lane.merger.step();
            Task post = lane.postOps.step();
            if (merged != null) {
                account(lane, MERGE, merged.task);
                // the rest of the zero operands costs nothing
                merged.merge(Integer.MAX_VALUE);
                if (merged.outputs() > 0) {
                    lane.postTasks.add(merged.task, merged);
                } else {
                    ended.add(merged.task);
                }
            }
            if (post != null) {
                account(lane, POST, post);
                ended.add(post);
            }
        }
        return active;
    }

    /** Books the time of a unit that has ended a task in this cycle. */
    private void account(Lane lane, int unit, Task task) {
        long busy = cycle + 1 - task.started;
        lane.busy[unit] += busy;
        busyOfLayerUnit[task.depth][3 * lanes.indexOf(lane) + unit] += busy;
        int layer = contexts[task.depth].layer.index();
        layerEnd[layer] = Math.max(layerEnd[layer], cycle + 1);
        if (request.listener().wantsSlices()) {
            String track = "lane " + lanes.indexOf(lane) + "/"
                    + List.of("frontend", "backend", "post-op").get(unit);
            String phase = IsOsWork.PHASES.get(task.phase).id();
            request.listener().onSlice(track, layer, phase, task.started, cycle + 1);
        }
    }

    private void account(long start, long dramBusyBefore) {
        long cycles = cycle - start;
        long busiest = 0;
        for (Lane lane : lanes) {
            for (long busy : lane.busy) {
                busiest = Math.max(busiest, busy);
            }
        }
        Law.holds(busiest <= cycles, "a unit was busy for longer than segment " + segment + " took");
        for (int depth = 0; depth < contexts.length; depth++) {
            int layer = contexts[depth].layer.index();
            for (long busy : busyOfLayerUnit[depth]) {
                layerBusy[layer] = Math.max(layerBusy[layer], busy);
            }
            if (layerStart[layer] == Long.MAX_VALUE) {
                layerStart[layer] = start;
                layerEnd[layer] = start;
            }
        }
        for (WavefrontQueue[] ofLanes : queues) {
            for (int lane = 0; ofLanes != null && lane < model.lanes; lane++) {
                Law.holds(ofLanes[lane].isEmpty(), "a queue is not empty at the end of segment " + segment);
            }
        }
        Law.holds(filterBuffer.usedBytes() == 0, "the filter buffer is not empty at the end of segment " + segment);
        for (Task task : table.tasks()) {
            boolean partials = contexts[task.depth].partials != null;
            mergedPartials += partials ? task.announcedMerges : 0;
            mergedElements += partials ? 0 : task.announcedMerges;
            announcedProducts += task.announcedProducts;
            heldBytes += task.heldBytes;
            storedBytes += task.phase == IsOsWork.STORE_OUTPUT ? task.offChipBytes : 0;
        }
        segmentTimings.add(new SegmentTiming(cycles, busiest, Math.min(cycles, dram.busyCycles - dramBusyBefore)));
    }

    @Override
    public ActivationTensor output(int layer) {
        return memory.output(layer);
    }

    @Override
    public MachineReport finish() {
        Law.holds(filterBuffer.prefetchedBytes() == 0, "weights were prefetched that no segment used");
        List<LayerTiming> layers = new ArrayList<>();
        for (int i = 0; i < layerStart.length; i++) {
            layers.add(new LayerTiming(layerStart[i], layerEnd[i], layerBusy[i]));
        }
        long products = 0;
        long merges = 0;
        long postOps = 0;
        long activations = 0;
        for (Lane lane : lanes) {
            products += lane.banks.accumulations;
            merges += lane.merger.merges;
            postOps += lane.postOps.operations;
            activations += lane.frontEnd.activations;
        }
        Law.holds(products == announcedProducts, "not every effectual product was accumulated once");
        Law.holds(merges == mergedPartials + mergedElements, "not every operand was merged once");
        long filterBytesRead = filterBuffer.wordsRead * model.filterWordBytes;
        long filterBytesDelivered = filterBuffer.wordsDelivered * model.filterWordBytes;
        long contextRead = (products + mergedPartials) * model.accumulatorBytes
                + (mergedElements + activations) * ENTRY_BYTES
                + storedBytes;
        long contextWritten = products * model.accumulatorBytes + heldBytes;
        List<ActivityCount> activity = List.of(
                new ActivityCount(IsoscelesModel.MACS, "multiply-accumulate", products),
                new ActivityCount(IsoscelesModel.MERGE_ADDERS, "add", merges),
                new ActivityCount(IsoscelesModel.MERGE_COMPARATORS, "compare", merges),
                new ActivityCount(IsoscelesModel.POST_OP_UNITS, "operation", postOps),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "read", filterBytesRead),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "write", filterBuffer.bytesWritten),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "read", filterBytesDelivered),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "write", filterBytesDelivered),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "read", contextRead),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "write", contextWritten),
                new ActivityCount(IsoscelesModel.DRAM, "read", dram.bytesRead),
                new ActivityCount(IsoscelesModel.DRAM, "write", dram.bytesWritten));
        return new MachineReport(cycle, segmentTimings, layers, dram.bytesRead + dram.bytesWritten, activity);
    }

    /** Nothing moves any more though tasks are left: says which one is stuck, and on what. */
    private IsosException stuck() {
        Task victim = table.tasks().stream()
                .filter(t -> !t.ended && t.waitsLeft == 0)
                .findFirst()
                .orElse(table.tasks().get(0));
        String wants = "nothing that the machine knows of";
        if (victim.phase == IsOsWork.LOAD_WEIGHTS) {
            wants = victim.filterBufferBytes + " bytes of the filter buffer, of which "
                    + (filterBuffer.usedBytes() + filterBuffer.prefetchedBytes()) + " of "
                    + filterBuffer.capacityBytes() + " are taken";
        } else if (victim.heldBytes > 0) {
            WavefrontQueue queue = queue(victim);
            String place = "the queue of tensor " + victim.tensor + " in lane " + victim.lane;
            Task holder = queue.holder();
            wants = queue.first() != victim
                    ? "its turn in " + place + " behind " + name(queue.first())
                    : victim.heldBytes + " bytes in " + place + ", of which " + queue
                            + (holder == null ? "" : ", first by " + name(holder));
        }
        return new IsosException(
                ErrorCode.SIMULATION_FAILED,
                "isosceles-stepped is stuck in cycle " + cycle + " of segment " + segment + " with " + tasksLeft
                        + " work items left: " + name(victim) + " waits for " + wants);
    }

    private String name(Task task) {
        return "layer " + contexts[task.depth].layer.name() + ", phase "
                + IsOsWork.PHASES.get(task.phase).id() + ", step " + task.step + ", row " + task.row;
    }
}
