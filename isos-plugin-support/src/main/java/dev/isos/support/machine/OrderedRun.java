package dev.isos.support.machine;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.RunRequest;
import java.util.Arrays;

/**
 * Times items as they come: transfers are served in their order, and each compute unit works through its own. A segment starts when
 * the one before has written its last byte.
 */
public abstract class OrderedRun extends AccountedRun {
    private final CompletionTimes ends = new CompletionTimes();
    private final long[] unitFree;
    private final long[] busyOfSegment;
    private final long[] busyOfLayer;
    private int layerOfBusy = -1;
    private int segmentIndex;
    private long end;

    /**
     * A run whose units are idle.
     *
     * @param machine its name in messages
     * @param model schema, clock and off-chip memory
     * @param request network and plan of the run
     * @param units compute units
     */
    protected OrderedRun(String machine, MachineModel model, RunRequest request, int units) {
        super(machine, model, request);
        this.unitFree = new long[units];
        this.busyOfSegment = new long[units];
        this.busyOfLayer = new long[units];
    }

    /**
     * Computes an item whose operands are there in cycle {@code ready}; gives the cycle after its last.
     *
     * @param item of a computing phase
     * @param ready cycle in which all that it waits for has ended, at least the start of the segment
     * @return cycle, as {@link #occupy} gives it
     */
    protected abstract long compute(WorkItem item, long ready);

    /**
     * Name of the unit that computes an item, for listeners.
     *
     * @param item of a computing phase
     * @return for example {@code array}, or {@code cluster 3} of several
     */
    protected abstract String track(WorkItem item);

    @Override
    public final WorkSink beginSegment(int segment) {
        Arrays.fill(unitFree, segments.start());
        Arrays.fill(busyOfSegment, 0);
        layerOfBusy = -1;
        segmentIndex = segment;
        ends.clear();
        open(segment(segment));
        return this;
    }

    @Override
    protected final int take(WorkItem item) {
        long ready = ends.ready(item, segments.start());
        long finished = switch (kind(item)) {
            case COMPUTE -> compute(item, ready);
            case READ -> port.read(item.layer(), item.phase(), ready, item.offChipBytes());
            case WRITE -> port.write(item.layer(), item.phase(), ready, item.offChipBytes());
        };
        end = Math.max(end, finished);
        listener.onItem(segmentIndex, ends.size(), ready, finished);
        return ends.add(finished);
    }

    /**
     * Occupies a unit as soon as it and the operands are free, and counts that as time of the layer.
     *
     * @param unit from 0
     * @param item what the unit works on
     * @param ready cycle in which its operands are there
     * @param cycles 0 or more
     * @return cycle after the last one
     */
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
            worked(item.layer(), from, until, busyOfLayer[unit]);
        }
        return until;
    }

    /**
     * The same for a unit that works beside those that make a layer's products.
     *
     * @param unit from 0
     * @param item what the unit works on
     * @param ready cycle in which its operands are there
     * @param cycles 0 or more; not counted as time of the layer
     * @return cycle after the last one
     */
    protected final long occupyBeside(int unit, WorkItem item, long ready, long cycles) {
        long from = Math.max(ready, unitFree[unit]);
        unitFree[unit] = from + cycles;
        if (listener.wantsSlices()) {
            slice(track(item), item.layer(), item.phase(), from, from + cycles);
        }
        return from + cycles;
    }

    @Override
    public final void endSegment() {
        segments.end(end, Arrays.stream(busyOfSegment).max().orElse(0));
    }
}
