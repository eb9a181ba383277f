package dev.isos.baselines.systolic;

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
import dev.isos.baselines.machine.ItemEnds;
import dev.isos.baselines.machine.OffChipPort;
import dev.isos.baselines.machine.SegmentTimings;
import java.util.Arrays;
import java.util.List;

/**
 * Times the items of a systolic array: one fold after the other as soon as its operands have arrived, see {@link FoldPlan};
 * transfers in the order in which the dataflow asks for them. A layer starts when the one before has written its last output.
 */
final class SystolicRun implements MachineRun, WorkSink {
    private final SystolicModel model;
    private final RunRequest request;
    private final OffChipPort port;
    private final ItemEnds ends = new ItemEnds();
    private final SegmentTimings segments;
    private final SimulationListener listener;
    private final LayerTiming[] layers;

    private long end;
    private long unitFree;
    private long segmentBusy;

    private final long[] totals = new long[SystolicWork.SCHEMA.width()];
    private final long[] loaded = new long[SystolicWork.PHASES.size()];

    SystolicRun(SystolicModel model, RunRequest request) {
        this.model = model;
        this.request = request;
        this.listener = request.listener();
        this.port = new OffChipPort("systolic", SystolicWork.PHASES, model.common(), listener);
        this.segments = new SegmentTimings(port, listener);
        this.layers = new LayerTiming[request.network().size()];
    }

    @Override
    public WorkSink beginSegment(int segment) {
        unitFree = segments.start();
        segmentBusy = 0;
        ends.clear();
        for (int layer : request.plan().segments().get(segment).layers()) {
            layers[layer] = new LayerTiming(unitFree, unitFree, 0);
        }
        return this;
    }

    @Override
    public int accept(WorkItem item) {
        long ready = ends.ready(item, segments.start());
        int[] counts = item.counts();
        for (int i = 0; i < totals.length; i++) {
            totals[i] += counts[i];
        }
        long bytes = item.offChipBytes();
        port.ask(bytes);
        long finished = switch (item.phase()) {
            case SystolicWork.FOLD -> compute(item, ready, foldCycles(counts));
            case SystolicWork.VECTOR ->
                compute(item, ready, (counts[SystolicWork.OPERANDS] + model.vectorWidth() - 1L) / model.vectorWidth());
            case SystolicWork.STORE_OUTPUTS, SystolicWork.STORE_PARTIALS ->
                port.write(item.layer(), item.phase(), ready, bytes);
            case SystolicWork.LOAD_FILTERS,
                    SystolicWork.LOAD_INPUTS,
                    SystolicWork.LOAD_PARTIALS,
                    SystolicWork.LOAD_RESIDUAL -> port.read(item.layer(), item.phase(), ready, bytes);
            default ->
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "hardware systolic got an item of unknown phase " + item.phase());
        };
        loaded[item.phase()] += bytes;
        end = Math.max(end, finished);
        return ends.add(finished);
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
            listener.onSlice(
                    track, item.layer(), SystolicWork.PHASES.get(item.phase()).id(), from, unitFree);
        }
        return unitFree;
    }

    @Override
    public void endSegment() {
        segments.end(end, segmentBusy);
    }

    @Override
    public MachineReport finish() {
        port.requireAllServed();
        return new MachineReport(end, segments.timings(), Arrays.asList(layers), port.bytesMoved(), activity());
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
                new ActivityCount(OffChipPort.DRAM, "read", port.bytesRead()),
                new ActivityCount(OffChipPort.DRAM, "write", port.bytesWritten()));
    }
}
