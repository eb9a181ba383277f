package dev.isos.report.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trace file: the trace-event format, as far as Isos writes it.
 *
 * @param displayTimeUnit what viewers show times in
 * @param traceEvents names of processes and threads, slices, counters and instants
 * @param otherData what was traced, and what of it is in the trace
 */
public record Trace(TimeUnit displayTimeUnit, List<TraceEvent> traceEvents, Contents otherData) {
    /** Units that viewers know. */
    public enum TimeUnit {
        @JsonProperty("ns")
        NANOSECONDS
    }

    /**
     * What was traced, and what of it is in the trace.
     *
     * @param workload id of the workload
     * @param accelerator id of the accelerator
     * @param seed of everything random
     * @param clockHz cycles per second of the machine
     * @param cycles that the run took
     * @param time what a microsecond of the trace is
     * @param mostEvents slices and counter values that the trace may have
     * @param complete whether every slice of the run is there by itself
     * @param leftOut what was left out, a phrase each
     * @param tracks what each resource did in all
     */
    public record Contents(
            String workload,
            String accelerator,
            long seed,
            @DecimalMin(value = "0", inclusive = false) double clockHz,
            long cycles,
            String time,
            @Min(1) int mostEvents,
            boolean complete,
            List<String> leftOut,
            List<TrackTotal> tracks) {}

    /**
     * What a resource did in all, and what of it is in the trace.
     *
     * @param name of the resource
     * @param pid its process in the trace
     * @param tid its thread in the trace
     * @param slices times that it was occupied
     * @param busyCycles cycles in which it was occupied
     * @param bytes that it moved; of ports alone
     * @param writtenSlices slices that are in the trace
     * @param writtenCycles cycles of those
     */
    public record TrackTotal(
            @Size(min = 1) String name,
            int pid,
            int tid,
            long slices,
            long busyCycles,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long bytes,

            long writtenSlices,
            long writtenCycles) {}
}
