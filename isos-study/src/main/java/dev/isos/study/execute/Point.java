package dev.isos.study.execute;

import dev.isos.core.simulate.AcceleratorRequest;
import java.util.List;

/**
 * One run that a sweep asks for.
 *
 * @param workload id or file
 * @param seed of whatever the workload draws
 * @param accelerator the configuration, with its fidelity
 */
public record Point(String workload, long seed, AcceleratorRequest accelerator) {
    /** Every configuration on every workload: workload by workload, each with the configurations in the order given. */
    public static List<Point> grid(List<String> workloads, long seed, List<AcceleratorRequest> configurations) {
        return workloads.stream()
                .flatMap(workload ->
                        configurations.stream().map(configuration -> new Point(workload, seed, configuration)))
                .toList();
    }
}
