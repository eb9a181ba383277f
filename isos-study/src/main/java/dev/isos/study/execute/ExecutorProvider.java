package dev.isos.study.execute;

import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.study.batch.Progress;
import java.nio.file.Path;
import java.util.Optional;

/** Brings an executor; found by {@link java.util.ServiceLoader} on the class path. Has a constructor without parameters. */
public interface ExecutorProvider {
    /** Name by which users ask for it, such as {@code spark}. */
    String id();

    /**
     * Makes an executor ready.
     *
     * @throws dev.isos.api.error.IsosException saying what it lacks
     */
    PointExecutor open(Setting setting);

    /**
     * What an executor is to know.
     *
     * @param request what workloads are made of, except for the seed
     * @param plugins folder with further plug-ins that the platform was loaded with
     * @param master whom the executor is to ask for processors, in its own terms; empty for its default
     */
    record Setting(
            Platform isos,
            WorkloadRequest request,
            Optional<Path> plugins,
            Optional<String> master,
            Progress progress) {}
}
