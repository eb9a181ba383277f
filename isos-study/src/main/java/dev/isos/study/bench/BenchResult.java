package dev.isos.study.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a bench measured.
 *
 * @param onnxRuntimeVersion of the library; null where it did not take part
 * @param growth null where it was not asked for
 */
public record BenchResult(
        List<WorkloadTimes> workloads,
        @Nullable String onnxRuntimeVersion,
        @Nullable Growth growth) {
    public BenchResult {
        workloads = List.copyOf(workloads);
    }
}
