package dev.isos.baselines.scnn;

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
 * Times the items of SCNN: each processing element works through its own; draining a group's sums overlaps with the products of
 * the next; transfers are served in the order of the items. A segment starts when the one before has written its last byte.
 */
final class ScnnRun implements MachineRun, WorkSink {
    private final ScnnModel model;
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
    private final long[] elementFree;
    private final long[] busyOfSegment;
    private final long[] busyOfLayer;
    private int layerOfBusy = -1;
    private long drainFree;
    private long dramBusyBefore;
    private final TransferSlices transfers;

    private long askedBytes;
    private final long[] totals = new long[ScnnWork.SCHEMA.width()];
    private final long[] moved = new long[ScnnWork.PHASES.size()];

    ScnnRun(ScnnModel model, RunRequest request) {
        this.model = model;
        this.request = request;
        this.dram = model.dram();
        this.listener = request.listener();
        this.transfers = new TransferSlices(listener);
        this.layers = new LayerTiming[request.network().size()];
        this.elementFree = new long[model.elements()];
        this.busyOfSegment = new long[model.elements()];
        this.busyOfLayer = new long[model.elements()];
    }

    @Override
    public WorkSink beginSegment(int segment) {
        segmentIndex = segment;
        start = end;
        Arrays.fill(elementFree, start);
        Arrays.fill(busyOfSegment, 0);
        layerOfBusy = -1;
        drainFree = start;
        dramBusyBefore = start == 0 ? 0 : dram.busyCyclesBefore(start);
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
        askedBytes += item.offChipBytes();
        moved[item.phase()] += item.offChipBytes();
        long finished = switch (item.phase()) {
            case ScnnWork.CARTESIAN -> compute(item, ready, counts[ScnnWork.ARRAY_CYCLES]);
            case ScnnWork.REDUCE -> compute(item, ready, inPpu(counts[ScnnWork.OPERANDS]));
            case ScnnWork.BARRIER -> ready;
            case ScnnWork.DRAIN -> drain(item, ready);
            case ScnnWork.STORE_OUTPUTS -> write(item, ready);
            case ScnnWork.LOAD_INPUTS, ScnnWork.LOAD_WEIGHTS, ScnnWork.LOAD_RESIDUAL -> read(item, ready);
            default ->
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "hardware scnn got an item of unknown phase " + item.phase());
        };
        if (items == ends.length) {
            ends = Arrays.copyOf(ends, 2 * items);
        }
        ends[items] = finished;
        end = Math.max(end, finished);
        return items++;
    }

    private long inPpu(long elements) {
        return (elements + model.ppuWidth() - 1) / model.ppuWidth();
    }

    private long compute(WorkItem item, long ready, long cycles) {
        if (item.layer() != layerOfBusy) {
            layerOfBusy = item.layer();
            Arrays.fill(busyOfLayer, 0);
        }
        int element = item.place();
        long from = Math.max(ready, elementFree[element]);
        elementFree[element] = from + cycles;
        busyOfLayer[element] += cycles;
        busyOfSegment[element] += cycles;
        if (cycles > 0) {
            LayerTiming timing = layers[item.layer()];
            boolean first = timing.computeCycles() == 0;
            layers[item.layer()] = new LayerTiming(
                    first ? from : Math.min(from, timing.startCycle()),
                    Math.max(from + cycles, timing.endCycle()),
                    Math.max(busyOfLayer[element], timing.computeCycles()));
            if (listener.wantsSlices()) {
                listener.onSlice("element " + element, item.layer(), phase(item), from, from + cycles);
            }
        }
        return from + cycles;
    }

    private long drain(WorkItem item, long ready) {
        long from = Math.max(ready, drainFree);
        drainFree = from + inPpu(item.counts()[ScnnWork.DRAINED_SUMS]);
        if (listener.wantsSlices() && drainFree > from) {
            listener.onSlice("post-processing", item.layer(), phase(item), from, drainFree);
        }
        return drainFree;
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
        return ScnnWork.PHASES.get(item.phase()).id();
    }

    @Override
    public void endSegment() {
        long busiest = Arrays.stream(busyOfSegment).max().orElse(0);
        timings.add(new SegmentTiming(
                end - start, busiest, end == start ? 0 : dram.busyCyclesBefore(end) - dramBusyBefore));
        listener.onSegmentEnd(segmentIndex, end);
    }

    @Override
    public MachineReport finish() {
        if (askedBytes != dram.bytesMoved()) {
            throw new IsosException(
                    ErrorCode.VERIFICATION_FAILED,
                    "scnn moved " + dram.bytesMoved() + " off-chip bytes, asked for were " + askedBytes);
        }
        return new MachineReport(end, timings, Arrays.asList(layers), dram.bytesMoved(), activity());
    }

    private List<ActivityCount> activity() {
        long products = totals[ScnnWork.PRODUCTS];
        long postOps = totals[ScnnWork.POST_OPS];
        long halo = ScnnModel.ACCUMULATOR_BYTES * totals[ScnnWork.HALO_SUMS];
        long drained = ScnnModel.ACCUMULATOR_BYTES * (postOps + totals[ScnnWork.HALO_SUMS]);
        // every element gets a copy of the weights
        long weightBytes = moved[ScnnWork.LOAD_WEIGHTS] * model.elements();
        return List.of(
                new ActivityCount(ScnnModel.MACS, "multiply-accumulate", products),
                new ActivityCount(ScnnModel.CROSSBARS, "operation", ScnnModel.CROSSBAR_BYTES * products),
                new ActivityCount(ScnnModel.ACCUMULATORS, "read", ScnnModel.ACCUMULATOR_BYTES * products + drained),
                new ActivityCount(ScnnModel.ACCUMULATORS, "write", ScnnModel.ACCUMULATOR_BYTES * products + halo),
                new ActivityCount(
                        ScnnModel.ACTIVATION_RAMS,
                        "read",
                        model.entryBytes(totals[ScnnWork.ACTIVATIONS_READ])
                                + totals[ScnnWork.OPERANDS]
                                + moved[ScnnWork.STORE_OUTPUTS]),
                new ActivityCount(
                        ScnnModel.ACTIVATION_RAMS,
                        "write",
                        moved[ScnnWork.LOAD_INPUTS] + moved[ScnnWork.LOAD_RESIDUAL] + postOps),
                new ActivityCount(ScnnModel.WEIGHT_FIFOS, "write", weightBytes),
                new ActivityCount(ScnnModel.WEIGHT_FIFOS, "read", model.entryBytes(totals[ScnnWork.WEIGHTS_READ])),
                new ActivityCount(ScnnModel.POST_OPS, "operation", postOps + totals[ScnnWork.OPERANDS]),
                new ActivityCount(ScnnModel.HALO_LINKS, "operation", halo),
                new ActivityCount(ScnnModel.DRAM, "read", dram.bytesRead()),
                new ActivityCount(ScnnModel.DRAM, "write", dram.bytesWritten()));
    }
}
