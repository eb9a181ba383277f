package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.MapLayout;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.support.layers.LayerArithmetic;
import dev.isos.support.layers.LayerByLayerDataflow;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A dense matrix product on a systolic array, layer by layer; see {@link FoldPlan} for how it is folded. Convolutions run as
 * im2col, whose padding is multiplied like everything else; groups, and so the channels of a depthwise layer, run one after
 * another; a fully connected layer is a product with a single output position. Everything else runs on a vector unit.
 *
 * <p>All tensors travel dense, one byte per element. Filters, or the inputs of a group, that fit their buffer are loaded
 * once; else they are loaded again in each pass over them, see {@link ConvolutionSteps} and {@link OnChipInputs}. Partial
 * sums that outgrow half of the output buffer travel off chip and back, four bytes each, as outputs and as inputs.
 */
public final class SystolicDataflow extends LayerByLayerDataflow {
    private final Stationarity stationarity;

    public SystolicDataflow(Stationarity stationarity) {
        super(
                stationarity.dataflow(),
                "dense matrix product folded onto a systolic array, " + stationarity.text()
                        + " stationary, layer by layer");
        this.stationarity = stationarity;
    }

    /** Names the sums of a layer among the values that runs share: those of one way of folding. */
    private record SumsKey(Stationarity stationarity, int rows, int columns, int layer) {}

    @Override
    public WorkSchema schema(Geometry geometry) {
        return SystolicWork.SCHEMA;
    }

    @Override
    public Set<String> requiredGeometry() {
        return Set.of(
                SystolicWork.ROWS,
                SystolicWork.COLUMNS,
                SystolicWork.INPUT_BUFFER_BYTES,
                SystolicWork.FILTER_BUFFER_BYTES,
                SystolicWork.OUTPUT_BUFFER_BYTES);
    }

    /** Inputs come and go by whole columns, so that a column of one position moves what a fold needs and no more. */
    @Override
    public MapLayout layout() {
        return MapLayout.ROW;
    }

    @Override
    public boolean effectualOnly() {
        return false;
    }

    @Override
    protected Map<String, Integer> factors(Workload workload, Layer layer, Geometry geometry) {
        if (layer.convolution().isEmpty()) {
            return Map.of();
        }
        FoldPlan plan = plan(layer, geometry);
        return Map.of("rowFolds", plan.rowFolds(), "columnFolds", plan.columnFolds());
    }

    @Override
    protected List<StorageDemand> storage(Layer layer, Geometry geometry) {
        if (layer.convolution().isEmpty()) {
            return List.of();
        }
        FoldPlan plan = plan(layer, geometry);
        return List.of(
                demand(
                        "inputBuffer",
                        (long) layer.filterShape().channelsPerGroup()
                                * layer.inputShape().fibers(),
                        geometry.get(SystolicWork.INPUT_BUFFER_BYTES)),
                demand(
                        "filterBuffer",
                        (long) plan.filters() * plan.window(),
                        geometry.get(SystolicWork.FILTER_BUFFER_BYTES)));
    }

    /** What does not fit is streamed. */
    private static StorageDemand demand(String resource, long bytes, long limit) {
        return new StorageDemand(resource, Math.min(bytes, limit), limit, 1);
    }

    /** Where the filters of all groups fit their buffer. */
    @Override
    public boolean keepsWeights(Workload workload, Segment segment, Geometry geometry) {
        return segment.layers().stream()
                .map(workload.network()::layer)
                .filter(layer -> layer.convolution().isPresent())
                .allMatch(layer -> layer.filterShape().elements() <= geometry.get(SystolicWork.FILTER_BUFFER_BYTES));
    }

    /** How a convolution is folded onto an array of the geometry. */
    FoldPlan plan(Layer layer, Geometry geometry) {
        var filters = layer.filterShape();
        return new FoldPlan(
                stationarity,
                geometry.getInt(SystolicWork.ROWS),
                geometry.getInt(SystolicWork.COLUMNS),
                layer.outputShape().fibers(),
                filters.outputsPerGroup(),
                filters.channelsPerGroup() * filters.rows() * filters.columns(),
                filters.groups());
    }

    @Override
    protected ActivationTensor execute(ExecutionContext context, Layer layer) {
        if (layer.convolution().isPresent()) {
            return convolve(context, layer);
        }
        new VectorSteps(context, layer).run();
        return LayerArithmetic.output(context, layer);
    }

    private ActivationTensor convolve(ExecutionContext context, Layer layer) {
        Workload workload = context.workload();
        FoldPlan plan = plan(layer, context.geometry());
        boolean[] given = new boolean[1];
        int[] sums = context.shared(
                new SumsKey(stationarity, plan.rows(), plan.columns(), layer.index()), int[].class, () -> {
                    FoldProduct product = new FoldProduct(
                            plan, layer, context.activation(layer.inputs().get(0)), workload.filters(layer.index()));
                    new ConvolutionSteps(context, layer, plan, product).run();
                    given[0] = true;
                    return product.sums();
                });
        if (!given[0]) {
            new ConvolutionSteps(context, layer, plan, null).run();
        }
        ActivationTensor residual = layer.hasResidual() ? context.activation(layer.residual()) : null;
        return ReferenceExecutor.finish(layer, workload.requantisation(layer.index()), sums, residual);
    }
}
