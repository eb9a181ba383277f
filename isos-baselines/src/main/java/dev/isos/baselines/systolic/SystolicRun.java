package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.WorkItem;
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
import dev.isos.hw.dram.DramServer;
import dev.isos.hw.dram.TransferSlices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times the items of a systolic array: one fold after the other as soon as its operands have arrived, see {@link FoldPlan};
 * transfers in the order in which the dataflow asks for them. A layer starts when the one before has written its last output.
 */
final class SystolicRun implements MachineRun, WorkSink {
    private final SystolicModel model;
    private final RunRequest request;
    private final DramServer dram;
    private final SimulationListener listener;
    private final List<SegmentTiming> timings = new ArrayList<>();
    private final LayerTiming[] layers;

    // of each item of the segment, the cycle at which it ends
    private long[] ends = new long[1024];
    private int items;
    private int segmentIndex;
    private long start;
    private long end;
    private long unitFree;
    private long dramBusyBefore;
    private final TransferSlices transfers;
    private long segmentBusy;

    private long askedBytes;
    private final long[] totals = new long[SystolicWork.SCHEMA.width()];
    private final long[] loaded = new long[SystolicWork.PHASES.size()];

    SystolicRun(SystolicModel model, RunRequest request) {
        this.model = model;
        this.request = request;
        this.dram = model.dram();
        this.listener = request.listener();
        this.transfers = new TransferSlices(listener);
        this.layers = new LayerTiming[request.network().size()];
    }

    @Override
    public WorkSink beginSegment(int segment) {
        segmentIndex = segment;
        start = end;
        unitFree = start;
        dramBusyBefore = start == 0 ? 0 : dram.busyCyclesBefore(start);
        segmentBusy = 0;
        items = 0;
        for (int layer : request.plan().segments().get(segment).layers()) {
            layers[layer] = new LayerTiming(start, start, 0);
        }
        return this;
    }

    @Override
    public int accept(WorkItem item) {
        long ready = start;
        for (int i = 0; i < item.waitCount(); i++) {
            ready = Math.max(ready, ends[item.waitsFor()[i]]);
        }
        int[] counts = item.counts();
        for (int i = 0; i < totals.length; i++) {
            totals[i] += counts[i];
        }
        long bytes = item.offChipBytes();
        askedBytes += bytes;
        long finished = switch (item.phase()) {
            case SystolicWork.FOLD -> compute(item, ready, foldCycles(counts));
            case SystolicWork.VECTOR ->
                compute(item, ready, (counts[SystolicWork.OPERANDS] + model.vectorWidth() - 1L) / model.vectorWidth());
            case SystolicWork.STORE_OUTPUTS, SystolicWork.STORE_PARTIALS -> write(item, ready);
            case SystolicWork.LOAD_FILTERS,
                    SystolicWork.LOAD_INPUTS,
                    SystolicWork.LOAD_PARTIALS,
                    SystolicWork.LOAD_RESIDUAL -> read(item, ready);
            default ->
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "hardware systolic got an item of unknown phase " + item.phase());
        };
        loaded[item.phase()] += bytes;
        if (items == ends.length) {
            ends = Arrays.copyOf(ends, 2 * items);
        }
        ends[items] = finished;
        end = Math.max(end, finished);
        return items++;
    }

    /** Items without streamed elements carry further products of the fold before. */
    private long foldCycles(int[] counts) {
        return counts[SystolicWork.STREAMED] == 0
                ? 0
                : FoldPlan.cycles(
                        model.rows(),
                        model.columns(),
                        counts[SystolicWork.PRELOADED_ROWS],
                        counts[SystolicWork.STREAMED]);
    }

    private long compute(WorkItem item, long ready, long cycles) {
        long from = Math.max(ready, unitFree);
        unitFree = from + cycles;
        segmentBusy += cycles;
        LayerTiming timing = layers[item.layer()];
        boolean first = timing.computeCycles() == 0;
        layers[item.layer()] =
                new LayerTiming(first ? from : timing.startCycle(), unitFree, timing.computeCycles() + cycles);
        if (listener.wantsSlices() && cycles > 0) {
            String track = item.phase() == SystolicWork.FOLD ? "array" : "vector unit";
            listener.onSlice(track, item.layer(), phase(item), from, unitFree);
        }
        return unitFree;
    }

    private long read(WorkItem item, long ready) {
        long arrival = dram.read(ready, item.offChipBytes());
        transfers.read(dram, item.layer(), phase(item), item.offChipBytes());
        return arrival;
    }

    private long write(WorkItem item, long ready) {
        long end = dram.write(ready, item.offChipBytes());
        transfers.write(dram, item.layer(), phase(item), item.offChipBytes());
        return end;
    }

    private static String phase(WorkItem item) {
        return SystolicWork.PHASES.get(item.phase()).id();
    }

    @Override
    public void endSegment() {
        timings.add(new SegmentTiming(
                end - start, segmentBusy, end == start ? 0 : dram.busyCyclesBefore(end) - dramBusyBefore));
        listener.onSegmentEnd(segmentIndex, end);
    }

    @Override
    public MachineReport finish() {
        if (askedBytes != dram.bytesMoved()) {
            throw new IsosException(
                    ErrorCode.VERIFICATION_FAILED,
                    "systolic moved " + dram.bytesMoved() + " off-chip bytes, asked for were " + askedBytes);
        }
        return new MachineReport(end, timings, Arrays.asList(layers), dram.bytesMoved(), activity());
    }

    private List<ActivityCount> activity() {
        long products = totals[SystolicWork.PRODUCTS];
        long postOps = totals[SystolicWork.POST_OPS];
        long sum = SystolicWork.SUM_BYTES;
        return List.of(
                new ActivityCount(SystolicModel.MACS, "multiply-accumulate", products),
                // a processing element reads its operands and its sum and passes them on
                new ActivityCount(SystolicModel.REGISTERS, "read", SystolicModel.REGISTER_BYTES * products),
                new ActivityCount(SystolicModel.REGISTERS, "write", SystolicModel.REGISTER_BYTES * products),
                new ActivityCount(SystolicModel.INPUT_BUFFER, "write", loaded[SystolicWork.LOAD_INPUTS]),
                new ActivityCount(SystolicModel.INPUT_BUFFER, "read", totals[SystolicWork.INPUT_BYTES]),
                new ActivityCount(SystolicModel.FILTER_BUFFER, "write", loaded[SystolicWork.LOAD_FILTERS]),
                new ActivityCount(SystolicModel.FILTER_BUFFER, "read", totals[SystolicWork.FILTER_BYTES]),
                new ActivityCount(
                        SystolicModel.OUTPUT_BUFFER,
                        "write",
                        sum * totals[SystolicWork.SUMS_WRITTEN]
                                + loaded[SystolicWork.LOAD_RESIDUAL]
                                + loaded[SystolicWork.LOAD_PARTIALS]
                                + postOps),
                new ActivityCount(
                        SystolicModel.OUTPUT_BUFFER,
                        "read",
                        sum * (totals[SystolicWork.SUMS_READ] + postOps)
                                + loaded[SystolicWork.LOAD_RESIDUAL]
                                + loaded[SystolicWork.STORE_PARTIALS]
                                + postOps),
                new ActivityCount(SystolicModel.VECTOR_UNIT, "add", totals[SystolicWork.OPERANDS]),
                new ActivityCount(SystolicModel.POST_OPS, "operation", postOps),
                new ActivityCount(SystolicModel.DRAM, "read", dram.bytesRead()),
                new ActivityCount(SystolicModel.DRAM, "write", dram.bytesWritten()));
    }
}
