package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.baselines.machine.ItemEnds;
import dev.isos.baselines.machine.OffChipPort;
import dev.isos.baselines.machine.SegmentTimings;
import java.util.Arrays;
import java.util.List;

/**
 * Timing of SparTen. Items are timed as they arrive and not kept. Layers run one after another: a layer reads its inputs
 * when the layer before has written its last output. Only the first filters of a layer, which are known from the start, are
 * loaded earlier: as soon as the last ones of the layer before are in use and have left a buffer free, which is when further ones
 * of the same layer would be loaded too.
 * See {@link SparTenMemory} for the order of transfers and {@link ClusterTimer} for the units.
 */
final class SparTenRun implements MachineRun, WorkSink {
    private final SparTenModel model;
    private final RunRequest request;
    private final OffChipPort port;
    private final SparTenMemory memory;
    private final SegmentTimings segments;
    private final SimulationListener listener;
    private final boolean slices;

    private final LayerTiming[] layers;
    private final int[] sliceEnds;

    // the current segment; computing is timed in cycles from its start
    private Segment segment;
    private int segmentIndex;
    private long start;
    private ClusterTimer clusters;
    private final ItemEnds ends = new ItemEnds();
    private long lastEnd;
    private int firstCompute;
    private int lastCompute;
    private int step;
    private int lastLoad;
    private int groupsBeforeDone;

    // when the item at hand began to be loaded ahead, or -1
    private long earlyFrom = -1;
    private long segmentPostOps;
    private long segmentProducts;

    // over all items, by position of the count
    private final long[] totals = new long[SparTenWork.UNIT_STEPS];
    private long loadedBytes;
    private long broadcastBytes;

    /** Cycles of a layer are ints, and one chunk takes far less than what is left above this. */
    private static final int LONGEST_LAYER = 2_000_000_000;

    SparTenRun(SparTenModel model, RunRequest request) {
        this.model = model;
        this.request = request;
        this.listener = request.listener();
        this.port = new OffChipPort("sparten", SparTenWork.PHASES, model.common(), listener);
        this.memory = new SparTenMemory(port, ends, listener);
        this.segments = new SegmentTimings(port, listener);
        this.slices = listener.wantsSlices();
        this.layers = new LayerTiming[request.network().size()];
        Arrays.fill(layers, new LayerTiming(0, 0, 0));
        this.sliceEnds = new int[model.clusters()];
    }

    @Override
    public WorkSink beginSegment(int index) {
        segmentIndex = index;
        segment = request.plan().segments().get(index);
        start = segments.start();
        clusters = new ClusterTimer(model.clusters(), model.units(), model.slackChunks());
        ends.clear();
        lastEnd = start;
        memory.beginSegment(index);
        firstCompute = Integer.MAX_VALUE;
        lastCompute = 0;
        step = -1;
        lastLoad = segment.mappings().stream()
                .mapToInt(m -> m.factor(SparTenWork.LAST_LOAD))
                .max()
                .orElse(0);
        groupsBeforeDone = 0;
        segmentPostOps = 0;
        segmentProducts = 0;
        Arrays.fill(sliceEnds, 0);
        return this;
    }

