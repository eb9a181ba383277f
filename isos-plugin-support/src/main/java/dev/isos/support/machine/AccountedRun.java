package dev.isos.support.machine;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.plan.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The account of a run: holds the port to off-chip memory, the timings of layers and segments,
 * and makes the report of them. Times are cycles from the start of the run. A subclass decides when items run: {@link OrderedRun}
 * for machines that take them as they come. Used by one thread.
 */
public abstract class AccountedRun implements MachineRun, WorkSink {
    private static final long NEVER = Long.MAX_VALUE;

    /** Network, plan and listener of the run. */
    protected final RunRequest request;
    /** The port through which a subclass moves what items ask for. */
    protected final OffChipPort port;
    /** Timings of segments so far; a subclass ends each. */
    protected final SegmentTimings segments;
    /**
     * The listener of the request, which a subclass tells of items; {@link #slice} and the port tell it of the rest.
     */
    protected final SimulationListener listener;

    private final String machine;
    private final List<Phase> phases;
    private final long[] layerStart;
    private final long[] layerEnd;
    private final long[] layerBusy;

    // what the images before in a batch have taken
    private final long[] layerBusyBefore;

    /**
     * An account in which nothing has happened.
     *
     * @param machine its name in messages
     * @param model schema, clock and off-chip memory
     * @param request network and plan of the run
     */
    protected AccountedRun(String machine, MachineModel model, RunRequest request) {
        this.machine = machine;
        this.request = request;
        this.listener = request.listener();
        this.phases = model.schema().phases();
        this.port = new OffChipPort(machine, phases, model.common(), listener);
        this.segments = new SegmentTimings(port, listener);
        int layers = request.network().size();
        this.layerStart = new long[layers];
        this.layerEnd = new long[layers];
        this.layerBusy = new long[layers];
        this.layerBusyBefore = new long[layers];
        Arrays.fill(layerStart, NEVER);
    }

    /**
     * Takes an item that is in the account; gives its number in the segment.
     *
     * @param item filled anew after the call; its phase is one of the schema
     * @return 0 for the first of a segment, then one more each time
     */
    protected abstract int take(WorkItem item);

    /**
     * What the machine counts itself for a layer, see {@link MachineReport#counts}.
     *
     * @param layer index of the layer
     * @return the same names for every layer; nothing, unless overridden
     */
    protected Map<String, Long> counts(int layer) {
        return Map.of();
    }

    @Override
    public final int accept(WorkItem item) {
        int phase = item.phase();
        if (phase < 0 || phase >= phases.size()) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE, "hardware " + machine + " got an item of unknown phase " + phase);
        }
        port.ask(item.offChipBytes());
        return take(item);
    }

    /**
     * Segment of the plan.
     *
     * @param index position in the plan, from 0
     * @return layers and mapping
     */
    protected final Segment segment(int index) {
        return request.plan().segments().get(index);
    }

    /**
     * Sort of resource that an item occupies.
     *
     * @param item with a phase of the schema
     * @return the kind of its phase
     */
    protected final PhaseKind kind(WorkItem item) {
        return phases.get(item.phase()).kind();
    }

    /**
     * The layers of a segment start now and have done nothing yet, or nothing for this image of a batch.
     *
     * @param segment the one that begins
     */
    protected final void open(Segment segment) {
        for (int layer : segment.layers()) {
            layerEnd[layer] = segments.start();
            layerBusyBefore[layer] = layerBusy[layer];
        }
    }

    /**
     * A layer computes in some cycles, after which its busiest unit has worked for so many cycles of them since {@link #open}, or of the
     * run where that was not called.
     *
     * @param layer index of the layer
     * @param from first cycle
     * @param until cycle after the last one
     * @param busiest cycles, over all that the unit has done for the layer
     */
    protected final void worked(int layer, long from, long until, long busiest) {
        layerStart[layer] = Math.min(layerStart[layer], from);
        layerEnd[layer] = Math.max(layerEnd[layer], until);
        layerBusy[layer] = Math.max(layerBusy[layer], layerBusyBefore[layer] + busiest);
    }

    /**
     * Cycles that the busiest unit of a layer has worked so far, since {@link #open} if that is called.
     *
     * @param layer index of the layer
     * @return the most that {@link #worked} was told; 0 of a layer that has not computed
     */
    protected final long busy(int layer) {
        return layerBusy[layer] - layerBusyBefore[layer];
    }

    /**
     * Tells the listener of work, if it wants to know.
     *
     * @param track name of the unit
     * @param layer layer worked for, or -1 where no single one is meant
     * @param phase position in the schema
     * @param from first cycle
     * @param until cycle after the last one; where it is not after {@code from}, nothing is told
     */
    protected final void slice(String track, int layer, int phase, long from, long until) {
        if (until > from) {
            listener.onSlice(track, layer, phases.get(phase).id(), from, until);
        }
    }

    /**
     * A law of this machine that must hold for a layer.
     *
     * @param holds whether the law holds
     * @param layer index of the layer
     * @param sentence what the machine does instead; follows the names of layer and machine
     * @throws IsosException where it does not hold
     */
    protected final void require(boolean holds, int layer, String sentence) {
        if (!holds) {
            throw new IsosException(
                    ErrorCode.VERIFICATION_FAILED,
                    "layer " + request.network().layer(layer).name() + " on " + machine + " " + sentence);
        }
    }

    @Override
    public MachineReport finish() {
        port.requireAllServed();
        List<LayerTiming> layers = new ArrayList<>();
        Map<String, Long> all = new HashMap<>();
        for (int l = 0; l < layerBusy.length; l++) {
            long start = layerStart[l] == NEVER ? layerEnd[l] : layerStart[l];
            Map<String, Long> counts = counts(l);
            counts.forEach((name, count) -> all.merge(name, count, Long::sum));
            layers.add(new LayerTiming(start, layerEnd[l], layerBusy[l], counts));
        }
        return new MachineReport(segments.start(), segments.timings(), layers, port.bytesMoved(), all);
    }
}
