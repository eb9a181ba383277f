package dev.isos.api.network;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feed-forward network: a DAG of layers in topological order with one image going in. A list of layers that do not
 * feed one another is a network too: each then reads an input of its own.
 *
 * @param name for messages and reports
 * @param input shape of the image tensor
 * @param layers every layer after all of its operands; the last one gives the network's output, and whatever no layer
 *     reads is a result too
 * @param furtherInputs shapes of the tensors that enter beside the image: input n + 1 of {@link Layer#networkInput(int)}
 *     is the n-th of them; empty for most networks
 */
public record Network(String name, FeatureMapShape input, List<Layer> layers, List<FeatureMapShape> furtherInputs) {
    /**
     * A network into which nothing but the image goes.
     *
     * @param name for messages and reports
     * @param input shape of the image tensor
     * @param layers every layer after all of its operands
     * @throws IllegalArgumentException when layers do not fit together, naming the first one
     */
    public Network(String name, FeatureMapShape input, List<Layer> layers) {
        this(name, input, layers, List.of());
    }

    /**
     * Copies the lists and checks that the layers fit together.
     *
     * @param name for messages and reports
     * @param input shape of the image tensor
     * @param layers at least one, each at the position of its index
     * @param furtherInputs empty for most networks
     * @throws IllegalArgumentException when layers do not fit together, naming the first one
     */
    public Network {
        furtherInputs = List.copyOf(furtherInputs);
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("network " + name + " has no layers");
        }
        for (int i = 0; i < layers.size(); i++) {
            check(name, input, furtherInputs, layers, i);
        }
    }

    private static void check(
            String network, FeatureMapShape input, List<FeatureMapShape> further, List<Layer> layers, int i) {
        Layer layer = layers.get(i);
        String where = "layer " + layer.name() + " of " + network;
        if (layer.index() != i) {
            throw new IllegalArgumentException(where + " has index " + layer.index() + " at position " + i);
        }
        for (int operand : layer.operands()) {
            if (operand >= i || operand < Layer.networkInput(further.size()) || operand == Layer.NONE) {
                throw new IllegalArgumentException(
                        where + " reads operand " + operand + " that does not come before it");
            }
        }
        FeatureMapShape first = shapeOf(input, further, layers, layer.inputs().get(0));
        int channels = 0;
        for (int operand : layer.hasComputedFilters() ? layer.inputs().subList(0, 1) : layer.inputs()) {
            FeatureMapShape shape = shapeOf(input, further, layers, operand);
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
        if (layer.op() instanceof LayerOp.Softmax softmax && expected.channels() % softmax.groups() != 0) {
            throw new IllegalArgumentException(where + " has " + expected.channels() + " channels, which its "
                    + softmax.groups() + " groups do not divide");
        }
        if (layer.op() instanceof LayerOp.Normalisation && !layer.outputShape().equals(expected)) {
            throw new IllegalArgumentException(
                    where + " has output shape " + layer.outputShape() + ", expected that of its input " + expected);
        }
        FeatureMapShape second = layer.inputs().size() == 2
                ? shapeOf(input, further, layers, layer.inputs().get(1))
                : null;
        FeatureMapShape made = outputOfWhole(where, layer.op(), expected, second);
        if (made != null && !layer.outputShape().equals(made)) {
            throw new IllegalArgumentException(
                    where + " has output shape " + layer.outputShape() + ", its operands make " + made);
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
        if (layer.hasResidual()
                && !shapeOf(input, further, layers, layer.residual()).equals(layer.outputShape())) {
            throw new IllegalArgumentException(where + " adds a residual of another shape than " + layer.outputShape());
        }
    }

    /**
     * Shape that an operation which needs a whole operand makes of its inputs; null for other operations.
     *
     * @param where the layer, for messages
     * @param op of the layer
     * @param in shape of the first input
     * @param second shape of the second input, or null where there are not two
     * @return shape of the output, or null of an operation that works on its input as it comes
     * @throws IllegalArgumentException when they do not fit
     */
    public static @Nullable FeatureMapShape outputOfWhole(
            String where, LayerOp op, FeatureMapShape in, @Nullable FeatureMapShape second) {
        if (op instanceof LayerOp.PositionSelection selection) {
            for (int position : selection.positions()) {
                if (position < LayerOp.PositionSelection.ZEROS || position >= in.fibers()) {
                    throw new IllegalArgumentException(where + " selects position " + position + " of " + in.fibers());
                }
            }
            return new FeatureMapShape(in.channels(), selection.height(), selection.width());
        }
        if (op instanceof LayerOp.Transposition transposition) {
            if ((long) transposition.height() * transposition.width() != in.channels()) {
                throw new IllegalArgumentException(where + " makes a map of " + transposition.height() + " x "
                        + transposition.width() + " of " + in.channels() + " channels");
            }
            return new FeatureMapShape(in.fibers(), transposition.height(), transposition.width());
        }
        if (!(op instanceof LayerOp.MatrixProduct || op instanceof LayerOp.ChannelScaling)) {
            return null;
        }
        if (second == null) {
            throw new IllegalArgumentException(where + " needs two inputs");
        }
        if (op instanceof LayerOp.MatrixProduct product) {
            int groups = product.groups();
            boolean fits = product.transposed()
                    ? second.channels() == in.channels() && in.channels() % groups == 0
                    : (long) second.fibers() * groups == in.channels() && second.channels() % groups == 0;
            if (!fits) {
                throw new IllegalArgumentException(
                        where + " multiplies tensors of " + in + " and " + second + ", which do not fit together");
            }
            int channels = product.transposed() ? Math.multiplyExact(groups, second.fibers()) : second.channels();
            return new FeatureMapShape(channels, in.height(), in.width());
        }
        if (second.fibers() != 1 || second.channels() != in.channels()) {
            throw new IllegalArgumentException(where + " scales the channels of " + in + " by a tensor of " + second);
        }
        return in;
    }

    private static FeatureMapShape shapeOf(
            FeatureMapShape input, List<FeatureMapShape> further, List<Layer> layers, int operand) {
        if (operand == Layer.NETWORK_INPUT) {
            return input;
        }
        return operand < 0
                ? further.get(Layer.inputNumber(operand) - 1)
                : layers.get(operand).outputShape();
    }

    /**
     * A layer.
     *
     * @param index from 0, in topological order
     * @return the layer
     * @throws IndexOutOfBoundsException where there is none of the index; inputs of the network are no layers
     */
    public Layer layer(int index) {
        return layers.get(index);
    }

    /** {@return number of layers} */
    public int size() {
        return layers.size();
    }

    /** {@return the layer that gives the network's output: the last one} */
    public Layer output() {
        return layers.get(layers.size() - 1);
    }

    /**
     * Shape of the output of a layer, or of a tensor that enters the network, such as {@link Layer#NETWORK_INPUT}.
     *
     * @param layer index of a layer, or an operand of {@link Layer#networkInput(int)}
     * @return its shape, CxHxW
     */
    public FeatureMapShape shapeOf(int layer) {
        return shapeOf(input, furtherInputs, layers, layer);
    }

    /** {@return how many tensors there are: those that enter the network and one per layer} */
    public int tensors() {
        return size() + 1 + furtherInputs.size();
    }

    /**
     * A place for each tensor in an array of {@link #tensors()}: 0 is the image, i + 1 the output of layer i; further
     * inputs follow.
     *
     * @param tensor index of a layer, or an operand of {@link Layer#networkInput(int)}
     * @return from 0 to {@link #tensors()} - 1
     */
    public int slot(int tensor) {
        return tensor >= Layer.NETWORK_INPUT ? tensor + 1 : size() + Layer.inputNumber(tensor);
    }

    /**
     * The tensor in a {@link #slot(int)}.
     *
     * @param slot from 0 to {@link #tensors()} - 1
     * @return index of a layer, or an operand of {@link Layer#networkInput(int)}
     */
    public int tensorAt(int slot) {
        return slot <= size() ? slot - 1 : Layer.networkInput(slot - size());
    }

    /**
     * For each layer, the layers that read its output, ascending; entry {@code size() + n} is for the n-th input.
     *
     * @return {@link #tensors()} lists; empty ones for tensors that no layer reads
     */
    public List<List<Integer>> consumers() {
        List<List<Integer>> consumers = new ArrayList<>();
        for (int i = 0; i < tensors(); i++) {
            consumers.add(new ArrayList<>());
        }
        for (Layer layer : layers) {
            for (int operand : layer.operands()) {
                consumers
                        .get(Layer.isNetworkInput(operand) ? size() + Layer.inputNumber(operand) : operand)
                        .add(layer.index());
            }
        }
        return consumers.stream().map(List::copyOf).toList();
    }

    /**
     * The tensors that a layer index stands for once concatenations, which move no data, are looked through: the layer
     * itself, or the parts of the concatenation in channel order.
     *
     * @param layer index of a layer, or an operand of {@link Layer#networkInput(int)}
     * @return at least one tensor, none of them a concatenation
     */
    public List<Integer> materialisedParts(int layer) {
        if (Layer.isNetworkInput(layer) || !(layer(layer).op() instanceof LayerOp.Concatenation)) {
            return List.of(layer);
        }
        return layer(layer).inputs().stream()
                .flatMap(part -> materialisedParts(part).stream())
                .toList();
    }

    /** {@return multiply-accumulates of the dense network} */
    public long denseMacs() {
        return layers.stream().mapToLong(Layer::denseMacs).sum();
    }

    /** {@return number of weights, zero or not, without biases; filters that an input takes the place of are none} */
    public long parameters() {
        return layers.stream()
                .filter(l -> l.op() instanceof LayerOp.Convolution)
                .mapToLong(l -> l.filterShape().elements())
                .sum();
    }
}