    @Override
    public int accept(WorkItem item) {
        int[] waits = item.waitsFor();
        for (int i = 0; i < item.waitCount(); i++) {
            if (ends.get(waits[i]) == SparTenMemory.PENDING) {
                lastEnd = Math.max(lastEnd, memory.drain());
                break;
            }
        }
        long ready = ends.ready(item, start);
        long end = switch (item.phase()) {
            case SparTenWork.LOAD_FILTERS, SparTenWork.LOAD_INPUTS, SparTenWork.LOAD_RESIDUAL -> load(item, ready);
            case SparTenWork.JOIN, SparTenWork.REDUCE -> start + compute(item, relative(ready));
            case SparTenWork.STORE_OUTPUTS -> store(item, ready);
            default ->
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "hardware sparten got an item of unknown phase " + item.phase());
        };
        lastEnd = Math.max(lastEnd, end);
        if (end != SparTenMemory.PENDING) {
            listener.onItem(segmentIndex, ends.size(), earlyFrom >= 0 ? earlyFrom : ready, end);
            earlyFrom = -1;
        }
        return ends.add(end);
    }

    private long load(WorkItem item, long ready) {
        long bytes = item.offChipBytes();
        port.ask(bytes);
        loadedBytes += bytes;
        boolean firstFilters = item.phase() == SparTenWork.LOAD_FILTERS && item.step() == 0;
        if (firstFilters && memory.isEarly(segmentIndex, bytes)) {
            earlyFrom = memory.earlyFrom();
            return Math.max(start, memory.completeEarly(ready));
        }
        return memory.read(item.layer(), item.phase(), ready, bytes);
    }

    private long store(WorkItem item, long ready) {
        port.ask(item.offChipBytes());
        segmentPostOps += item.counts()[SparTenWork.POST_OPS];
        totals[SparTenWork.POST_OPS] += item.counts()[SparTenWork.POST_OPS];
        memory.write(ends.size(), item.layer(), ready, item.offChipBytes());
        return SparTenMemory.PENDING;
    }

    private int compute(WorkItem item, int ready) {
        if (item.step() != step) {
            step = item.step();
            if (step == lastLoad) {
                prefetch(start + groupsBeforeDone);
            }
            groupsBeforeDone = lastCompute;
        }
        int[] counts = item.counts();
        int end = clusters.broadcast(item.place(), ready, counts, SparTenWork.UNIT_STEPS);
        if (end > LONGEST_LAYER) {
            throw tooLong();
        }
        firstCompute = Math.min(firstCompute, ready);
        lastCompute = Math.max(lastCompute, end);
        for (int i = 0; i < totals.length; i++) {
            totals[i] += counts[i];
        }
        segmentProducts += counts[SparTenWork.PRODUCTS];
        // a broadcast chunk is written into the buffer of every unit that joins it; a reduction's operands are divided
        int receivers = Math.max(1, Math.min(counts[SparTenWork.JOINS], model.units()));
        broadcastBytes += (long) counts[SparTenWork.CHUNK_BYTES] * receivers;
        if (slices) {
            int from = Math.max(ready, sliceEnds[item.place()]);
            if (end > from) {
                listener.onSlice(
                        "cluster " + item.place(),
                        item.layer(),
                        SparTenWork.PHASES.get(item.phase()).id(),
                        start + from,
                        start + end);
            }
            sliceEnds[item.place()] = end;
        }
        return end;
    }

    /** Asks for the first filter group of the next segment that has filters. */
    private void prefetch(long cycle) {
        List<Segment> all = request.plan().segments();
        for (int next = segmentIndex + 1; !memory.isEarlyAfter(segmentIndex) && next < all.size(); next++) {
            for (LayerMapping mapping : all.get(next).mappings()) {
                long bytes = mapping.factor(SparTenWork.FIRST_LOAD_BYTES);
                if (bytes > 0) {
                    memory.readEarly(next, mapping.layer(), bytes, cycle);
                    return;
                }
            }
        }
    }

    private int relative(long cycle) {
        if (cycle - start > LONGEST_LAYER) {
            throw tooLong();
        }
        return (int) (cycle - start);
    }

    private IsosException tooLong() {
        String layer = request.network().layer(segment.layers().get(0)).name();
        return new IsosException(
                ErrorCode.SIMULATION_FAILED,
                "layer " + layer + " takes more than " + LONGEST_LAYER + " cycles on sparten, the limit of the model");
    }

    @Override
    public void endSegment() {
        lastEnd = Math.max(lastEnd, memory.drain());
        Layer computing = null;
        for (int index : segment.layers()) {
            Layer layer = request.network().layer(index);
            boolean computes = !(layer.op() instanceof LayerOp.Concatenation);
            computing = computes ? layer : computing;
            boolean worked = computes && firstCompute <= lastCompute;
            layers[index] = new LayerTiming(
                    start + (worked ? firstCompute : 0),
                    start + (worked ? lastCompute : 0),
                    worked ? clusters.busiest() : 0);
        }
        if (computing != null) {
            require(
                    segmentPostOps == computing.outputShape().elements(),
                    computing,
                    "finished " + segmentPostOps + " outputs instead of "
                            + computing.outputShape().elements());
            require(
                    clusters.busiest() <= lastEnd - start,
                    computing,
                    "has a unit that worked " + clusters.busiest() + " of " + (lastEnd - start) + " cycles");
            require(
                    segmentProducts <= clusters.totalBusy(),
                    computing,
                    "made " + segmentProducts + " products in " + clusters.totalBusy() + " unit cycles");
        }
        segments.end(lastEnd, clusters.busiest());
    }

    private void require(boolean holds, Layer layer, String sentence) {
        if (!holds) {
            throw new IsosException(ErrorCode.VERIFICATION_FAILED, "layer " + layer.name() + " on sparten " + sentence);
        }
    }

    @Override
    public MachineReport finish() {
        port.requireAllServed();
        return new MachineReport(
                segments.start(), segments.timings(), Arrays.asList(layers), port.bytesMoved(), port.with(activity()));
    }

    private List<ActivityCount> activity() {
        long products = totals[SparTenWork.PRODUCTS];
        long joins = totals[SparTenWork.JOINS];
        long operands = totals[SparTenWork.OPERANDS];
        long maskBytes = 2 * model.chunkMaskBytes() * joins;
        return List.of(
                new ActivityCount(SparTenModel.MACS, "multiply-accumulate", products),
                new ActivityCount(
                        SparTenModel.ACCUMULATORS, "read", SparTenModel.ACCUMULATOR_BYTES * (products + operands)),
                new ActivityCount(
                        SparTenModel.ACCUMULATORS, "write", SparTenModel.ACCUMULATOR_BYTES * (products + operands)),
                new ActivityCount(
                        SparTenModel.JOIN_LOGIC, "operation", model.joinOperations() * joins + products + operands),
                new ActivityCount(SparTenModel.UNIT_BUFFERS, "write", broadcastBytes),
                new ActivityCount(SparTenModel.UNIT_BUFFERS, "read", maskBytes + 2 * products + operands),
                new ActivityCount(SparTenModel.BUFFER, "write", loadedBytes),
                new ActivityCount(SparTenModel.BUFFER, "read", totals[SparTenWork.CHUNK_BYTES]),
                new ActivityCount(SparTenModel.POST_OPS, "operation", totals[SparTenWork.POST_OPS]));
    }
}
