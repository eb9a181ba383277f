package dev.isos.study.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.core.simulate.AcceleratorRequest;

/**
 * A run of an evaluation with what it takes to repeat it.
 *
 * @param result of the run
 * @param request configuration of the accelerator
 * @param seed of the workload's random numbers
 */
public record EvaluationRun(RunResult result, AcceleratorRequest request, long seed) {}
