package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import java.util.List;
import java.util.Set;

/** IS-OS without execution: maps like {@link IsOsDataflow}; what it takes is what the hardware's analytical model expects. */
public final class IsOsAnalyticalDataflow implements Dataflow {
    static final String ID = "is-os-analytical";

    private final IsOsDataflow mapped = new IsOsDataflow();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String description() {
        return "IS-OS estimated from densities: nothing is executed, there are no outputs";
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return mapped.schema(geometry);
    }

    @Override
    public Set<String> requiredGeometry() {
        return mapped.requiredGeometry();
    }

    @Override
    public boolean effectualOnly() {
        return true;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        return mapped.map(workload, layers, geometry);
    }

    @Override
    public long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        return mapped.weightBytes(workload, segment, geometry);
    }

    @Override
    public boolean executes() {
        return false;
    }

    @Override
    public void execute(ExecutionContext context) {
        throw new IllegalStateException(ID + " executes nothing");
    }
}
