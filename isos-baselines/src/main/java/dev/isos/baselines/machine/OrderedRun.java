package dev.isos.baselines.machine;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
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
import java.util.Arrays;
import java.util.List;

/**
 * Times items as they come: transfers are served in their order, and each compute unit works through its own. A segment starts when
 * the one before has written its last byte.
 */
public abstract class OrderedRun implements MachineRun, WorkSink {
    /** Over all items: counts by their position, and off-chip bytes by phase. */
    protected final long[] totals;

    protected final long[] moved;
    protected final OffChipPort port;

    private final String machine;
    private final List<Phase> phases;
    private final RunRequest request;
    private final SimulationListener listener;
    private final ItemEnds ends = new ItemEnds();
    private final SegmentTimings segments;
    private final LayerTiming[] layers;
    private final long[] unitFree;
    private final long[] busyOfSegment;
    private final long[] busyOfLayer;
    private int layerOfBusy = -1;
    private int segmentIndex;
    private long end;

    /**
     * @param machine its name in messages
     * @param units compute units
     */
    protected OrderedRun(String machine, BaselineModel model, RunRequest request, int units) {
        this.machine = machine;
        this.phases = model.schema().phases();
        this.request = request;
        this.listener = request.listener();
        this.totals = new long[model.schema().width()];
        this.moved = new long[phases.size()];
        this.port = new OffChipPort(machine, phases, model.common(), listener);
        this.segments = new SegmentTimings(port, listener);
        this.layers = new LayerTiming[request.network().size()];
        Arrays.fill(layers, new LayerTiming(0, 0, 0));
        this.unitFree = new long[units];
        this.busyOfSegment = new long[units];
        this.busyOfLayer = new long[units];
    }

    /** Computes an item whose operands are there in cycle {@code ready}; gives the cycle after its last. */
    protected abstract long compute(WorkItem item, long ready);

    /** Name of the unit that computes an item, for listeners. */
    protected abstract String track(WorkItem item);

    /** What the components did, off-chip memory left out. */
    protected abstract List<ActivityCount> activity();

    @Override
    public final WorkSink beginSegment(int segment) {
        segmentIndex = segment;
        Arrays.fill(unitFree, segments.start());
        Arrays.fill(busyOfSegment, 0);
        layerOfBusy = -1;
        ends.clear();
        for (int layer : request.plan().segments().get(segment).layers()) {
            layers[layer] = new LayerTiming(segments.start(), segments.start(), 0);
        }
        return this;
    }

    @Override
    public final int accept(WorkItem item) {
        int phase = item.phase();
        if (phase < 0 || phase >= phases.size()) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE, "hardware " + machine + " got an item of unknown phase " + phase);
        }
        long ready = ends.ready(item, segments.start());
        for (int i = 0; i < totals.length; i++) {
            totals[i] += item.counts()[i];
        }
        long bytes = item.offChipBytes();
        port.ask(bytes);
        moved[phase] += bytes;
        PhaseKind kind = phases.get(phase).kind();
        long finished = kind == PhaseKind.COMPUTE
                ? compute(item, ready)
                : kind == PhaseKind.READ
                        ? port.read(item.layer(), phase, ready, bytes)
                        : port.write(item.layer(), phase, ready, bytes);
        end = Math.max(end, finished);
        listener.onItem(segmentIndex, ends.size(), ready, finished);
        return ends.add(finished);
    }

    /** Occupies a unit as soon as it and the operands are free, and counts that as time of the layer. */
    protected final long occupy(int unit, WorkItem item, long ready, long cycles) {
        long from = Math.max(ready, unitFree[unit]);
        long until = occupyBeside(unit, item, ready, cycles);
        if (item.layer() != layerOfBusy) {
            layerOfBusy = item.layer();
            Arrays.fill(busyOfLayer, 0);
        }
        busyOfLayer[unit] += cycles;
        busyOfSegment[unit] += cycles;
        if (cycles > 0) {
            LayerTiming timing = layers[item.layer()];
            layers[item.layer()] = new LayerTiming(
                    timing.computeCycles() == 0 ? from : Math.min(from, timing.startCycle()),
                    Math.max(until, timing.endCycle()),
                    Math.max(busyOfLayer[unit], timing.computeCycles()));
        }
        return until;
    }

    /** The same for a unit that works beside those that make a layer's products. */
    protected final long occupyBeside(int unit, WorkItem item, long ready, long cycles) {
        long from = Math.max(ready, unitFree[unit]);
        unitFree[unit] = from + cycles;
        if (listener.wantsSlices() && cycles > 0) {
            listener.onSlice(track(item), item.layer(), phases.get(item.phase()).id(), from, from + cycles);
        }
        return from + cycles;
    }

    @Override
    public final void endSegment() {
        segments.end(end, Arrays.stream(busyOfSegment).max().orElse(0));
    }

    @Override
    public final MachineReport finish() {
        port.requireAllServed();
        return new MachineReport(
                end, segments.timings(), Arrays.asList(layers), port.bytesMoved(), port.with(activity()));
    }
}
