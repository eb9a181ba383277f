package dev.isos.api.workload;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import java.util.List;

/**
 * A network with its numbers and one input: everything that a simulation needs, immutable.
 *
 * @param info where it comes from
 * @param network layers and shapes
 * @param parameters one entry per layer
 * @param input the image tensor
 * @param reference one entry per layer, or empty when the reference has not been run
 * @param furtherInputs the tensors that enter the network beside the image, see {@link Network#furtherInputs()}
 */
public record Workload(
        WorkloadInfo info,
        Network network,
        List<LayerParameters> parameters,
        ActivationTensor input,
        List<LayerReference> reference,
        List<ActivationTensor> furtherInputs) {
    /**
     * A workload into which nothing but the image goes.
     *
     * @param info where it comes from
     * @param network layers and shapes
     * @param parameters one entry per layer
     * @param input the image tensor
     * @param reference one entry per layer, or empty when the reference has not been run
     * @throws IllegalArgumentException when network and numbers do not match, naming the layer
     */
    public Workload(
            WorkloadInfo info,
            Network network,
            List<LayerParameters> parameters,
            ActivationTensor input,
            List<LayerReference> reference) {
        this(info, network, parameters, input, reference, List.of());
    }

    /**
     * Copies the lists and checks that network and numbers match.
     *
     * @param info where it comes from
     * @param network layers and shapes
     * @param parameters with filters for each convolution, and for no other layer
     * @param input in the network's input shape
     * @param reference one entry per layer, or empty
     * @param furtherInputs in the shapes of the network
     * @throws IllegalArgumentException when they do not match, naming the layer
     */
    public Workload {
        furtherInputs = List.copyOf(furtherInputs);
        parameters = List.copyOf(parameters);
        reference = List.copyOf(reference);
        if (parameters.size() != network.size()) {
            throw new IllegalArgumentException(
                    network.size() + " layers but parameters of " + parameters.size() + " in " + network.name());
        }
        if (!reference.isEmpty() && reference.size() != network.size()) {
            throw new IllegalArgumentException(
                    network.size() + " layers but references of " + reference.size() + " in " + network.name());
        }
        if (!input.shape().equals(network.input())) {
            throw new IllegalArgumentException(
                    "input has shape " + input.shape() + ", " + network.name() + " needs " + network.input());
        }
        if (!furtherInputs.stream().map(ActivationTensor::shape).toList().equals(network.furtherInputs())) {
            throw new IllegalArgumentException("further inputs of " + network.name() + " need the shapes "
                    + network.furtherInputs() + ", have "
                    + furtherInputs.stream().map(ActivationTensor::shape).toList());
        }
        for (Layer layer : network.layers()) {
            LayerParameters p = parameters.get(layer.index());
            if (layer.convolution().isPresent() != p.filters().isPresent()) {
                throw new IllegalArgumentException("layer " + layer.name() + " and its filters do not match");
            }
            check(layer, p.requantisation());
            p.filters().ifPresent(f -> {
                if (!f.shape().equals(layer.filterShape())) {
                    throw new IllegalArgumentException("layer " + layer.name() + " needs filters of "
                            + layer.filterShape() + ", has " + f.shape());
                }
            });
        }
    }

    private static void check(Layer layer, Requantisation requantisation) {
        boolean normalises = layer.op() instanceof LayerOp.LocalResponseNormalisation;
        if (requantisation.lookup().isPresent()
                && (layer.op() instanceof LayerOp.Normalisation || layer.op() instanceof LayerOp.Concatenation)) {
            throw new IllegalArgumentException(
                    "layer " + layer.name() + " is a " + layer.op().label() + ", which takes no lookup table");
        }
        if (normalises) {
            for (int c = 0; c < requantisation.bias().length; c++) {
                if (requantisation.bias()[c] != 0
                        || requantisation.multiplier()[c] != requantisation.multiplier()[0]) {
                    throw new IllegalArgumentException(
                            "layer " + layer.name()
                                    + " normalises responses, which needs biases of 0 and the same multiplier for all channels");
                }
            }
        }
    }

    /**
     * Filters of a layer that has some.
     *
     * @param layer index of a convolution
     * @return non-zero weights as a fibertree [C, R, S, K]
     * @throws java.util.NoSuchElementException of a layer without filters
     */
    public FilterTensor filters(int layer) {
        return parameters.get(layer).filters().orElseThrow();
    }

    /**
     * Post-operation arithmetic of a layer.
     *
     * @param layer index of the layer
     * @return from accumulator to 8-bit output
     */
    public Requantisation requantisation(int layer) {
        return parameters.get(layer).requantisation();
    }

    /**
     * A tensor that enters the network: the image for {@link Layer#NETWORK_INPUT}, else a further input.
     *
     * @param operand of which {@link Layer#isNetworkInput(int)} is true
     * @return not to be modified
     */
    public ActivationTensor input(int operand) {
        return operand == Layer.NETWORK_INPUT ? input : furtherInputs.get(Layer.inputNumber(operand) - 1);
    }

    /**
     * Whether the output tensor of a layer (or an input of the network) is int8 rather than uint8.
     *
     * @param layer index of a layer, or an input of the network
     * @return false of a tensor of uint8
     */
    public boolean signed(int layer) {
        return Layer.isNetworkInput(layer)
                ? input(layer).signed()
                : requantisation(layer).signedOutput();
    }

    /** {@return whether the reference has been run} */
    public boolean hasReference() {
        return !reference.isEmpty();
    }

    /**
     * The same workload with reference digests.
     *
     * @param computed one entry per layer, or empty
     * @return a copy that shares all tensors
     */
    public Workload withReference(List<LayerReference> computed) {
        return new Workload(info, network, parameters, input, computed, furtherInputs);
    }

    /** {@return non-zero weights of all layers} */
    public long weightNonZeros() {
        return parameters.stream()
                .flatMap(p -> p.filters().stream())
                .mapToLong(FilterTensor::nonZeros)
                .sum();
    }

    /** {@return non-zero weights divided by all weights, 0..1; 0 without weights} */
    public double weightDensity() {
        return weightNonZeros() / (double) Math.max(1, network.parameters());
    }
}
