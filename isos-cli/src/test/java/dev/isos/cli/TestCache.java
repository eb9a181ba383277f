package dev.isos.cli;

import dev.isos.api.workload.WorkloadRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Built-in workloads that tests of this build, or of an earlier one, have made: nothing here is a test of how they are made. */
public final class TestCache {
    /** Where they are kept; made by whoever writes the first one. */
    public static final Path FOLDER =
            Path.of(System.getProperty("isos.testCache", System.getProperty("java.io.tmpdir")));

    private TestCache() {}

    /** {@link WorkloadRequest#defaults()}, but from the cache. */
    public static WorkloadRequest request() {
        return new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.of(FOLDER));
    }
}
