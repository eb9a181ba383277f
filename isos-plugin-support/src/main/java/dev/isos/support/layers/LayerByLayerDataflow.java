package dev.isos.support.layers;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A dataflow whose segments have one layer that computes; the concatenations around it, which move nothing, are done here.
 * Subclasses are stateless, as every dataflow.
 */
public abstract class LayerByLayerDataflow implements Dataflow {
    private final String id;
    private final String description;

    /**
     * A dataflow for layers that come one at a time.
     *
     * @param id see {@link Dataflow#id()}
     * @param description see {@link Dataflow#description()}
     */
    protected LayerByLayerDataflow(String id, String description) {
        this.id = id;
        this.description = description;
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String description() {
        return description;
    }

    /**
     * How a layer of any operation is mapped, as named factors; none by default.
     *
     * @param workload network and tensors, to count from
     * @param layer any layer, also a concatenation
     * @param geometry of the hardware
     * @return factors by name, for {@link LayerMapping#factor}
     */
    protected Map<String, Integer> factors(Workload workload, Layer layer, Geometry geometry) {
        return Map.of();
    }

    /**
     * What a layer that is no concatenation needs on chip; a demand that does not fit refuses the layer. None by default.
     *
     * @param layer a layer that is no concatenation
     * @param geometry of the hardware
     * @return one for each storage that limits the layer
     */
    protected List<StorageDemand> storage(Layer layer, Geometry geometry) {
        return List.of();
    }

    /**
     * Gives the items of a layer that is no concatenation to the context's sink; returns its output.
     *
     * @param context of the segment that has the layer
     * @param layer a layer that is no concatenation
     * @return the layer's real output; it is given to the context after the call
     */
    protected abstract ActivationTensor execute(ExecutionContext context, Layer layer);

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        Network network = workload.network();
        List<LayerMapping> mappings = new ArrayList<>();
        List<StorageDemand> storage = new ArrayList<>();
        long computing = 0;
        for (int index : layers) {
            computing += LayerArithmetic.concatenates(network.layer(index)) ? 0 : 1;
        }
        if (computing > 1) {
            return new PlanRejection(
                    "layers",
                    computing,
                    1,
                    "dataflow " + id + " works layer by layer and cannot run the " + computing + " layers from "
                            + network.layer(layers.get(0)).name() + " to "
                            + network.layer(layers.get(layers.size() - 1)).name() + " as one segment");
        }
        for (int index : layers) {
            Layer layer = network.layer(index);
            mappings.add(new LayerMapping(index, factors(workload, layer, geometry)));
            for (StorageDemand demand :
                    LayerArithmetic.concatenates(layer) ? List.<StorageDemand>of() : storage(layer, geometry)) {
                if (!demand.fits()) {
                    return new PlanRejection(
                            demand.resource(),
                            demand.demandBytes(),
                            demand.limitBytes(),
                            "layer " + layer.name() + " needs " + demand.demandBytes() + " bytes of "
                                    + demand.resource() + ", there are " + demand.limitBytes());
                }
                storage.add(demand);
            }
        }
        return new Segment(layers, mappings, storage, List.of());
    }

    @Override
    public final void execute(ExecutionContext context) {
        for (int index : context.segment().layers()) {
            Layer layer = context.workload().network().layer(index);
            context.output(
                    index,
                    LayerArithmetic.concatenates(layer)
                            ? LayerArithmetic.output(context, layer)
                            : execute(context, layer));
        }
    }
}
