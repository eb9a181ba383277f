package dev.isos.api.workload;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelScaling;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LayerNormalisation;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.MatrixProduct;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.LayerOp.PositionSelection;
import dev.isos.api.network.LayerOp.Softmax;
import dev.isos.api.network.LayerOp.Transposition;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a {@link Workload} layer by layer, with seeded random numbers: image, weights and requantisation. The same calls with the
 * same seed give the same workload on every Java platform.
 *
 * <p>Every method that adds a layer gives its index, an operand of later ones; {@link Layer#NETWORK_INPUT} is the image. Shapes are
 * worked out as by {@link NetworkBuilder}, and what does not fit together is refused with an {@link IllegalArgumentException} that
 * names the layer, by the method that adds it or by {@link #build()}; a builder that has refused something is of no further use. For
 * one thread.
 */
public final class WorkloadBuilder {
    private final SplitMix random;
    private final WorkloadInfo info;
    private final NetworkBuilder network;
    private final List<ActivationTensor> inputs = new ArrayList<>();
    private final List<LayerParameters> parameters = new ArrayList<>();
    private int largestBias = 3000;

    /**
     * Begins a workload with a random image.
     *
     * @param name of workload and network
     * @param seed of everything drawn
     * @param shape of the image, CxHxW
     * @param signed whether the image is int8 rather than uint8
     * @param density share of non-zero pixels that is aimed at, 0..1
     */
    public WorkloadBuilder(String name, long seed, FeatureMapShape shape, boolean signed, double density) {
        random = new SplitMix(seed);
        info = new WorkloadInfo(name, name, seed, "random numbers", 1f);
        network = new NetworkBuilder(name, shape);
        inputs.add(new ActivationTensor(shape, signed, bytes(shape.elements(), density)));
    }

    /**
     * A further tensor that enters the network beside the image; gives the operand that stands for it.
     *
     * @param shape CxHxW
     * @param signed whether it is int8 rather than uint8
     * @param density share of non-zero values that is aimed at, 0..1
     * @return operand, as of {@link Layer#networkInput(int)}
     */
    public int furtherInput(FeatureMapShape shape, boolean signed, double density) {
        inputs.add(new ActivationTensor(shape, signed, bytes(shape.elements(), density)));
        return network.furtherInput(shape);
    }

    /**
     * Shape of the output of a layer, or of a tensor that enters the network.
     *
     * @param operand index of a layer that has been added, or an input of the network
     * @return CxHxW
     * @throws IllegalArgumentException when there is no such tensor yet
     */
    public FeatureMapShape shapeOf(int operand) {
        return network.shapeOf(operand);
    }

    /**
     * Whether the output of a layer, or a tensor that enters the network, is int8.
     *
     * @param operand index of a layer that has been added, or an input of the network
     * @return false of uint8
     * @throws IndexOutOfBoundsException when there is no such tensor yet
     */
    public boolean signed(int operand) {
        return Layer.isNetworkInput(operand)
                ? inputs.get(Layer.inputNumber(operand)).signed()
                : parameters.get(operand).requantisation().signedOutput();
    }

    /**
     * Sets the range of the biases of layers that are added from now on: convolutions, additions, matrix products and channel
     * scalings. Larger ones make more channels zero or saturated.
     *
     * @param bias largest magnitude, in units of the accumulator, at least 0; 3000 at the beginning
     */
    public void setLargestBias(int bias) {
        largestBias = bias;
    }

    /**
     * A convolution with ReLU and without residual operand.
     *
     * @param from layer or input of the network that it reads
     * @param outputChannels K
     * @param groups G, which divides C and K
     * @param window how it slides
     * @param density share of non-zero weights that is aimed at, 0..1
     * @return index of the layer
     * @throws IllegalArgumentException when the groups do not divide the channels or the window does not fit the map
     */
    public int convolution(int from, int outputChannels, int groups, Window window, double density) {
        return convolution(from, Layer.NONE, outputChannels, groups, window, density, true);
    }

    /**
     * A convolution.
     *
     * @param from layer or input of the network that it reads
     * @param residual what is added before the activation function, a tensor of the output's shape, or {@link Layer#NONE}
     * @param outputChannels K
     * @param groups G, which divides C and K
     * @param window how it slides
     * @param density share of non-zero weights that is aimed at, 0..1
     * @param relu whether negative outputs become zero; without it the output is int8
     * @return index of the layer
     * @throws IllegalArgumentException when the groups do not divide the channels or the window does not fit the map
     */
    public int convolution(
            int from, int residual, int outputChannels, int groups, Window window, double density, boolean relu) {
        Layer layer = add("conv", new Convolution(outputChannels, groups, window), residual, from);
        FilterShape shape = layer.filterShape();
        FilterTensor filters = FilterTensor.fromDense(shape, bytes(shape.elements(), density));
        double fanIn = Math.max(1, filters.nonZeros() / (double) outputChannels);
        return number(new LayerParameters(filters, requantisation(outputChannels, fanIn, layer.hasResidual(), relu)));
    }

    /**
     * A pooling; of an int8 tensor it is int8.
     *
     * @param from layer or input of the network that it reads
     * @param kind maximum or average
     * @param window how it slides
     * @param countPadding whether an average divides by the whole window rather than by its positions on the map
     * @return index of the layer
     * @throws IllegalArgumentException when the window does not fit the map
     */
    public int pooling(int from, PoolingKind kind, Window window, boolean countPadding) {
        return unscaled("pool", new Pooling(kind, window, countPadding), from);
    }

    /**
     * An element-wise addition.
     *
     * @param first layer or input of the network
     * @param second layer or input of the network, of the same shape
     * @param relu whether negative outputs become zero; without it the output is int8
     * @return index of the layer
     * @throws IllegalArgumentException when the shapes differ
     */
    public int elementwiseAdd(int first, int second, boolean relu) {
        Layer layer = add("add", new ElementwiseAdd(), Layer.NONE, first, second);
        return number(requantisation(layer.outputShape().channels(), 1, true, relu));
    }

    /**
     * A concatenation of tensors of equal height, width and signedness.
     *
     * @param parts layers or inputs of the network, at least one, in the order of their channels
     * @return index of the layer
     */
    public int concatenation(int... parts) {
        return unscaled("concat", new Concatenation(), parts);
    }

    /**
     * A local response normalisation; of an int8 tensor it is int8. Its scales are such that sums in the middle of what is
     * possible halve the values.
     *
     * @param from layer or input of the network that it reads
     * @param size channels of the window, at least 1
     * @return index of the layer
     */
    public int localResponseNormalisation(int from, int size) {
        float alpha = (float) (0.01 + 0.2 * random.nextDouble());
        float beta = random.chance(0.5) ? 0.75f : 0.5f;
        Layer layer = add("norm", new LocalResponseNormalisation(size, alpha, beta, 1f), Layer.NONE, from);
        boolean signed = signed(from);
        return number(
                uniform(layer, (float) (0.5 + 2 * random.nextDouble()), signed ? -128 : 0, signed ? 127 : 255, 0.05f));
    }

    /**
     * A layer normalisation; its output is int8.
     *
     * @param from layer or input of the network that it reads
     * @return index of the layer
     */
    public int layerNormalisation(int from) {
        int channels = shapeOf(from).channels();
        int[] bias = new int[channels];
        float[] multiplier = new float[channels];
        for (int k = 0; k < channels; k++) {
            bias[k] = random.between(-2_000_000, 2_000_000);
            multiplier[k] = (float) (40 * random.nextDouble() - 10);
        }
        LayerOp op = new LayerNormalisation(random.chance(0.5) ? 0 : 0.3f);
        add(op.label(), op, Layer.NONE, from);
        return number(new Requantisation(bias, multiplier, 1f, 0f, -128, 127, 0.05f));
    }

    /**
     * A softmax over groups of channels; its output is uint8, with 255 for 1.
     *
     * @param from layer or input of the network that it reads
     * @param groups of channels, which they divide
     * @return index of the layer
     */
    public int softmax(int from, int groups) {
        Layer layer = add("softmax", new Softmax(groups, 0.05f), Layer.NONE, from);
        return number(uniform(layer, 255, 0, 255, 1f / 255));
    }

    /**
     * The given channels of a tensor, in that order.
     *
     * @param from layer or input of the network that it reads
     * @param channels of that tensor, at least one; may repeat
     * @return index of the layer
     */
    public int channelSelection(int from, int... channels) {
        return unscaled("select", new ChannelSelection(list(channels)), from);
    }

    /**
     * Positions of a tensor, in row-major order, on a map of another size; -1 for zeros.
     *
     * @param from layer or input of the network that it reads
     * @param height rows of the output
     * @param width columns of the output
     * @param positions of the input, {@code height * width} of them
     * @return index of the layer
     * @throws IllegalArgumentException when there are more or fewer positions, or one is not on the input's map
     */
    public int positionSelection(int from, int height, int width, int... positions) {
        return unscaled("gather", new PositionSelection(height, width, list(positions)), from);
    }

    /**
     * A tensor whose channels become positions of a map, and its positions channels.
     *
     * @param from layer or input of the network that it reads
     * @param height rows of the output
     * @param width columns of the output
     * @return index of the layer
     * @throws IllegalArgumentException when not {@code height * width} channels come in
     */
    public int transposition(int from, int height, int width) {
        return unscaled("transpose", new Transposition(height, width), from);
    }

    /**
     * A matrix product of two tensors.
     *
     * @param first layer or input of the network whose positions stay
     * @param second layer or input of the network that takes the place of filters
     * @param groups of channels, such as heads
     * @param transposed see {@link MatrixProduct}
     * @param relu whether negative outputs become zero; without it the output is int8
     * @return index of the layer
     * @throws IllegalArgumentException when the shapes do not fit together
     */
    public int matrixProduct(int first, int second, int groups, boolean transposed, boolean relu) {
        return product(new MatrixProduct(groups, transposed), first, second, Layer.NONE, relu);
    }

    /**
     * The channels of a tensor, each times its value in a second tensor of one position.
     *
     * @param first layer or input of the network whose channels are scaled
     * @param second layer or input of the network with one position and as many channels
     * @param residual what is added before the activation function, a tensor of the output's shape, or {@link Layer#NONE}
     * @param relu whether negative outputs become zero; without it the output is int8
     * @return index of the layer
     * @throws IllegalArgumentException when the shapes do not fit together
     */
    public int channelScaling(int first, int second, int residual, boolean relu) {
        return product(new ChannelScaling(), first, second, residual, relu);
    }

    private int product(LayerOp op, int first, int second, int residual, boolean relu) {
        Layer layer = add("product", op, residual, first, second);
        double fanIn = 127.0 * layer.filterShape().channelsPerGroup();
        return number(requantisation(layer.outputShape().channels(), fanIn, layer.hasResidual(), relu));
    }

    /**
     * Gives the layer added last, which is no concatenation, a lookup table of random entries.
     *
     * @param signed whether its results are int8
     * @param keepsZero whether zeros stay zeros
     * @return index of that layer
     * @throws IndexOutOfBoundsException when there is no layer yet
     */
    public int lookup(boolean signed, boolean keepsZero) {
        byte[] table = bytes(LookupTable.ENTRIES, 0.8);
        table[0] = (byte) (keepsZero ? 0 : random.between(1, 255));
        int last = parameters.size() - 1;
        LayerParameters before = parameters.get(last);
        Requantisation requantisation = before.requantisation().withLookup(new LookupTable(table, signed), 1f);
        parameters.set(last, new LayerParameters(before.filters(), requantisation));
        return last;
    }

    /**
     * The workload with the layers added so far, without a reference; the builder may be used on.
     *
     * @return a workload whose scales are 1 where no layer says otherwise
     * @throws IllegalArgumentException when there is no layer, or operands do not fit together
     */
    public Workload build() {
        return new Workload(
                info, network.build(), parameters, inputs.get(0), List.of(), inputs.subList(1, inputs.size()));
    }

    private Layer add(String kind, LayerOp op, int residual, int... operands) {
        return network.layer(network.add(kind + parameters.size(), op, list(operands), residual));
    }

    /** A layer that moves values or compares them, and neither scales nor clamps. */
    private int unscaled(String kind, LayerOp op, int... operands) {
        Layer layer = add(kind, op, Layer.NONE, operands);
        return number(Requantisation.identity(layer.outputShape().channels(), signed(operands[0]), 1f));
    }

    private int number(Requantisation requantisation) {
        return number(new LayerParameters(requantisation));
    }

    private int number(LayerParameters numbers) {
        parameters.add(numbers);
        return parameters.size() - 1;
    }

    private static List<Integer> list(int... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    /** The same for all channels, without bias. */
    private static Requantisation uniform(Layer layer, float multiplier, int low, int high, float scale) {
        float[] multipliers = new float[layer.outputShape().channels()];
        Arrays.fill(multipliers, multiplier);
        return new Requantisation(new int[multipliers.length], multipliers, 1f, 0f, low, high, scale);
    }

    /** Multipliers that spread outputs over the whole range, with some that saturate. */
    private Requantisation requantisation(int channels, double fanIn, boolean added, boolean relu) {
        int[] bias = new int[channels];
        float[] multiplier = new float[channels];
        for (int k = 0; k < channels; k++) {
            bias[k] = random.between(-largestBias, largestBias);
            multiplier[k] = (float) ((0.2 + random.nextDouble()) / (60 * Math.sqrt(fanIn)));
        }
        float sum = added ? (float) (0.3 + random.nextDouble()) : 1f;
        float other = added ? (float) (0.3 + random.nextDouble()) : 0f;
        int high = relu ? random.oneOf(255, 127, 96) : 127;
        return new Requantisation(bias, multiplier, sum, other, relu ? 0 : -128, high, 1f);
    }

    private byte[] bytes(int length, double density) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            if (random.chance(density)) {
                bytes[i] = (byte) random.between(1, 255);
            }
        }
        return bytes;
    }
}
