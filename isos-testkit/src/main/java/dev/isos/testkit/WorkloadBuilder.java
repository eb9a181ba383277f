package dev.isos.testkit;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LookupTable;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds small workloads layer by layer, with seeded random numbers. Every method that adds a layer returns its index,
 * to be used as an operand of later ones; {@link Layer#NETWORK_INPUT} is the image. For one thread.
 */
public final class WorkloadBuilder {
    private final SplitMix random;
    private final long seed;
    private final String name;
    private final ActivationTensor input;
    private final List<Layer> layers = new ArrayList<>();
    private final List<LayerParameters> parameters = new ArrayList<>();
    private final List<ActivationTensor> furtherInputs = new ArrayList<>();

    /**
     * Begins a workload with a random image.
     *
     * @param name of workload and network
     * @param seed of everything drawn
     * @param shape of the image
     * @param signed whether the image is int8 rather than uint8
     * @param density share of non-zero pixels, 0..1
     */
    public WorkloadBuilder(String name, long seed, FeatureMapShape shape, boolean signed, double density) {
        this.name = name;
        this.seed = seed;
        this.random = new SplitMix(seed);
        this.input = tensor(shape, signed, density);
    }

    /** {@return the generator that also draws the weights} */
    public SplitMix random() {
        return random;
    }

    /**
     * A further tensor that enters the network; gives the operand that stands for it.
     *
     * @param shape CxHxW
     * @param signed whether it is int8 rather than uint8
     * @param density share of non-zero values, 0..1
     * @return operand, as of {@link Layer#networkInput(int)}
     */
    public int furtherInput(FeatureMapShape shape, boolean signed, double density) {
        furtherInputs.add(tensor(shape, signed, density));
        return Layer.networkInput(furtherInputs.size());
    }

    private ActivationTensor entering(int operand) {
        return operand == Layer.NETWORK_INPUT ? input : furtherInputs.get(Layer.inputNumber(operand) - 1);
    }

    /**
     * Shape of the output of a layer, or of a tensor that enters the network.
     *
     * @param layer index of a layer, or an input of the network
     * @return CxHxW
     */
    public FeatureMapShape shapeOf(int layer) {
        return Layer.isNetworkInput(layer)
                ? entering(layer).shape()
                : layers.get(layer).outputShape();
    }

    /**
     * Whether the output of a layer, or a tensor that enters the network, is int8.
     *
     * @param layer index of a layer, or an input of the network
     * @return false of uint8
     */
    public boolean signed(int layer) {
        return Layer.isNetworkInput(layer)
                ? entering(layer).signed()
                : parameters.get(layer).requantisation().signedOutput();
    }

    /**
     * A convolution with ReLU and without residual operand.
     *
     * @param from layer or input of the network that it reads
     * @param outputChannels K
     * @param groups G, which divides C and K
     * @param window how it slides
     * @param density share of non-zero weights, 0..1
     * @return index of the layer
     */
    public int convolution(int from, int outputChannels, int groups, Window window, double density) {
        return convolution(from, Layer.NONE, outputChannels, groups, window, density, true);
    }

    /**
     * A convolution.
     *
     * @param from layer or input of the network that it reads
     * @param residual layer added before the activation function, or {@link Layer#NONE}
     * @param outputChannels K
     * @param groups G, which divides C and K
     * @param window how it slides
     * @param density share of non-zero weights, 0..1
     * @param relu whether negative outputs become zero; without it the output is int8
     * @return index of the layer
     */
    public int convolution(
            int from, int residual, int outputChannels, int groups, Window window, double density, boolean relu) {
        FeatureMapShape in = shapeOf(from);
        FeatureMapShape out =
                new FeatureMapShape(outputChannels, window.outputHeight(in.height()), window.outputWidth(in.width()));
        Layer layer = new Layer(
                layers.size(),
                "conv" + layers.size(),
                new Convolution(outputChannels, groups, window),
                List.of(from),
                residual,
                in,
                out);
        byte[] dense = bytes(layer.filterShape().elements(), density);
        FilterTensor filters = FilterTensor.fromDense(layer.filterShape(), dense);
        double fanIn = Math.max(1, filters.nonZeros() / (double) outputChannels);
        return add(layer, new LayerParameters(filters, requantisation(outputChannels, fanIn, residual, relu)));
    }

    /**
     * A pooling; the average of an int8 tensor is int8.
     *
     * @param from layer or input of the network that it reads
     * @param kind maximum or average
     * @param window how it slides
     * @param countPadding whether an average divides by the whole window
     * @return index of the layer
     */
    public int pooling(int from, PoolingKind kind, Window window, boolean countPadding) {
        FeatureMapShape in = shapeOf(from);
        FeatureMapShape out =
                new FeatureMapShape(in.channels(), window.outputHeight(in.height()), window.outputWidth(in.width()));
        Layer layer = new Layer(
                layers.size(),
                "pool" + layers.size(),
                new Pooling(kind, window, countPadding),
                List.of(from),
                Layer.NONE,
                in,
                out);
        Requantisation identity = Requantisation.identity(in.channels(), signed(from), 1f);
        return add(layer, new LayerParameters(identity));
    }

    /**
     * An element-wise addition with ReLU.
     *
     * @param first layer or input of the network
     * @param second layer or input of the network, of the same shape
     * @return index of the layer
     */
    public int add(int first, int second) {
        FeatureMapShape shape = shapeOf(first);
        Layer layer = new Layer(
                layers.size(),
                "add" + layers.size(),
                new LayerOp.ElementwiseAdd(),
                List.of(first, second),
                Layer.NONE,
                shape,
                shape);
        return add(layer, new LayerParameters(requantisation(shape.channels(), 1, first, true)));
    }

    /**
     * A concatenation of tensors of equal height, width and signedness.
     *
     * @param parts layers or inputs of the network, at least one, in the order of their channels
     * @return index of the layer
     */
    public int concatenation(int... parts) {
        List<Integer> inputs = new ArrayList<>();
        int channels = 0;
        for (int part : parts) {
            inputs.add(part);
            channels += shapeOf(part).channels();
        }
        FeatureMapShape first = shapeOf(parts[0]);
        FeatureMapShape shape = new FeatureMapShape(channels, first.height(), first.width());
        Layer layer = new Layer(
                layers.size(), "concat" + layers.size(), new LayerOp.Concatenation(), inputs, Layer.NONE, shape, shape);
        return add(layer, new LayerParameters(Requantisation.identity(channels, signed(parts[0]), 1f)));
    }

    /**
     * A local response normalisation; of an int8 tensor it is int8. Its scales are such that sums in the middle of what is
     * possible halve the values.
     *
     * @param from layer or input of the network that it reads
     * @param size channels of the window
     * @return index of the layer
     */
    public int normalisation(int from, int size) {
        FeatureMapShape shape = shapeOf(from);
        Layer layer = new Layer(
                layers.size(),
                "norm" + layers.size(),
                new LocalResponseNormalisation(
                        size, (float) (0.01 + 0.2 * random.nextDouble()), random.chance(0.5) ? 0.75f : 0.5f, 1f),
                List.of(from),
                Layer.NONE,
                shape,
                shape);
        float[] multiplier = new float[shape.channels()];
        Arrays.fill(multiplier, (float) (0.5 + 2 * random.nextDouble()));
        Requantisation identity = Requantisation.identity(shape.channels(), signed(from), 0.05f);
        return add(
                layer,
                new LayerParameters(new Requantisation(
                        new int[shape.channels()], multiplier, 1f, 0f, identity.low(), identity.high(), 0.05f)));
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
        return across(
                from,
                new LayerOp.LayerNormalisation(random.chance(0.5) ? 0 : 0.3f),
                new Requantisation(bias, multiplier, 1f, 0f, -128, 127, 0.05f));
    }

    /**
     * A softmax over groups of channels; its output is uint8.
     *
     * @param from layer or input of the network that it reads
     * @param groups of channels, which they divide
     * @return index of the layer
     */
    public int softmax(int from, int groups) {
        int channels = shapeOf(from).channels();
        float[] multiplier = new float[channels];
        Arrays.fill(multiplier, 255);
        return across(
                from,
                new LayerOp.Softmax(groups, 0.05f),
                new Requantisation(new int[channels], multiplier, 1f, 0f, 0, 255, 1f / 255));
    }

    private int across(int from, LayerOp op, Requantisation requantisation) {
        FeatureMapShape shape = shapeOf(from);
        String layer = op.label() + layers.size();
        return add(
                new Layer(layers.size(), layer, op, List.of(from), Layer.NONE, shape, shape),
                new LayerParameters(requantisation));
    }

    /**
     * The given channels of a tensor, in that order.
     *
     * @param from layer or input of the network that it reads
     * @param channels of that tensor, at least one; may repeat
     * @return index of the layer
     */
    public int selection(int from, int... channels) {
        FeatureMapShape in = shapeOf(from);
        FeatureMapShape out = new FeatureMapShape(channels.length, in.height(), in.width());
        Layer layer = new Layer(
                layers.size(),
                "select" + layers.size(),
                new ChannelSelection(Arrays.stream(channels).boxed().toList()),
                List.of(from),
                Layer.NONE,
                in,
                out);
        return add(layer, new LayerParameters(Requantisation.identity(channels.length, signed(from), 1f)));
    }

    /**
     * Positions of a tensor, in row-major order, on a map of another size; -1 for zeros.
     *
     * @param from layer or input of the network that it reads
     * @param height rows of the output
     * @param width columns of the output
     * @param positions of the input, {@code height * width} of them
     * @return index of the layer
     */
    public int positions(int from, int height, int width, int... positions) {
        FeatureMapShape in = shapeOf(from);
        FeatureMapShape out = new FeatureMapShape(in.channels(), height, width);
        LayerOp op = new LayerOp.PositionSelection(
                height, width, Arrays.stream(positions).boxed().toList());
        Layer layer = new Layer(layers.size(), "gather" + layers.size(), op, List.of(from), Layer.NONE, in, out);
        return add(layer, new LayerParameters(Requantisation.identity(in.channels(), signed(from), 1f)));
    }

    /**
     * A tensor whose channels become positions of a map.
     *
     * @param from layer or input of the network that it reads
     * @param height rows of the output
     * @param width columns of the output; {@code height * width} channels come in
     * @return index of the layer
     */
    public int transposition(int from, int height, int width) {
        FeatureMapShape in = shapeOf(from);
        FeatureMapShape out = new FeatureMapShape(in.fibers(), height, width);
        LayerOp op = new LayerOp.Transposition(height, width);
        Layer layer = new Layer(layers.size(), "transpose" + layers.size(), op, List.of(from), Layer.NONE, in, out);
        return add(layer, new LayerParameters(Requantisation.identity(in.fibers(), signed(from), 1f)));
    }

    /**
     * A matrix product of two tensors.
     *
     * @param first layer or input of the network whose positions stay
     * @param second layer or input of the network that takes the place of filters
     * @param groups of channels, such as heads
     * @param transposed see {@link LayerOp.MatrixProduct}
     * @return index of the layer
     */
    public int product(int first, int second, int groups, boolean transposed) {
        int channels =
                transposed ? groups * shapeOf(second).fibers() : shapeOf(second).channels();
        return computed(new LayerOp.MatrixProduct(groups, transposed), first, second, Layer.NONE, channels);
    }

    /**
     * The channels of a tensor, each times its value in a second tensor of one position.
     *
     * @param first layer or input of the network whose channels are scaled
     * @param second layer or input of the network with one position
     * @param residual a tensor of the same shape, or {@link Layer#NONE}
     * @return index of the layer
     */
    public int scaling(int first, int second, int residual) {
        return computed(
                new LayerOp.ChannelScaling(),
                first,
                second,
                residual,
                shapeOf(first).channels());
    }

    private int computed(LayerOp op, int first, int second, int residual, int channels) {
        FeatureMapShape in = shapeOf(first);
        FeatureMapShape out = new FeatureMapShape(channels, in.height(), in.width());
        Layer layer =
                new Layer(layers.size(), "product" + layers.size(), op, List.of(first, second), residual, in, out);
        double fanIn = 127.0 * layer.filterShape().channelsPerGroup();
        return add(layer, new LayerParameters(requantisation(channels, fanIn, residual, false)));
    }

    /**
     * Gives the layer added last a lookup table of random entries.
     *
     * @param signed whether its results are int8
     * @param keepsZero whether zeros stay zeros
     * @return index of that layer
     */
    public int lookup(boolean signed, boolean keepsZero) {
        byte[] table = bytes(LookupTable.ENTRIES, 0.8);
        table[0] = (byte) (keepsZero ? 0 : random.between(1, 255));
        int last = layers.size() - 1;
        LayerParameters before = parameters.get(last);
        Requantisation requantisation = before.requantisation().withLookup(new LookupTable(table, signed), 1f);
        parameters.set(last, new LayerParameters(before.filters(), requantisation));
        return last;
    }

    /** {@return the workload with the layers added so far, without a reference} */
    public Workload build() {
        WorkloadInfo info = new WorkloadInfo(name, name, seed, "random numbers", 1f);
        Network network = new Network(
                name,
                input.shape(),
                layers,
                furtherInputs.stream().map(ActivationTensor::shape).toList());
        return new Workload(info, network, parameters, input, List.of(), furtherInputs);
    }

    private int add(Layer layer, LayerParameters numbers) {
        layers.add(layer);
        parameters.add(numbers);
        return layer.index();
    }

    /** Multipliers that spread outputs over the whole range, with some that saturate. */
    private Requantisation requantisation(int channels, double fanIn, int residual, boolean relu) {
        int[] bias = new int[channels];
        float[] multiplier = new float[channels];
        for (int k = 0; k < channels; k++) {
            bias[k] = random.between(-3000, 3000);
            multiplier[k] = (float) ((0.2 + random.nextDouble()) / (60 * Math.sqrt(fanIn)));
        }
        float sum = residual == Layer.NONE ? 1f : (float) (0.3 + random.nextDouble());
        float other = residual == Layer.NONE ? 0f : (float) (0.3 + random.nextDouble());
        int high = relu ? random.oneOf(255, 127, 96) : 127;
        return new Requantisation(bias, multiplier, sum, other, relu ? 0 : -128, high, 1f);
    }

    private ActivationTensor tensor(FeatureMapShape shape, boolean signed, double density) {
        return new ActivationTensor(shape, signed, bytes(shape.elements(), density));
    }

    private byte[] bytes(int length, double density) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            if (random.chance(density)) {
                int value = random.between(1, 255);
                bytes[i] = (byte) value;
            }
        }
        return bytes;
    }
}
