package dev.isos.study.compare;

import dev.isos.api.result.RunResult;
import java.util.Map;

/**
 * A run beside the runs of the same workload that it is compared with, or the geometric mean of such rows.
 *
 * @param accelerator name of the configuration
 * @param run null in the row of a mean
 * @param over ratios by the id of the accelerator compared with
 */
public record ComparisonRow(String workload, String accelerator, RunResult run, Map<String, Ratios> over) {
    /** What stands for a workload in the row of a mean. */
    public static final String MEAN = "geometric-mean";
}
