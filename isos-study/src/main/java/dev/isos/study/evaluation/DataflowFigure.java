package dev.isos.study.evaluation;

import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import dev.isos.core.Platform;
import dev.isos.core.loopnest.DataflowAnalysis;
import dev.isos.core.loopnest.DataflowFigures;
import dev.isos.core.loopnest.LoopNestDataflow;
import dev.isos.core.simulate.AcceleratorRequest;
import java.util.List;

/**
 * Dataflows beside each other on one workload.
 *
 * @param workload id
 * @param plan accelerator whose plan says which layers run together
 * @param mapping policy of that plan
 * @param onChipBytes budget of every dataflow: the storage of that accelerator
 */
public record DataflowFigure(
        String workload, String plan, String mapping, long onChipBytes, List<DataflowFigures> dataflows) {
    /**
     * Computes it; simulates nothing.
     *
     * @param accelerator whose plan cuts the workload
     */
    static DataflowFigure of(Platform isos, String accelerator, Workload workload) {
        return of(workload, accelerator, isos.plan(workload, isos.accelerator(AcceleratorRequest.of(accelerator))));
    }

    private static DataflowFigure of(Workload workload, String accelerator, ExecutionPlan plan) {
        long onChipBytes = plan.segments().stream()
                .mapToLong(segment -> segment.storage().stream()
                        .mapToLong(s -> s.limitBytes() * s.places())
                        .sum())
                .max()
                .orElseThrow();
        List<List<Integer>> segments =
                plan.segments().stream().map(Segment::layers).toList();
        DataflowAnalysis analysis = DataflowAnalysis.of(workload, onChipBytes);
        return new DataflowFigure(
                workload.info().id(),
                accelerator,
                plan.policy(),
                onChipBytes,
                LoopNestDataflow.builtIn().stream()
                        .map(dataflow -> analysis.network(dataflow, segments))
                        .toList());
    }
}
