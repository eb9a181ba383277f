package dev.isos.api.workload;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A family of built-in workloads; contributed by plug-ins. An id that is asked for may be followed by {@code @} and the
 * name of a variant, such as {@code resnet50-96@measured}; which there are is the source's to say. One instance serves
 * all threads.
 */
public interface WorkloadSource {
    /** {@return what this source offers, without building anything} */
    List<WorkloadDescriptor> workloads();

    /**
     * Builds (or loads from a cache) one of the offered workloads, with its reference.
     *
     * @param id one of {@link #workloads()}, also with a variant
     * @param request seed and an optional image; the same request gives the same workload on any machine
     * @return network, numbers and reference
     * @throws dev.isos.api.error.IsosException when there is no such variant, or the request asks for what the workload
     *     does not have
     */
    Workload create(String id, WorkloadRequest request);

    /**
     * {@return which parts of a request decide what {@link #create} gives; users are told that others do not apply.
     * Default: all}
     */
    default Set<WorkloadRequest.Part> uses() {
        return EnumSet.allOf(WorkloadRequest.Part.class);
    }

    /**
     * The id of a workload that is asked for.
     *
     * @param id with or without {@code @} and a variant
     * @return what precedes the first {@code @}
     */
    static String withoutVariant(String id) {
        int at = id.indexOf('@');
        return at < 0 ? id : id.substring(0, at);
    }

    /**
     * The variant that is asked for; empty where the id names none.
     *
     * @param id with or without {@code @} and a variant
     * @return what follows the first {@code @}; empty where there is none
     */
    static Optional<String> variant(String id) {
        int at = id.indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(id.substring(at + 1));
    }
}
