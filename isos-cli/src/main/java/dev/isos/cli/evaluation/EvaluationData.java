package dev.isos.cli.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.cli.figure.FigureReport.SourceRun;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Everything that the figures of an evaluation are made from.
 *
 * @param workloads ids, in order; two files may have the same
 * @param machines one per accelerator, in order
 * @param runs every accelerator on the first workload, then on the second and so on; then further runs
 * @param sizes one per workload
 * @param dataflows comparisons of dataflows, each of one workload
 * @param sensitivity points whose runs are among the further ones
 */
public record EvaluationData(
        Evaluation evaluation,
        List<String> workloads,
        List<Machine> machines,
        List<SourceRun> runs,
        List<WorkloadSizes> sizes,
        List<DataflowFigure> dataflows,
        List<SensitivityPoint> sensitivity) {
    public EvaluationData {
        workloads = List.copyOf(workloads);
        machines = List.copyOf(machines);
        runs = List.copyOf(runs);
        sizes = List.copyOf(sizes);
        dataflows = List.copyOf(dataflows);
        sensitivity = List.copyOf(sensitivity);
    }

    /**
     * A run with one parameter changed.
     *
     * @param sweep which parameter, position in {@link Evaluation.Sensitivity#sweeps()}
     * @param value as in a hardware file
     * @param isDefault whether the accelerator has that value anyway
     * @param run position in {@link EvaluationData#runs()}
     */
    public record SensitivityPoint(String workload, int sweep, String value, boolean isDefault, int run) {}

    /** Ids of the accelerators, in order. */
    public List<String> accelerators() {
        return machines.stream().map(Machine::accelerator).toList();
    }

    /** Position of a run in {@link #runs()}. */
    public int index(int workload, int accelerator) {
        return workload * machines.size() + accelerator;
    }

    /** The run of an accelerator on a workload, both by position. */
    public RunResult run(int workload, int accelerator) {
        return runs.get(index(workload, accelerator)).result();
    }

    /** The runs of an accelerator, one per workload. */
    public List<RunResult> runsOn(String accelerator) {
        int position = accelerators().indexOf(accelerator);
        return IntStream.range(0, workloads.size())
                .mapToObj(w -> run(w, position))
                .toList();
    }

    /** Positions of the runs of an accelerator. */
    public List<Integer> indicesOn(String accelerator) {
        int position = accelerators().indexOf(accelerator);
        return IntStream.range(0, workloads.size())
                .mapToObj(w -> index(w, position))
                .toList();
    }

    /** The runs of every accelerator on every workload. */
    public List<RunResult> comparedRuns() {
        return runs.subList(0, workloads.size() * machines.size()).stream()
                .map(SourceRun::result)
                .toList();
    }
}
