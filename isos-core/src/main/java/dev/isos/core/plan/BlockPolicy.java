package dev.isos.core.plan;

import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual blocks, inception modules and runs of plain layers as segments. Runs have at most {@value #LONGEST_RUN} layers
 * (ours: a stand-in for the paper's own choice). What does not fit is cut greedily: the longest prefix that fits.
 */
public final class BlockPolicy implements MappingPolicy {
    static final int LONGEST_RUN = 8;

    @Override
    public String id() {
        return "block";
    }

    @Override
    public String description() {
        return "residual blocks, inception modules and runs of at most " + LONGEST_RUN + " plain layers";
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        List<Segment> segments = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        List<List<Integer>> run = new ArrayList<>();
        for (List<List<Integer>> block : NetworkUnits.blocks(context.workload().network())) {
            if (block.size() == 1) {
                if (run.size() == LONGEST_RUN) {
                    cut(context, run, "a run of " + LONGEST_RUN + " plain layers is complete", segments, limits);
                    run.clear();
                }
                run.add(block.get(0));
            } else {
                cut(context, run, "a block with branches begins", segments, limits);
                run.clear();
                cut(context, block, "the block is complete", segments, limits);
            }
        }
        cut(context, run, "the network is complete", segments, limits);
        return new ExecutionPlan(id(), segments, limits);
    }

    /** Adds consecutive steps as one segment or, where that does not fit, as several. */
    private static void cut(
            PlanningContext context,
            List<List<Integer>> steps,
            String whyItEnds,
            List<Segment> segments,
            List<String> limits) {
        int from = 0;
        while (from < steps.size()) {
            Segment fitting = Planning.require(context, steps.get(from));
            int to = from + 1;
            String limit = whyItEnds;
            while (to < steps.size()) {
                MappingOutcome longer = context.map(Planning.join(steps.subList(from, to + 1)));
                if (longer instanceof PlanRejection rejection) {
                    limit = rejection.reason();
                    break;
                }
                fitting = (Segment) longer;
                to++;
            }
            segments.add(fitting);
            limits.add(limit);
            from = to;
        }
    }
}
