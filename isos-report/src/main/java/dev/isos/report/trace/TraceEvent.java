package dev.isos.report.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** An event of a trace; its phase says of which kind. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ph")
public sealed interface TraceEvent {
    /**
     * Name or order of a process, or of a thread.
     *
     * @param name what is told
     * @param pid the process
     * @param tid the thread; none of a process
     * @param args name or place in the order
     */
    @JsonTypeName("M")
    record Metadata(
            Subject name,
            int pid,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer tid,

            Label args) implements TraceEvent {}

    /** What metadata tell. */
    enum Subject {
        @JsonProperty("process_name")
        PROCESS_NAME,
        @JsonProperty("process_sort_index")
        PROCESS_SORT_INDEX,
        @JsonProperty("thread_name")
        THREAD_NAME,
        @JsonProperty("thread_sort_index")
        THREAD_SORT_INDEX
    }

    /** Name or place in the order. */
    sealed interface Label {}

    /** @param name of the process or thread */
    record NameLabel(String name) implements Label {}

    /** @param sortIndex place in the order of processes or of the threads of one */
    record SortIndexLabel(@JsonProperty("sort_index") int sortIndex) implements Label {}

    /**
     * Something occupied a resource.
     *
     * @param name the layer, or the phase where no single layer is meant; a segment
     * @param pid the process
     * @param tid the thread
     * @param ts first cycle
     * @param cat the phase
     * @param dur cycles
     * @param args more about it
     */
    @JsonTypeName("X")
    record Slice(
            @Size(min = 1) String name,
            int pid,
            int tid,
            long ts,
            @Size(min = 1) String cat,
            long dur,
            SliceDetail args)
            implements TraceEvent {}

    /** More about a slice. */
    sealed interface SliceDetail {}

    /**
     * About work or a transfer.
     *
     * @param layer worked for, -1 where no single one is meant
     * @param slices how many slices of the run it stands for, where it is more than one
     * @param bytes moved; of ports alone
     */
    record TaskDetail(
            @Min(-1) int layer,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Min(2) @Nullable
            Integer slices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Min(1) @Nullable
            Long bytes)
            implements SliceDetail {}

    /**
     * About a segment.
     *
     * @param layers their names
     * @param limitedBy what decided how long it took
     */
    record SegmentDetail(String layers, String limitedBy) implements SliceDetail {}

    /**
     * What a memory holds, or a port moves, from now on.
     *
     * @param name the memory, a queue in it, or the port
     * @param pid the process
     * @param tid the thread
     * @param ts the cycle
     * @param args the value
     */
    @JsonTypeName("C")
    record Counter(@Size(min = 1) String name, int pid, int tid, long ts, Count args) implements TraceEvent {}

    /** The value of a counter. */
    sealed interface Count {}

    /** @param bytes that the memory holds */
    record Held(long bytes) implements Count {}

    /** @param bytesPerCycle that the port moves */
    record Moved(@DecimalMin("0") double bytesPerCycle) implements Count {}

    /**
     * Where an arrow from a layer to one that reads it begins.
     *
     * @param name both layers
     * @param pid the process
     * @param tid the thread
     * @param ts the cycle
     * @param cat what the arrow means
     * @param id the same at the other end
     */
    @JsonTypeName("s")
    record ArrowStart(
            @Size(min = 1) String name,
            int pid,
            int tid,
            long ts,
            ArrowKind cat,
            @Min(1) int id) implements TraceEvent {}

    /**
     * Where such an arrow ends.
     *
     * @param name both layers
     * @param pid the process
     * @param tid the thread
     * @param ts the cycle
     * @param cat what the arrow means
     * @param id the same at the other end
     * @param bp what it points to
     */
    @JsonTypeName("f")
    record ArrowEnd(
            @Size(min = 1) String name,
            int pid,
            int tid,
            long ts,
            ArrowKind cat,
            @Min(1) int id,
            BindingPoint bp) implements TraceEvent {}

    /** What an arrow means. */
    enum ArrowKind {
        @JsonProperty("operand")
        OPERAND
    }

    /** What an arrow points to. */
    enum BindingPoint {
        @JsonProperty("e")
        ENCLOSING_SLICE
    }

    /**
     * A mark: the end of a segment.
     *
     * @param name what ended
     * @param pid the process
     * @param tid the thread
     * @param ts the cycle
     * @param s how far it reaches
     */
    @JsonTypeName("i")
    record Instant(@Size(min = 1) String name, int pid, int tid, long ts, Reach s) implements TraceEvent {}

    /** How far a mark reaches. */
    enum Reach {
        @JsonProperty("g")
        ALL_TRACKS
    }
}
