package dev.isos.api.network;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;

/**
 * A feed-forward network: a DAG of layers in topological order with one image going in.
 *
 * @param input shape of the image tensor
 * @param layers every layer after all of its operands; the last one gives the network's output
 */
public record Network(String name, FeatureMapShape input, List<Layer> layers) {
    public Network {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("network " + name + " has no layers");
        }
        for (int i = 0; i < layers.size(); i++) {
            check(name, input, layers, i);
        }
    }

    private static void check(String network, FeatureMapShape input, List<Layer> layers, int i) {
        Layer layer = layers.get(i);
        String where = "layer " + layer.name() + " of " + network;
        if (layer.index() != i) {
            throw new IllegalArgumentException(where + " has index " + layer.index() + " at position " + i);
        }
        for (int operand : layer.operands()) {
            if (operand >= i || operand < Layer.NETWORK_INPUT) {
                throw new IllegalArgumentException(
                        where + " reads operand " + operand + " that does not come before it");
            }
        }
        FeatureMapShape first = shapeOf(input, layers, layer.inputs().get(0));
        int channels = 0;
        for (int operand : layer.inputs()) {
            FeatureMapShape shape = shapeOf(input, layers, operand);
            channels += shape.channels();
            if (shape.height() != first.height() || shape.width() != first.width()) {
                throw new IllegalArgumentException(where + " mixes inputs of shapes " + first + " and " + shape);
            }
        }
        FeatureMapShape expected = layer.op() instanceof LayerOp.Concatenation
                ? new FeatureMapShape(channels, first.height(), first.width())
                : first;
        if (!expected.equals(layer.inputShape())) {
            throw new IllegalArgumentException(
                    where + " has input shape " + layer.inputShape() + ", its operands have " + expected);
        }
        if (layer.op() instanceof LayerOp.LocalResponseNormalisation
                && !layer.outputShape().equals(expected)) {
            throw new IllegalArgumentException(
                    where + " has output shape " + layer.outputShape() + ", expected that of its input " + expected);
        }
        if (layer.op() instanceof LayerOp.ChannelSelection selection) {
            FeatureMapShape selected =
                    new FeatureMapShape(selection.channels().size(), expected.height(), expected.width());
            if (!layer.outputShape().equals(selected)) {
                throw new IllegalArgumentException(
                        where + " has output shape " + layer.outputShape() + ", its channels make " + selected);
            }
            for (int channel : selection.channels()) {
                if (channel < 0 || channel >= expected.channels()) {
                    throw new IllegalArgumentException(
                            where + " selects channel " + channel + " of " + expected.channels());
                }
            }
        }
        if (layer.hasResidual() && !shapeOf(input, layers, layer.residual()).equals(layer.outputShape())) {
            throw new IllegalArgumentException(where + " adds a residual of another shape than " + layer.outputShape());
        }
    }

    private static FeatureMapShape shapeOf(FeatureMapShape input, List<Layer> layers, int layer) {
        return layer == Layer.NETWORK_INPUT ? input : layers.get(layer).outputShape();
    }

    public Layer layer(int index) {
        return layers.get(index);
    }

    public int size() {
        return layers.size();
    }

    /** The layer that gives the network's output. */
    public Layer output() {
        return layers.get(layers.size() - 1);
    }

    /** Shape of the output of a layer, or of the image for {@link Layer#NETWORK_INPUT}. */
    public FeatureMapShape shapeOf(int layer) {
        return shapeOf(input, layers, layer);
    }

    /** For each layer, the layers that read its output, ascending; entry {@code size()} is for the network's input. */
    public List<List<Integer>> consumers() {
        List<List<Integer>> consumers = new ArrayList<>();
        for (int i = 0; i <= size(); i++) {
            consumers.add(new ArrayList<>());
        }
        for (Layer layer : layers) {
            for (int operand : layer.operands()) {
                consumers.get(operand == Layer.NETWORK_INPUT ? size() : operand).add(layer.index());
            }
        }
        return consumers.stream().map(List::copyOf).toList();
    }

    /**
     * The tensors that a layer index stands for once concatenations, which move no data, are looked through: the layer
     * itself, or the parts of the concatenation in channel order.
     */
    public List<Integer> materialisedParts(int layer) {
        if (layer == Layer.NETWORK_INPUT || !(layer(layer).op() instanceof LayerOp.Concatenation)) {
            return List.of(layer);
        }
        return layer(layer).inputs().stream()
                .flatMap(part -> materialisedParts(part).stream())
                .toList();
    }

    /** Multiply-accumulates of the dense network. */
    public long denseMacs() {
        return layers.stream().mapToLong(Layer::denseMacs).sum();
    }

    /** Number of weights, zero or not, without biases. */
    public long parameters() {
        return layers.stream()
                .filter(l -> l.op() instanceof LayerOp.Convolution)
                .mapToLong(l -> l.filterShape().elements())
                .sum();
    }
}
