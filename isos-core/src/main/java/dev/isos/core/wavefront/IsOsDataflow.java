package dev.isos.core.wavefront;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Liveness;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.execution.LayerEngine;
import dev.isos.core.wavefront.execution.SegmentAssembler;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.mapping.SegmentPasses;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.support.arithmetic.BlockMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * IS-OS: an input-stationary front end and an output-stationary back end that consume and produce wavefronts (columns of
 * the map) in the same order, so that any number of layers run as one pipeline. See {@link LayerEngine} for what is
 * computed, {@link IsOsSchema} for the items and {@link IsOsMapper} for what fits.
 */
public final class IsOsDataflow implements Dataflow {
    /** Memory that a work item takes in dataflow and machine with what it waits for, at the time when there is most; measured. */
    private static final double BYTES_OF_ITEM = 192;

    private static final double MEBIBYTE = 1 << 20;

    /** Id of the dataflow. */
    public static final String ID = "is-os";

    private static final Set<String> GEOMETRY = Set.of(
            IsOsSchema.LANES,
            IsOsSchema.VECTOR_WIDTH,
            IsOsSchema.FILTER_BUFFER,
            IsOsSchema.CONTEXT_ARRAY,
            IsOsSchema.QUEUES,
            IsOsSchema.PARTIAL_BYTES,
            IsOsSchema.CONTEXTS,
            IsOsSchema.COLUMN_SLACK);

    private final IsOsMapper mapper = new IsOsMapper();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String description() {
        return "input-stationary front end, output-stationary back end: whole pipelines of sparse layers, wavefront by wavefront";
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return IsOsSchema.of(geometry);
    }

    @Override
    public Set<String> requiredGeometry() {
        return GEOMETRY;
    }

    @Override
    public boolean effectualOnly() {
        return true;
    }

    /** A pipeline of several layers in tiles of rows computes the halos between its layers again. */
    @Override
    public boolean recomputes(Segment segment) {
        return segment.mappings().stream()
                        .filter(mapping -> LayerFactors.of(mapping).rowTiles() > 1)
                        .count()
                > 1;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        return mapper.map(workload, layers, geometry);
    }

    /** Two tiles are on chip at the same time; weights that stream by stay where all steps fit. */
    @Override
    public boolean keepsWeights(Workload workload, Segment segment, Geometry geometry) {
        return segment.layers().stream().allMatch(layer -> {
            LayerFactors factors = LayerFactors.of(segment.mapping(layer));
            return factors.streamed()
                    ? IsOsMapper.ENTRY_BYTES * (long) workload.filters(layer).nonZeros()
                            <= geometry.get(IsOsSchema.FILTER_BUFFER)
                    : factors.kTiles() <= 2;
        });
    }

    @Override
    public void execute(ExecutionContext context) {
        Workload workload = context.workload();
        Segment segment = context.segment();
        int vectorWidth = context.geometry().getInt(IsOsSchema.VECTOR_WIDTH);
        LayerEngine engine = new LayerEngine(vectorWidth, context.tasks(), BlockMemory.of(context));
        Liveness liveness = context.shared(Liveness.class, Liveness.class, () -> new Liveness(workload.network()));
        SegmentTensors tensors = new SegmentTensors(workload.network(), segment.layers(), liveness);
        SegmentPasses passes = tensors.layers().isEmpty()
                ? null
                : SegmentPasses.of(
                        tensors,
                        LayerFactors.of(segment.mapping(tensors.layers().get(0).index())));
        requireMemory(workload, segment, tensors, passes);
        List<LayerWork> works = new ArrayList<>();
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            LayerFactors factors = LayerFactors.of(segment.mapping(index));
            boolean computes = !(layer.op() instanceof Concatenation);
            List<Pass> mine = computes ? passes.ofLayer(works.size()) : List.of();
            LayerWork work = context.shared(
                    new WorkKey(index, factors, mine, vectorWidth),
                    LayerWork.class,
                    () -> engine.execute(
                            layer,
                            workload.parameters().get(index),
                            factors,
                            mine,
                            layer.inputs().stream().map(context::activation).toArray(ActivationTensor[]::new),
                            layer.hasResidual() ? context.activation(layer.residual()) : null));
            context.output(index, work.output());
            if (computes) {
                works.add(work);
            }
        }
        if (passes != null) {
            new SegmentAssembler(context, tensors, passes, works).assemble();
        }
    }

    /** Refuses a segment of which the work items would not fit the memory of this process, before any is made. */
    private static void requireMemory(
            Workload workload, Segment segment, SegmentTensors tensors, SegmentPasses passes) {
        double items = 0;
        for (int i = 0; i < tensors.layers().size(); i++) {
            Layer layer = tensors.layers().get(i);
            LayerFactors factors = LayerFactors.of(segment.mapping(layer.index()));
            for (Pass pass : passes.ofLayer(i)) {
                items += (double) layer.inputShape().width() * pass.inputRows() * factors.rowLanes()
                        + (double) layer.outputShape().width() * pass.outputRows() * factors.outputLanes();
            }
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (items * BYTES_OF_ITEM > heap / 2.0) {
            Layer first = workload.network().layer(segment.layers().get(0));
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    String.format(
                            Locale.ROOT,
                            "the segment that begins with layer %s has %,.0f work items, which take %,.0f MiB of the %,d MiB"
                                    + " of memory that Java was given, at most half are allowed; ISOS_JAVA_OPTS=-Xmx%.0fg"
                                    + " gives enough",
                            first.name(),
                            items,
                            items * BYTES_OF_ITEM / MEBIBYTE,
                            heap >> 20,
                            // a collector keeps some of what Java is given for itself
                            Math.ceil(2.25 * items * BYTES_OF_ITEM / MEBIBYTE / 1024)));
        }
    }

    /** Everything that a layer's work depends on besides the workload. */
    private record WorkKey(int layer, LayerFactors factors, List<Pass> passes, int vectorWidth) {}
}
