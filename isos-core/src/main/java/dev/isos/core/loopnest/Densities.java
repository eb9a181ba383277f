package dev.isos.core.loopnest;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Shares of non-zero elements, 0..1.
 *
 * @param activations of each tensor, at its {@link Network#slot(int)}
 * @param weights of each layer's filters; 0 for a layer without
 */
public record Densities(List<Double> activations, List<Double> weights) {
    public Densities {
        activations = List.copyOf(activations);
        weights = List.copyOf(weights);
    }

    /** Those of the real tensors of a workload; runs the reference when it has not been run. */
    public static Densities of(Workload workload) {
        Network network = workload.network();
        List<LayerReference> reference =
                workload.hasReference() ? workload.reference() : ReferenceExecutor.execute(workload);
        List<Double> activations = new ArrayList<>();
        for (int slot = 0; slot < network.tensors(); slot++) {
            int tensor = network.tensorAt(slot);
            activations.add(
                    Layer.isNetworkInput(tensor)
                            ? workload.input(tensor).density()
                            : reference.get(tensor).outputNonZeros()
                                    / (double) network.shapeOf(tensor).elements());
        }
        List<Double> weights = new ArrayList<>();
        for (Layer layer : network.layers()) {
            weights.add(workload.parameters()
                    .get(layer.index())
                    .filters()
                    .map(FilterTensor::density)
                    .orElse(0.0));
        }
        return new Densities(activations, weights);
    }

    /** No zeros at all. */
    public static Densities dense(Network network) {
        List<Double> weights = network.layers().stream()
                .map(layer -> layer.convolution().isPresent() ? 1.0 : 0.0)
                .toList();
        return new Densities(Collections.nCopies(network.tensors(), 1.0), weights);
    }
}
