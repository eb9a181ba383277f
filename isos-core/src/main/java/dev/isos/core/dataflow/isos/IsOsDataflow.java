package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * IS-OS: an input-stationary front end and an output-stationary back end that consume and produce wavefronts (columns of
 * the map) in the same order, so that any number of layers run as one pipeline. See {@link LayerEngine} for what is
 * computed, {@link IsOsWork} for the items and {@link IsOsMapper} for what fits.
 */
public final class IsOsDataflow implements Dataflow {
    /** Ids of the dataflows whose segments {@link IsOsExpectation} understands. */
    public static final Set<String> IDS = Set.of("is-os", IsOsAnalyticalDataflow.ID);

    private static final Set<String> GEOMETRY = Set.of(
            IsOsWork.LANES,
            IsOsWork.SLOTS,
            IsOsWork.WEIGHTS_PER_SLOT,
            IsOsWork.ACCUMULATOR_QUEUE,
            IsOsWork.ACCUMULATOR_BANKS,
            IsOsWork.ACCUMULATOR_BYTES,
            IsOsWork.PARTIAL_COLUMN_SLACK,
            IsOsWork.FILTER_BUFFER_BYTES_KEY,
            IsOsWork.CONTEXT_BYTES_PER_LANE,
            IsOsWork.CONTEXTS,
            IsOsWork.OFF_CHIP_BITMASK);

    private final IsOsMapper mapper = new IsOsMapper();

    @Override
    public String id() {
        return "is-os";
    }

    @Override
    public String description() {
        return "input-stationary front end, output-stationary back end: whole pipelines of sparse layers, wavefront by wavefront";
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return IsOsWork.SCHEMA;
    }

    @Override
    public Set<String> requiredGeometry() {
        return GEOMETRY;
    }

    @Override
    public boolean effectualOnly() {
        return true;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        return mapper.map(workload, layers, geometry);
    }

    @Override
    public long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        return mapper.weightBytes(workload, segment, geometry);
    }

    @Override
    public void execute(ExecutionContext context) {
        Workload workload = context.workload();
        int weightsPerSlot = context.geometry().getInt(IsOsWork.WEIGHTS_PER_SLOT);
        int banks = context.geometry().getInt(IsOsWork.ACCUMULATOR_BANKS);
        int wordBytes = optional(context.geometry(), IsOsWork.FILTER_WORD_BYTES);
        int slots = context.geometry().getInt(IsOsWork.SLOTS);
        int queue = context.geometry().getInt(IsOsWork.ACCUMULATOR_QUEUE);
        DispatchSteps steps = new DispatchSteps(slots, weightsPerSlot, queue, banks);
        LayerEngine engine = new LayerEngine(weightsPerSlot, banks, steps, wordBytes, WavefrontObserver.NONE);
        List<LayerWork> works = new ArrayList<>();
        for (int index : context.segment().layers()) {
            Layer layer = workload.network().layer(index);
            LayerFactors factors = LayerFactors.of(context.segment().mapping(index));
            LayerWork work = context.shared(
                    new WorkKey(index, factors, slots, weightsPerSlot, queue, banks, wordBytes),
                    LayerWork.class,
                    () -> {
                        ActivationTensor[] inputs =
                                new ActivationTensor[layer.inputs().size()];
                        for (int i = 0; i < inputs.length; i++) {
                            inputs[i] = context.activation(layer.inputs().get(i));
                        }
                        ActivationTensor residual = layer.hasResidual() ? context.activation(layer.residual()) : null;
                        return engine.execute(layer, workload.parameters().get(index), factors, inputs, residual);
                    });
            context.output(index, work.output);
            if (!(layer.op() instanceof Concatenation)) {
                works.add(work);
            }
        }
        SegmentTensors tensors =
                new SegmentTensors(workload.network(), context.segment().layers());
        new SegmentAssembler(context, tensors, works).assemble();
    }

    private static int optional(Geometry geometry, String key) {
        return geometry.has(key) ? geometry.getInt(key) : 1;
    }

    /** Everything that a layer's work depends on besides the workload. */
    private record WorkKey(
            int layer, LayerFactors factors, int slots, int weightsPerSlot, int queue, int banks, int wordBytes) {}
}
