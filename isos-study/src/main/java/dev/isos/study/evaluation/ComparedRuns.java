package dev.isos.study.evaluation;

import dev.isos.api.result.RunResult;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs of every workload on some machines, among all runs of an evaluation.
 *
 * @param field what the machines are, and which of them others are compared with
 * @param workloads ids, in order; two files may have the same
 * @param machines one per accelerator, in order
 * @param all runs of the evaluation
 * @param first position in them of the first workload's run on the first machine
 * @param stride from a workload's first run to that of the next workload
 */
public record ComparedRuns(
        Evaluation.Field field,
        List<String> workloads,
        List<Machine> machines,
        List<EvaluationRun> all,
        int first,
        int stride) {
    public ComparedRuns {
        workloads = List.copyOf(workloads);
        machines = List.copyOf(machines);
        all = List.copyOf(all);
    }

    /** Ids of the accelerators that others are compared with. */
    public List<String> references() {
        return field.references();
    }

    /** Ids of the accelerators that show what pipelining brings. */
    public List<String> pipelining() {
        return field.pipelining();
    }

    /** Ids of the accelerators, in order. */
    public List<String> accelerators() {
        return machines.stream().map(Machine::accelerator).toList();
    }

    /** Position of a run among all. */
    public int index(int workload, int accelerator) {
        return first + workload * stride + accelerator;
    }

    /** The run of an accelerator on a workload, both by position. */
    public RunResult run(int workload, int accelerator) {
        return all.get(index(workload, accelerator)).result();
    }

    /** The runs of an accelerator, one per workload. */
    public List<RunResult> runsOn(String accelerator) {
        return indicesOn(accelerator).stream().map(i -> all.get(i).result()).toList();
    }

    /** Positions of the runs of an accelerator. */
    public List<Integer> indicesOn(String accelerator) {
        int position = accelerators().indexOf(accelerator);
        return IntStream.range(0, workloads.size())
                .mapToObj(w -> index(w, position))
                .toList();
    }

    /** The runs of every accelerator on every workload. */
    public List<RunResult> results() {
        return IntStream.range(0, workloads.size() * machines.size())
                .mapToObj(i -> run(i / machines.size(), i % machines.size()))
                .toList();
    }

    /** The numbers of a run of which others are published. */
    public NetworkNumbers numbers(int workload, String accelerator) {
        int position = accelerators().indexOf(accelerator);
        return NetworkNumbers.of(run(workload, position), machines.get(position));
    }
}
