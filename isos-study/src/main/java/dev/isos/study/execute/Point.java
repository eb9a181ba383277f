package dev.isos.study.execute;

import dev.isos.core.simulate.AcceleratorRequest;

/**
 * One run that a sweep asks for.
 *
 * @param workload id or file
 * @param seed of whatever the workload draws
 * @param accelerator the configuration, with its fidelity
 */
public record Point(String workload, long seed, AcceleratorRequest accelerator) {}
