package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
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
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.hw.dram.DramServer;
import dev.isos.hw.dram.TransferSlices;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Timing of SparTen. Items are timed as they arrive and not kept. Layers run one after another: a layer reads its inputs
 * when the layer before has written its last output. Only the first filter group of a layer, which is known from the
 * start, is loaded earlier: as soon as the last group of the layer before has begun and left its buffer free, which is when
 * a further group of the same layer would be loaded too.
 *
 * <p>The DRAM serves reads in the order of the items. A write whose outputs are not there yet lets reads pass that are ready
 * before it; outputs wait for their turn in a queue without limit, which costs SparTen nothing where a real one would stall.
 */
final class SparTenRun implements MachineRun, WorkSink {
    private final SparTenModel model;
    private final RunRequest request;
    private final DramServer dram;
    private final SimulationListener listener;
    private final boolean slices;
    private final int productsAt;
    private final int joinsAt;
    private final int chunkBytesAt;
    private final int operandsAt;
    private final int postOpsAt;
    private final int unitCyclesAt;

    private final List<SegmentTiming> timings = new ArrayList<>();
    private final LayerTiming[] layers;
    private final int[] sliceEnds;
    private final TransferSlices transfers;

    // the current segment; times of its items are cycles from its start
    private Segment segment;
    private int segmentIndex;
    private long start;
    private long dramBusyBefore;
    private ClusterTimer clusters;
    private int[] ends = new int[1024];
    private int items;

    // writes not yet given to the DRAM, in order of arrival
    private final ArrayDeque<Write> writes = new ArrayDeque<>();
    private int lastEnd;
    private int firstCompute;
    private int lastCompute;
    private int step;
    private int groups;
    private int groupsBeforeDone;
    private long segmentPostOps;
    private long segmentProducts;

    // first filter group of a later segment, asked for already
    private int prefetchedSegment = -1;
    private long prefetchedBytes;
    private long prefetchedCycle;

    private long askedBytes;
    private long products;
    private long joins;
    private long chunkBytes;
    private long operands;
    private long postOps;
    private long loadedBytes;
    private long broadcastBytes;

    /** Cycles of a layer are ints, and one chunk takes far less than what is left above this. */
    private static final int LONGEST_LAYER = 2_000_000_000;

    /** End of an item that the DRAM has not been asked for yet. */
    private static final int PENDING = -1;

    /** A write that waits for its outputs or its turn. */
    private record Write(int item, int layer, long earliestCycle, long bytes) {}

    SparTenRun(SparTenModel model, RunRequest request, WorkSchema schema) {
        this.model = model;
        this.request = request;
        this.dram = model.dram();
        this.listener = request.listener();
        this.slices = listener.wantsSlices();
        this.transfers = new TransferSlices(listener);
        this.productsAt = schema.offset(WorkMetric.PRODUCTS.id());
        this.joinsAt = schema.offset("joins");
        this.chunkBytesAt = schema.offset("chunkBytes");
        this.operandsAt = schema.offset("operands");
        this.postOpsAt = schema.offset("postOps");
        this.unitCyclesAt = schema.offset("unitCycles");
        this.layers = new LayerTiming[request.network().size()];
        this.sliceEnds = new int[model.clusters()];
    }

    @Override
    public WorkSink beginSegment(int index) {
        segmentIndex = index;
        segment = request.plan().segments().get(index);
        dramBusyBefore = start == 0 ? 0 : dram.busyCyclesBefore(start);
        clusters = new ClusterTimer(model.clusters(), model.units(), model.slackChunks());
        items = 0;
        lastEnd = 0;
        firstCompute = Integer.MAX_VALUE;
        lastCompute = 0;
        step = -1;
        groups = groups(segment);
        groupsBeforeDone = 0;
        segmentPostOps = 0;
        segmentProducts = 0;
        Arrays.fill(sliceEnds, 0);
        return this;
    }

    private static int groups(Segment segment) {
        return segment.mappings().stream()
                .mapToInt(m -> m.factor(SparTenWork.FILTER_GROUPS))
                .max()
                .orElse(0);
    }

