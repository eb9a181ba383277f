package dev.isos.api.workload;

import java.util.List;

/** A family of built-in workloads; contributed by plug-ins. */
public interface WorkloadSource {
    /** What this source offers, without building anything. */
    List<WorkloadDescriptor> workloads();

    /**
     * Builds (or loads from a cache) one of the offered workloads, with its reference.
     *
     * @param id one of {@link #workloads()}
     * @param request seed and an optional image; the same request gives the same workload on any machine
     */
    Workload create(String id, WorkloadRequest request);
}
