package dev.isos.core.plan;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import java.util.List;

/** What mapping policies have in common. */
final class Planning {
    private Planning() {}

    /** Maps layers that must fit, since they cannot be cut further. */
    static Segment require(PlanningContext context, List<Integer> layers) {
        MappingOutcome outcome = context.map(layers);
        if (outcome instanceof PlanRejection rejection) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "no plan for " + context.workload().info().id() + ": " + rejection.reason());
        }
        return (Segment) outcome;
    }

    /** All layers of consecutive steps. */
    static List<Integer> join(List<List<Integer>> steps) {
        return steps.stream().flatMap(List::stream).toList();
    }
}
