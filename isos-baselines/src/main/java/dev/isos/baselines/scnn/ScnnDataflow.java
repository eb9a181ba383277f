package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.baselines.scnn.bank.BankModel;
import dev.isos.support.layers.LayerArithmetic;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * PT-IS-CP-sparse, the dataflow of SCNN (Parashar et al., ISCA 2017): planar tiles of the input, stationary inputs, Cartesian
 * products of compressed activations and weights; layer by layer, activations on chip from one layer to the next where they
 * fit. See {@link LayerTiling} for tiles, groups of output channels and strides, {@link CartesianUnit} for a processing
 * element and {@link ConvolutionCounter} for a layer.
 *
 * <p>Products of non-zero operands whose output lies outside the map are made and dropped, so more products are performed than
 * are effectual. Layers without products run in the post-processing units.
 */
public final class ScnnDataflow implements Dataflow {
    /** Names the counts of a layer among the values that runs share. */
    private record CountsKey(ScnnGeometry geometry, BankModel banks, int layer) {}

    @Override
    public String id() {
        return "scnn";
    }

    @Override
    public String description() {
        return "SCNN (ISCA 2017): planar tiles, input stationary, Cartesian products of compressed operands";
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return ScnnWork.SCHEMA;
    }

    @Override
    public Set<String> requiredGeometry() {
        return ScnnGeometry.KEYS;
    }

    @Override
    public Optional<Class<? extends UnitModel>> requiredUnitModel() {
        return Optional.of(BankModel.class);
    }

    @Override
    public boolean effectualOnly() {
        return false;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry values) {
        ScnnGeometry geometry = ScnnGeometry.of(values);
        List<LayerMapping> mappings = new ArrayList<>();
        long accumulators = 0;
        for (int index : layers) {
            Layer layer = workload.network().layer(index);
            if (layer.convolution().isEmpty()) {
                mappings.add(new LayerMapping(index, Map.of()));
                continue;
            }
            LayerTiling tiling;
            try {
                tiling = new LayerTiling(layer, geometry);
            } catch (IsosException e) {
                return new PlanRejection(
                        "accumulators", geometry.accumulators() + 1L, geometry.accumulators(), e.getMessage());
            }
            mappings.add(new LayerMapping(
                    index, Map.of("groupSize", tiling.groupSize, "groups", tiling.groups, "bands", tiling.bands())));
            accumulators = Math.max(accumulators, (long) tiling.groupSize * tiling.accumulatorsPerChannel());
        }
        int bytes = ScnnModel.ACCUMULATOR_BYTES;
        List<StorageDemand> storage = accumulators == 0
                ? List.of()
                : List.of(new StorageDemand(
                        "accumulators", bytes * accumulators, (long) bytes * geometry.accumulators(), geometry.pes()));
        return new Segment(layers, mappings, storage, List.of());
    }

    @Override
    public void execute(ExecutionContext context) {
        Workload workload = context.workload();
        ScnnGeometry geometry = ScnnGeometry.of(context.geometry());
        BankModel banks = context.unitModel(BankModel.class);
        ScnnStream stream = new ScnnStream(context, geometry);
        for (int index : context.segment().layers()) {
            Layer layer = workload.network().layer(index);
            ActivationTensor output;
            if (layer.convolution().isPresent()) {
                LayerCounts counts = context.shared(
                        new CountsKey(geometry, banks, index),
                        LayerCounts.class,
                        () -> new ConvolutionCounter(
                                        layer,
                                        geometry,
                                        banks,
                                        context.activation(layer.inputs().get(0)),
                                        workload.filters(index))
                                .run());
                ActivationTensor residual = layer.hasResidual() ? context.activation(layer.residual()) : null;
                output = ReferenceExecutor.finish(layer, workload.requantisation(index), counts.sums(), residual);
                stream.add(layer, counts, output);
            } else {
                output = LayerArithmetic.output(context, layer);
                if (!LayerArithmetic.concatenates(layer)) {
                    stream.add(layer, ReductionCounter.count(layer, geometry), output);
                }
            }
            context.output(index, output);
        }
    }
}
