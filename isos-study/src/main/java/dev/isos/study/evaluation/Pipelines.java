package dev.isos.study.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.study.evaluation.Published.Group;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runs in which the published pipelines of a network can be seen: with the published cuts on the machine that pipelines, layer
 * by layer on the others.
 *
 * @param workload position among the workloads of the evaluation
 * @param runs position of the run by accelerator
 */
public record Pipelines(EvaluationData data, int workload, Map<String, Integer> runs) {
    /** Empty where the network or the run with the published cuts is missing. */
    public static Optional<Pipelines> of(EvaluationData data) {
        int workload =
                data.paper().workloads().indexOf(data.published().groups().workload());
        if (workload < 0 || data.cuts().isEmpty()) {
            return Optional.empty();
        }
        Map<String, Integer> runs = new LinkedHashMap<>();
        ComparedRuns paper = data.paper();
        for (int a = 0; a < paper.machines().size(); a++) {
            String accelerator = paper.accelerators().get(a);
            boolean cut = accelerator.equals(data.evaluation().cuts().accelerator());
            boolean published = data.published().groups().values().stream()
                    .anyMatch(group -> group.cycles().containsKey(accelerator));
            if (published) {
                runs.put(accelerator, cut ? data.cuts().getAsInt() : paper.index(workload, a));
            }
        }
        return Optional.of(new Pipelines(data, workload, runs));
    }

    public List<Group> groups() {
        return data.published().groups().values();
    }

    public RunResult run(String accelerator) {
        return data.runs().get(runs.get(accelerator)).result();
    }

    /** Cycles of a pipeline on a machine; null if a segment of the run crosses its ends or none is in it. */
    public Double cycles(Group group, String accelerator) {
        long cycles = 0;
        for (SegmentResult segment : run(accelerator).segments()) {
            long inside = segment.layers().stream().filter(group::has).count();
            if (inside > 0 && inside < segment.layers().size()) {
                return null;
            }
            cycles += inside > 0 ? segment.cycles() : 0;
        }
        return cycles == 0 ? null : (double) cycles;
    }

    public Optional<Double> published(Group group, String accelerator) {
        return Optional.ofNullable(group.cycles().get(accelerator)).map(Long::doubleValue);
    }
}
