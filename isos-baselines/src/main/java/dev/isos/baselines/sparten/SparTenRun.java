package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.support.machine.AccountedRun;
import dev.isos.support.machine.CompletionTimes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Timing of SparTen. Items are timed as they arrive and not kept. Layers run one after another: a layer reads its inputs
 * when the layer before has written its last output. Only the first filters of a layer, which are known from the start, are
 * loaded earlier: as soon as the last ones of the layer before are in use and have left a buffer free, which is when further ones
 * of the same layer would be loaded too.
 * See {@link SparTenMemory} for the order of transfers and {@link ClusterTimer} for the units.
 */
final class SparTenRun extends AccountedRun {
    /** Count: bytes of chunks, once for every unit that receives them. */
    static final String BROADCAST_BYTES = "broadcastBytes";

    private final SparTenModel model;
    private final SparTenMemory memory;
    private final boolean slices;
    private final int units;

    private final int[] sliceEnds;

    // the current segment; computing is timed in cycles from its start
    private Segment segment;
    private int segmentIndex;
    private long start;
    private final ClusterTimer clusters;
    private final CompletionTimes ends = new CompletionTimes();
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

    // over all items
    private final long[] broadcastBytes = new long[request.network().size()];

    /** Cycles of a layer are ints, and one chunk takes far less than what is left above this. */
    private static final int LONGEST_LAYER = 2_000_000_000;

    SparTenRun(SparTenModel model, RunRequest request) {
        super("sparten", model, request);
        this.model = model;
        this.memory = new SparTenMemory(port, ends, listener);
        this.slices = listener.wantsSlices();
        this.units = model.units();
        this.clusters = new ClusterTimer(model.clusters(), units, model.slackChunks());
        this.sliceEnds = new int[model.clusters()];
    }

    @Override
    public WorkSink beginSegment(int index) {
        segmentIndex = index;
        segment = segment(index);
        open(segment);
        start = segments.start();
        clusters.clear();
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
    protected int take(WorkItem item) {
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
            default -> throw new IllegalStateException("unknown phase " + item.phase());
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
        boolean firstFilters = item.phase() == SparTenWork.LOAD_FILTERS && item.step() == 0;
        if (firstFilters && memory.isEarly(segmentIndex, bytes)) {
            earlyFrom = memory.earlyFrom();
            return Math.max(start, memory.completeEarly(ready));
        }
        return memory.read(item.layer(), item.phase(), ready, bytes);
    }

    private long store(WorkItem item, long ready) {
        segmentPostOps += item.counts()[SparTenWork.POST_OPS];
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
        segmentProducts += counts[SparTenWork.PRODUCTS];
        // a broadcast chunk is written into the buffer of every unit that joins it; a reduction's operands are divided
        int receivers = Math.max(1, Math.min(counts[SparTenWork.JOINS], units));
        broadcastBytes[item.layer()] += (long) counts[SparTenWork.CHUNK_BYTES] * receivers;
        if (slices) {
            int from = Math.max(ready, sliceEnds[item.place()]);
            slice("cluster " + item.place(), item.layer(), item.phase(), start + from, start + end);
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
                    if (request.weightBytes().get(next) > 0) {
                        memory.readEarly(next, mapping.layer(), bytes, cycle);
                    }
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
            if (computes && firstCompute <= lastCompute) {
                worked(index, start + firstCompute, start + lastCompute, clusters.busiest());
            }
        }
        if (computing != null) {
            require(
                    segmentPostOps == computing.outputShape().elements(),
                    computing.index(),
                    "finished " + segmentPostOps + " outputs instead of "
                            + computing.outputShape().elements());
            require(
                    clusters.busiest() <= lastEnd - start,
                    computing.index(),
                    "has a unit that worked " + clusters.busiest() + " of " + (lastEnd - start) + " cycles");
            require(
                    segmentProducts <= clusters.totalBusy(),
                    computing.index(),
                    "made " + segmentProducts + " products in " + clusters.totalBusy() + " unit cycles");
        }
        segments.end(lastEnd, clusters.busiest());
    }

    @Override
    protected Map<String, Long> counts(int layer) {
        return Map.of(BROADCAST_BYTES, broadcastBytes[layer]);
    }
}
