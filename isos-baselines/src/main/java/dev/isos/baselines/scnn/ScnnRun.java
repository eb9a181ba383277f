package dev.isos.baselines.scnn;

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
 * Times the items of SCNN: each processing element works through its own; draining a group's sums overlaps with the products of
 * the next; transfers are served in the order of the items. A segment starts when the one before has written its last byte.
 */
final class ScnnRun implements MachineRun, WorkSink {
    private final ScnnModel model;
    private final RunRequest request;
    private final OffChipPort port;
    private final ItemEnds ends = new ItemEnds();
    private final SegmentTimings segments;
    private final SimulationListener listener;
    private final LayerTiming[] layers;

    private long end;
    private final long[] elementFree;
    private final long[] busyOfSegment;
    private final long[] busyOfLayer;
    private int layerOfBusy = -1;
    private long drainFree;

    private final long[] totals = new long[ScnnWork.SCHEMA.width()];
    private final long[] moved = new long[ScnnWork.PHASES.size()];

    ScnnRun(ScnnModel model, RunRequest request) {
        this.model = model;
        this.request = request;
        this.listener = request.listener();
        this.port = new OffChipPort("scnn", ScnnWork.PHASES, model.common(), listener);
        this.segments = new SegmentTimings(port, listener);
        this.layers = new LayerTiming[request.network().size()];
        this.elementFree = new long[model.elements()];
        this.busyOfSegment = new long[model.elements()];
        this.busyOfLayer = new long[model.elements()];
    }

    @Override
    public WorkSink beginSegment(int segment) {
        long start = segments.start();
        Arrays.fill(elementFree, start);
        Arrays.fill(busyOfSegment, 0);
        layerOfBusy = -1;
        drainFree = start;
        ends.clear();
        for (int layer : request.plan().segments().get(segment).layers()) {
            layers[layer] = new LayerTiming(start, start, 0);
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
        moved[item.phase()] += bytes;
        long finished = switch (item.phase()) {
            case ScnnWork.CARTESIAN -> compute(item, ready, counts[ScnnWork.ARRAY_CYCLES]);
            case ScnnWork.REDUCE -> compute(item, ready, inPpu(counts[ScnnWork.OPERANDS]));
            case ScnnWork.BARRIER -> ready;
            case ScnnWork.DRAIN -> drain(item, ready);
            case ScnnWork.STORE_OUTPUTS -> port.write(item.layer(), item.phase(), ready, bytes);
            case ScnnWork.LOAD_INPUTS, ScnnWork.LOAD_WEIGHTS, ScnnWork.LOAD_RESIDUAL ->
                port.read(item.layer(), item.phase(), ready, bytes);
            default ->
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "hardware scnn got an item of unknown phase " + item.phase());
        };
        end = Math.max(end, finished);
        return ends.add(finished);
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

    private static String phase(WorkItem item) {
        return ScnnWork.PHASES.get(item.phase()).id();
    }

    @Override
    public void endSegment() {
        segments.end(end, Arrays.stream(busyOfSegment).max().orElse(0));
    }

    @Override
    public MachineReport finish() {
        port.requireAllServed();
        return new MachineReport(end, segments.timings(), Arrays.asList(layers), port.bytesMoved(), activity());
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
                new ActivityCount(OffChipPort.DRAM, "read", port.bytesRead()),
                new ActivityCount(OffChipPort.DRAM, "write", port.bytesWritten()));
    }
}
