package dev.isos.api.workload;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How full the tensors of a workload are, and nothing else of them: what an analytical model may know.
 *
 * @param network layers and shapes
 * @param weightNonZeros non-zero weights of each layer; 0 for layers without filters
 * @param tensorNonZeros non-zero elements of the network's inputs and the layers' outputs, by {@link Network#slot(int)}
 */
public record WorkloadDensities(Network network, List<Long> weightNonZeros, List<Long> tensorNonZeros) {
    /**
     * Copies the lists.
     *
     * @param network layers and shapes
     * @param weightNonZeros one entry per layer
     * @param tensorNonZeros one entry per slot
     * @throws IllegalArgumentException when there are more or fewer entries
     */
    public WorkloadDensities {
        weightNonZeros = List.copyOf(weightNonZeros);
        tensorNonZeros = List.copyOf(tensorNonZeros);
        if (weightNonZeros.size() != network.size() || tensorNonZeros.size() != network.tensors()) {
            throw new IllegalArgumentException(network.name() + " has " + network.size() + " layers and "
                    + network.tensors() + " tensors, there are densities of " + weightNonZeros.size() + " and "
                    + tensorNonZeros.size());
        }
    }

    /**
     * The counts of a workload.
     *
     * @param workload asked for its weights and inputs
     * @param reference one entry per layer: of the workload, or computed for it
     * @return weights and inputs counted, outputs as the reference says
     */
    public static WorkloadDensities of(Workload workload, List<LayerReference> reference) {
        List<Long> weights = new ArrayList<>();
        for (LayerParameters parameters : workload.parameters()) {
            weights.add((long) parameters.filters().map(FilterTensor::nonZeros).orElse(0));
        }
        Network network = workload.network();
        List<Long> tensors = new ArrayList<>();
        for (int slot = 0; slot < network.tensors(); slot++) {
            int tensor = network.tensorAt(slot);
            tensors.add(
                    Layer.isNetworkInput(tensor)
                            ? workload.input(tensor).nonZeros()
                            : reference.get(tensor).outputNonZeros());
        }
        return new WorkloadDensities(network, weights, tensors);
    }

    /**
     * Non-zero elements of a layer's output or of an input of the network.
     *
     * @param tensor index of a layer, or an input of the network
     * @return how many of its C * H * W elements
     */
    public long nonZeros(int tensor) {
        return tensorNonZeros.get(network.slot(tensor));
    }

    /**
     * Density of a layer's output or of an input of the network, 0..1.
     *
     * @param tensor index of a layer, or an input of the network
     * @return non-zero elements divided by all
     */
    public double density(int tensor) {
        return nonZeros(tensor) / (double) network.shapeOf(tensor).elements();
    }

    /**
     * Density of the weights of a layer that has filters, 0..1.
     *
     * @param layer index of the layer
     * @return non-zero weights divided by all
     * @throws IllegalStateException of a layer without filters
     */
    public double weightDensity(int layer) {
        return weightNonZeros.get(layer)
                / (double) network.layer(layer).filterShape().elements();
    }
}
