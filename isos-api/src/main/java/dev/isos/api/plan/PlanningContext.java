package dev.isos.api.plan;

import dev.isos.api.workload.Workload;
import java.util.List;

/** What a mapping policy may ask while it cuts a network. */
public interface PlanningContext {
    Workload workload();

    /** Tries consecutive layers as one segment on the accelerator at hand. */
    MappingOutcome map(List<Integer> layers);
}
