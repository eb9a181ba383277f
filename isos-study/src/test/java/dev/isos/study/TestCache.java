package dev.isos.study;

import dev.isos.api.workload.WorkloadRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Built-in workloads that tests of this build, or of an earlier one, have made: nothing here is a test of how they are made. */
public final class TestCache {
    private TestCache() {}

    /** {@link WorkloadRequest#defaults()}, but from the cache. */
    public static WorkloadRequest request() {
        return new WorkloadRequest(
                1,
                List.of(),
                Optional.empty(),
                "none",
                Optional.ofNullable(System.getProperty("isos.testCache")).map(Path::of));
    }
}
