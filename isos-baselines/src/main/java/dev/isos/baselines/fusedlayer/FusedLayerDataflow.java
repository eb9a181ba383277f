package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import dev.isos.support.layers.LayerArithmetic;
import java.util.List;
import java.util.Set;

/**
 * Dense execution of groups of consecutive layers, tile by tile (Alwani et al., MICRO 2016). Groups may branch and join;
 * every tensor travels dense. Tiles decide when an output is computed, not what it is: outputs are computed layer by layer. See
 * {@link FusedLayerWork} for the items and {@link PyramidAxis} for the geometry.
 */
public final class FusedLayerDataflow implements Dataflow {
    @Override
    public String id() {
        return "fused-layer";
    }

    @Override
    public String description() {
        return "dense, consecutive layers fused tile by tile as a pyramid (Alwani et al., MICRO 2016)";
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return FusedLayerWork.SCHEMA;
    }

    @Override
    public Set<String> requiredGeometry() {
        return Set.of(
                FusedLayerWork.UNROLL_OUTPUTS,
                FusedLayerWork.UNROLL_INPUTS,
                FusedLayerWork.VECTOR_WIDTH,
                FusedLayerWork.ACCUMULATOR_PIXELS,
                FusedLayerWork.ON_CHIP_BUFFER_BYTES,
                FusedLayerWork.FILTER_BUFFER_BYTES,
                FusedLayerWork.ELEMENT_BYTES,
                FusedLayerWork.ONE_HEIGHT,
                FusedLayerWork.RECOMPUTE,
                FusedLayerWork.UNROLLING,
                FusedLayerWork.MINIMUM_TILES);
    }

    @Override
    public boolean effectualOnly() {
        return false;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        return GroupPlan.map(new FusedGroup(workload.network(), layers), geometry);
    }

    @Override
    public long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        FusedGroup group = new FusedGroup(workload.network(), segment.layers());
        if (group.nodes() == 0) {
            return 0;
        }
        GroupPlan plan = GroupPlan.of(group, segment, geometry);
        return geometry.get(FusedLayerWork.ELEMENT_BYTES)
                * group.weightBytes()
                * (plan.weightChunkBytes() > 0 ? plan.pyramid().busyTiles(0) : 1);
    }

    /** All filters of a group are on chip, unless they come in chunks. */
    @Override
    public boolean keepsWeights(Workload workload, Segment segment, Geometry geometry) {
        FusedGroup group = new FusedGroup(workload.network(), segment.layers());
        return group.nodes() > 0 && GroupPlan.of(group, segment, geometry).weightChunkBytes() == 0;
    }

    @Override
    public void execute(ExecutionContext context) {
        Segment segment = context.segment();
        FusedGroup group = new FusedGroup(context.workload().network(), segment.layers());
        for (int index : segment.layers()) {
            context.output(
                    index,
                    LayerArithmetic.output(context, context.workload().network().layer(index)));
        }
        if (group.nodes() > 0) {
            GroupPlan plan = GroupPlan.of(group, segment, context.geometry());
            new TileStream(group, plan, context.geometry(), context.sink()).emit();
        }
    }
}
