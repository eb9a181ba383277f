package dev.isos.api.hardware;

import dev.isos.api.dataflow.WorkSink;

/** One simulation in progress; used by one thread. Segments are fed in the order of the plan. */
public interface MachineRun {
    /**
     * Starts the next segment; its items go into the returned sink.
     *
     * @param segment position in the plan, from 0
     * @return takes items of this segment until {@link #endSegment}
     */
    WorkSink beginSegment(int segment);

    /** All items of the segment have been given. */
    void endSegment();

    /** {@return after the last segment: the whole account} */
    MachineReport finish();
}
