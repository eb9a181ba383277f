package dev.isos.support.machine;

import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.SimulationListener;
import java.util.ArrayList;
import java.util.List;

/** Timings, in cycles, of segments that run one after another, each from the end of the one before. Used by one thread. */
public final class SegmentTimings {
    private final OffChipPort port;
    private final SimulationListener listener;
    private final List<SegmentTiming> timings = new ArrayList<>();
    private long start;
    private long memoryBusyBefore;

    /**
     * Timings of a run that begins in cycle 0.
     *
     * @param port that of the machine; its busy cycles are those of the memory
     * @param listener told of the end of each segment
     */
    public SegmentTimings(OffChipPort port, SimulationListener listener) {
        this.port = port;
        this.listener = listener;
    }

    /** {@return cycle in which the current segment starts: the end of the last one} */
    public long start() {
        return start;
    }

    /**
     * Ends the current segment.
     *
     * @param end cycle after its last
     * @param computeBusy cycles that its busiest resource worked
     */
    public void end(long end, long computeBusy) {
        long memoryBusy = end == 0 ? 0 : port.busyCyclesBefore(end);
        timings.add(new SegmentTiming(end - start, computeBusy, Math.min(end - start, memoryBusy - memoryBusyBefore)));
        listener.onSegmentEnd(timings.size() - 1, end);
        start = end;
        memoryBusyBefore = memoryBusy;
    }

    /** {@return one for each segment that has ended; grows with the run} */
    public List<SegmentTiming> timings() {
        return timings;
    }
}