    @Override
    public int accept(WorkItem item) {
        int ready = 0;
        int[] waits = item.waitsFor();
        for (int i = 0; i < item.waitCount(); i++) {
            if (ends[waits[i]] == PENDING) {
                writeUntil(Long.MAX_VALUE);
            }
            ready = Math.max(ready, ends[waits[i]]);
        }
        int end = switch (item.phase()) {
            case SparTenWork.LOAD_FILTERS -> loadFilters(item, ready);
            case SparTenWork.LOAD_INPUTS, SparTenWork.LOAD_RESIDUAL -> relative(read(item, ready));
            case SparTenWork.JOIN, SparTenWork.REDUCE -> compute(item, ready);
            case SparTenWork.STORE_OUTPUTS -> store(item, ready);
            default ->
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "hardware sparten got an item of unknown phase " + item.phase());
        };
        if (items == ends.length) {
            ends = Arrays.copyOf(ends, 2 * items);
        }
        ends[items] = end;
        lastEnd = Math.max(lastEnd, end);
        return items++;
    }

    private long read(WorkItem item, int ready) {
        askedBytes += item.offChipBytes();
        loadedBytes += item.offChipBytes();
        return readDram(item.layer(), SparTenWork.PHASES.get(item.phase()).id(), start + ready, item.offChipBytes());
    }

    private long readDram(int layer, String phase, long earliestCycle, long bytes) {
        writeUntil(Math.max(earliestCycle, dram.freeFrom()));
        long arrival = dram.read(earliestCycle, bytes);
        transfers.read(dram, layer, phase, bytes);
        return arrival;
    }

    /** Serves the writes that are ready by the given cycle, as long as the first one in the queue is. */
    private void writeUntil(long cycle) {
        while (!writes.isEmpty() && writes.peekFirst().earliestCycle() <= cycle) {
            Write write = writes.removeFirst();
            long end = dram.write(write.earliestCycle(), write.bytes());
            transfers.write(
                    dram,
                    write.layer(),
                    SparTenWork.PHASES.get(SparTenWork.STORE_OUTPUTS).id(),
                    write.bytes());
            ends[write.item()] = relative(end);
            lastEnd = Math.max(lastEnd, ends[write.item()]);
        }
    }

    private int loadFilters(WorkItem item, int ready) {
        if (item.step() != 0 || prefetchedSegment != segmentIndex || prefetchedBytes != item.offChipBytes()) {
            return relative(read(item, ready));
        }
        prefetchedSegment = -1;
        askedBytes += item.offChipBytes();
        loadedBytes += item.offChipBytes();
        return Math.max(0, relative(prefetchedCycle));
    }

    private int store(WorkItem item, int ready) {
        askedBytes += item.offChipBytes();
        segmentPostOps += item.counts()[postOpsAt];
        postOps += item.counts()[postOpsAt];
        writes.addLast(new Write(items, item.layer(), start + ready, item.offChipBytes()));
        return PENDING;
    }

    private int compute(WorkItem item, int ready) {
        if (item.step() != step) {
            step = item.step();
            if (step == groups - 1) {
                prefetch(start + groupsBeforeDone);
            }
            groupsBeforeDone = lastCompute;
        }
        int[] counts = item.counts();
        int end = clusters.broadcast(item.place(), ready, counts, unitCyclesAt);
        if (end > LONGEST_LAYER) {
            throw tooLong();
        }
        firstCompute = Math.min(firstCompute, ready);
        lastCompute = Math.max(lastCompute, end);
        products += counts[productsAt];
        segmentProducts += counts[productsAt];
        joins += counts[joinsAt];
        operands += counts[operandsAt];
        chunkBytes += counts[chunkBytesAt];
        // a broadcast chunk is written into the buffer of every unit that joins it; a reduction's operands are divided
        int receivers = Math.max(1, Math.min(counts[joinsAt], model.units()));
        broadcastBytes += (long) counts[chunkBytesAt] * receivers;
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
        List<Segment> segments = request.plan().segments();
        for (int next = segmentIndex + 1; prefetchedSegment <= segmentIndex && next < segments.size(); next++) {
            for (LayerMapping mapping : segments.get(next).mappings()) {
                long bytes = mapping.factor(SparTenWork.FIRST_GROUP_BYTES);
                if (bytes > 0) {
                    prefetchedSegment = next;
                    prefetchedBytes = bytes;
                    prefetchedCycle = readDram(
                            mapping.layer(),
                            SparTenWork.PHASES.get(SparTenWork.LOAD_FILTERS).id(),
                            cycle,
                            bytes);
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
        writeUntil(Long.MAX_VALUE);
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
                    clusters.busiest() <= lastEnd,
                    computing,
                    "has a unit that worked " + clusters.busiest() + " of " + lastEnd + " cycles");
            require(
                    segmentProducts <= clusters.totalBusy(),
                    computing,
                    "made " + segmentProducts + " products in " + clusters.totalBusy() + " unit cycles");
        }
        long end = start + lastEnd;
        timings.add(new SegmentTiming(
                lastEnd, clusters.busiest(), lastEnd == 0 ? 0 : dram.busyCyclesBefore(end) - dramBusyBefore));
        start = end;
        listener.onSegmentEnd(segmentIndex, end);
    }

    private void require(boolean holds, Layer layer, String sentence) {
        if (!holds) {
            throw new IsosException(ErrorCode.VERIFICATION_FAILED, "layer " + layer.name() + " on sparten " + sentence);
        }
    }

    @Override
    public MachineReport finish() {
        if (askedBytes != dram.bytesMoved()) {
            throw new IsosException(
                    ErrorCode.VERIFICATION_FAILED,
                    "sparten moved " + dram.bytesMoved() + " off-chip bytes, asked for were " + askedBytes);
        }
        return new MachineReport(start, timings, Arrays.asList(layers), dram.bytesMoved(), activity());
    }

    private List<ActivityCount> activity() {
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
                new ActivityCount(SparTenModel.BUFFER, "read", chunkBytes),
                new ActivityCount(SparTenModel.POST_OPS, "operation", postOps),
                new ActivityCount(SparTenModel.DRAM, "read", dram.bytesRead()),
                new ActivityCount(SparTenModel.DRAM, "write", dram.bytesWritten()));
    }
}
