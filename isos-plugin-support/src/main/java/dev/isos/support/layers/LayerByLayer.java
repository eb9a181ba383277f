package dev.isos.support.layers;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.List;
import java.util.Optional;

/** Segments of one layer that computes, and layers that are nothing special to a dataflow. */
public final class LayerByLayer {
    private LayerByLayer() {}

    /** Refuses several layers that compute; {@code who} begins the sentence. */
    public static Optional<PlanRejection> refuseSeveral(String who, Network network, List<Integer> layers) {
        long computing =
                layers.stream().filter(l -> !concatenates(network.layer(l))).count();
        return computing <= 1
                ? Optional.empty()
                : Optional.of(new PlanRejection(
                        "layers",
                        computing,
                        1,
                        who + " works layer by layer and cannot run the " + computing + " layers from "
                                + network.layer(layers.get(0)).name() + " to "
                                + network.layer(layers.get(layers.size() - 1)).name() + " as one segment"));
    }

    public static boolean concatenates(Layer layer) {
        return layer.op() instanceof Concatenation;
    }

    /** The output of a layer without filters as the platform defines it. */
    public static ActivationTensor output(ExecutionContext context, Layer layer) {
        ActivationTensor[] inputs =
                layer.inputs().stream().map(context::activation).toArray(ActivationTensor[]::new);
        return ReferenceExecutor.execute(layer, context.workload().parameters().get(layer.index()), inputs, null);
    }
}
