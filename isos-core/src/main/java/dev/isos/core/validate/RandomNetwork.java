package dev.isos.core.validate;

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
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A random network of one to four layers with random numbers: convolutions of all kinds (plain, strided, dilated, grouped,
 * depthwise, pointwise, fully connected, with residual operands), poolings, additions, concatenations, channel selections, local
 * response and layer normalisations, softmax, transpositions, matrix products and channel scalings, at densities from nothing to
 * dense.
 */
final class RandomNetwork {
    private static final double[] DENSITIES = {0, 0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 1};
    private static final int MOST_LAYERS = 4;
    private static final int LARGEST_MAP = 28;
    private static final int MOST_CHANNELS = 64;

    private final SplitMix draw;
    private final String name;
    private final long seed;
    private final ActivationTensor image;
    private final List<Layer> layers = new ArrayList<>();
    private final List<LayerParameters> parameters = new ArrayList<>();

    private RandomNetwork(long seed) {
        this.seed = seed;
        this.name = "random-" + seed;
        this.draw = new SplitMix(seed);
        boolean vector = draw.chance(0.08);
        FeatureMapShape shape = new FeatureMapShape(
                draw.between(1, MOST_CHANNELS),
                vector ? 1 : draw.between(1, LARGEST_MAP),
                vector ? 1 : draw.between(1, LARGEST_MAP));
        this.image = new ActivationTensor(shape, draw.chance(0.3), bytes(shape.elements(), density()));
    }

    /** The network of a seed, without reference. */
    static Workload of(long seed) {
        RandomNetwork network = new RandomNetwork(seed);
        int most = network.draw.between(1, MOST_LAYERS);
        int at = network.convolution(Layer.NETWORK_INPUT, Layer.NONE);
        while (network.layers.size() < most) {
            at = network.grow(at);
        }
        WorkloadInfo info = new WorkloadInfo(network.name, network.name, seed, "random numbers", 1f);
        Network built = new Network(network.name, network.image.shape(), network.layers);
        return new Workload(info, built, network.parameters, network.image, List.of());
    }

    private int grow(int at) {
        FeatureMapShape shape = shapeOf(at);
        return switch (draw.between(0, 16)) {
            case 0 -> pooling(at, draw.chance(0.5) ? PoolingKind.MAX : PoolingKind.AVERAGE, window(shape, false));
            case 1 -> pooling(at, PoolingKind.AVERAGE, full(shape));
            case 2 -> fullyConnected(at);
            case 3 -> depthwise(at);
            case 4 -> convolution(at, at);
            case 5 -> add(at, partner(at));
            case 6 -> concatenation(at, partner(at));
            case 7 -> normalisation(at);
            case 8 -> selection(at);
            case 9 -> layerNormalisation(at);
            case 10 -> softmax(at);
            case 11 -> transposition(at);
            case 12 -> product(at);
            case 13 -> scaling(at);
            default -> convolution(at, Layer.NONE);
        };
    }

    private FeatureMapShape shapeOf(int layer) {
        return layer == Layer.NETWORK_INPUT ? image.shape() : layers.get(layer).outputShape();
    }

    private boolean signed(int layer) {
        return layer == Layer.NETWORK_INPUT
                ? image.signed()
                : parameters.get(layer).requantisation().signedOutput();
    }

    private double density() {
        return DENSITIES[draw.between(0, DENSITIES.length - 1)];
    }

    /** An earlier tensor of the same shape and sign, else the tensor itself. */
    private int partner(int at) {
        for (int other = Layer.NETWORK_INPUT; other < at; other++) {
            if (shapeOf(other).equals(shapeOf(at)) && signed(other) == signed(at)) {
                return other;
            }
        }
        return at;
    }

    /** A window that fits a map. */
    private Window window(FeatureMapShape shape, boolean dilations) {
        while (true) {
            int rows = draw.oneOf(1, 1, 2, 3, 3, 3, 5, 7);
            int columns = draw.chance(0.8) ? rows : draw.oneOf(1, 2, 3, 5);
            int stride = draw.oneOf(1, 1, 1, 2, 3);
            int dilation = dilations && draw.chance(0.15) ? 2 : 1;
            int pad = draw.chance(0.7) ? (rows - 1) / 2 * dilation : draw.between(0, rows - 1);
            int padLeft = Math.min(columns - 1, pad);
            Window window = new Window(
                    rows,
                    columns,
                    stride,
                    draw.chance(0.9) ? stride : draw.oneOf(1, 2),
                    pad,
                    padLeft,
                    pad,
                    draw.chance(0.9) ? padLeft : 0,
                    dilation,
                    dilation);
            if (window.outputHeight(shape.height()) > 0 && window.outputWidth(shape.width()) > 0) {
                return window;
            }
        }
    }

    private static Window full(FeatureMapShape shape) {
        return new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
    }

    /** @param residual a tensor whose shape and grid the convolution then keeps, or {@link Layer#NONE} */
    private int convolution(int from, int residual) {
        FeatureMapShape in = shapeOf(from);
        if (residual != Layer.NONE) {
            return convolution(from, residual, in.channels(), 1, Window.square(draw.oneOf(1, 3, 5), 1, 0));
        }
        int groups = draw.chance(0.15) && in.channels() % 2 == 0 ? 2 : 1;
        int outputs = groups * draw.between(1, MOST_CHANNELS / groups);
        return convolution(from, residual, outputs, groups, window(in, true));
    }

    private int depthwise(int from) {
        FeatureMapShape shape = shapeOf(from);
        int stride = shape.height() > 2 && shape.width() > 2 ? draw.oneOf(1, 2) : 1;
        return convolution(from, Layer.NONE, shape.channels(), shape.channels(), Window.square(3, stride, 1));
    }

    private int fullyConnected(int from) {
        return convolution(from, Layer.NONE, draw.between(1, MOST_CHANNELS), 1, full(shapeOf(from)));
    }

    private int convolution(int from, int residual, int outputs, int groups, Window wanted) {
        FeatureMapShape in = shapeOf(from);
        // with a residual operand the map keeps its size
        Window window = residual == Layer.NONE ? wanted : Window.square(wanted.rows(), 1, wanted.rows() / 2);
        FeatureMapShape out =
                new FeatureMapShape(outputs, window.outputHeight(in.height()), window.outputWidth(in.width()));
        Layer layer = new Layer(
                layers.size(),
                "conv" + layers.size(),
                new Convolution(outputs, groups, window),
                List.of(from),
                residual,
                in,
                out);
        byte[] dense = bytes(layer.filterShape().elements(), density());
        FilterTensor filters = FilterTensor.fromDense(layer.filterShape(), dense);
        double fanIn = Math.max(1, filters.nonZeros() / (double) outputs);
        return add(layer, new LayerParameters(filters, requantisation(outputs, fanIn, residual != Layer.NONE)));
    }

    private int pooling(int from, PoolingKind kind, Window window) {
        FeatureMapShape in = shapeOf(from);
        FeatureMapShape out =
                new FeatureMapShape(in.channels(), window.outputHeight(in.height()), window.outputWidth(in.width()));
        Layer layer = new Layer(
                layers.size(),
                "pool" + layers.size(),
                new Pooling(kind, window, draw.chance(0.5)),
                List.of(from),
                Layer.NONE,
                in,
                out);
        return add(layer, new LayerParameters(Requantisation.identity(in.channels(), signed(from), 1f)));
    }

    private int add(int first, int second) {
        FeatureMapShape shape = shapeOf(first);
        Layer layer = new Layer(
                layers.size(),
                "add" + layers.size(),
                new LayerOp.ElementwiseAdd(),
                List.of(first, second),
                Layer.NONE,
                shape,
                shape);
        return add(layer, new LayerParameters(requantisation(shape.channels(), 1, true)));
    }

    private int concatenation(int first, int second) {
        FeatureMapShape in = shapeOf(first);
        FeatureMapShape shape =
                new FeatureMapShape(in.channels() + shapeOf(second).channels(), in.height(), in.width());
        Layer layer = new Layer(
                layers.size(),
                "concat" + layers.size(),
                new LayerOp.Concatenation(),
                List.of(first, second),
                Layer.NONE,
                shape,
                shape);
        return add(layer, new LayerParameters(Requantisation.identity(shape.channels(), signed(first), 1f)));
    }

    private int normalisation(int from) {
        FeatureMapShape shape = shapeOf(from);
        LayerOp op = new LocalResponseNormalisation(draw.between(1, 7), 0.01f, 0.75f, 1f);
        Layer layer = new Layer(layers.size(), "lrn" + layers.size(), op, List.of(from), Layer.NONE, shape, shape);
        return add(layer, new LayerParameters(Requantisation.identity(shape.channels(), signed(from), 1f)));
    }

    private int layerNormalisation(int from) {
        FeatureMapShape shape = shapeOf(from);
        int[] bias = new int[shape.channels()];
        float[] multiplier = new float[shape.channels()];
        for (int k = 0; k < bias.length; k++) {
            bias[k] = (int) (draw.between(-20, 20) * ChannelNormaliser.BIAS_UNITS);
            multiplier[k] = (float) (60 * draw.nextDouble() - 20);
        }
        boolean relu = draw.chance(0.3);
        Requantisation numbers = new Requantisation(bias, multiplier, 1f, 0f, relu ? 0 : -128, relu ? 255 : 127, 1f);
        return across(from, new LayerOp.LayerNormalisation(draw.chance(0.5) ? 0 : 0.3f), numbers);
    }

    private int softmax(int from) {
        int channels = shapeOf(from).channels();
        float[] multiplier = new float[channels];
        Arrays.fill(multiplier, 255);
        Requantisation numbers = new Requantisation(new int[channels], multiplier, 1f, 0f, 0, 255, 1f / 255);
        return across(from, new LayerOp.Softmax(groups(channels, channels), 0.05f), numbers);
    }

    private int across(int from, LayerOp op, Requantisation numbers) {
        FeatureMapShape shape = shapeOf(from);
        Layer layer = new Layer(layers.size(), op.label() + layers.size(), op, List.of(from), Layer.NONE, shape, shape);
        return add(layer, new LayerParameters(numbers));
    }

    /** Channels become positions, on a map as near to a square as they allow. */
    private int transposition(int from) {
        FeatureMapShape in = shapeOf(from);
        int height = (int) Math.sqrt(in.channels());
        while (in.channels() % height != 0) {
            height--;
        }
        FeatureMapShape out = new FeatureMapShape(in.fibers(), height, in.channels() / height);
        Layer layer = new Layer(
                layers.size(),
                "transpose" + layers.size(),
                new LayerOp.Transposition(out.height(), out.width()),
                List.of(from),
                Layer.NONE,
                in,
                out);
        return add(layer, new LayerParameters(Requantisation.identity(out.channels(), signed(from), 1f)));
    }

    /** A tensor times another one or itself: scores over their channels, or values where the channels are the positions. */
    private int product(int from) {
        FeatureMapShape in = shapeOf(from);
        boolean transposed = in.channels() % in.fibers() != 0 || draw.chance(0.5);
        if (!transposed) {
            int groups = in.channels() / in.fibers();
            return computed(from, from, new LayerOp.MatrixProduct(groups, false), in.channels());
        }
        int second = from;
        for (int other = Layer.NETWORK_INPUT; other < from && draw.chance(0.7); other++) {
            if (shapeOf(other).channels() == in.channels()) {
                second = other;
            }
        }
        int groups = groups(in.channels(), 3);
        int channels = groups * shapeOf(second).fibers();
        return computed(from, second, new LayerOp.MatrixProduct(groups, true), channels);
    }

    /** The channels of a tensor, each times its mean. */
    private int scaling(int from) {
        FeatureMapShape shape = shapeOf(from);
        int gate = shape.fibers() == 1 ? from : pooling(from, PoolingKind.AVERAGE, full(shape));
        return computed(from, gate, new LayerOp.ChannelScaling(), shape.channels());
    }

    private int computed(int first, int second, LayerOp op, int channels) {
        FeatureMapShape in = shapeOf(first);
        FeatureMapShape out = new FeatureMapShape(channels, in.height(), in.width());
        Layer layer =
                new Layer(layers.size(), op.label() + layers.size(), op, List.of(first, second), Layer.NONE, in, out);
        double fanIn = 127.0 * layer.filterShape().channelsPerGroup();
        return add(layer, new LayerParameters(requantisation(channels, fanIn, false)));
    }

    /** A divisor of a number, at most as large as stated. */
    private int groups(int channels, int most) {
        int groups = draw.between(1, most);
        while (channels % groups != 0) {
            groups--;
        }
        return groups;
    }

    private int selection(int from) {
        FeatureMapShape in = shapeOf(from);
        List<Integer> channels = new ArrayList<>();
        int count = draw.between(1, in.channels());
        for (int i = 0; i < count; i++) {
            channels.add(draw.between(0, in.channels() - 1));
        }
        FeatureMapShape out = new FeatureMapShape(count, in.height(), in.width());
        Layer layer = new Layer(
                layers.size(),
                "select" + layers.size(),
                new ChannelSelection(channels),
                List.of(from),
                Layer.NONE,
                in,
                out);
        return add(layer, new LayerParameters(Requantisation.identity(count, signed(from), 1f)));
    }

    private int add(Layer layer, LayerParameters numbers) {
        layers.add(layer);
        parameters.add(numbers);
        return layer.index();
    }

    /** Multipliers that spread the outputs over their range, biases that decide how many of them become zero. */
    private Requantisation requantisation(int channels, double fanIn, boolean two) {
        boolean relu = draw.chance(0.8);
        int spread = draw.oneOf(1000, 3000, 20000);
        int[] bias = new int[channels];
        float[] multiplier = new float[channels];
        for (int k = 0; k < channels; k++) {
            bias[k] = draw.between(-spread, spread);
            multiplier[k] = (float) ((0.2 + draw.nextDouble()) / (60 * Math.sqrt(fanIn)));
        }
        float own = two ? (float) (0.3 + draw.nextDouble()) : 1f;
        float other = two ? (float) (0.3 + draw.nextDouble()) : 0f;
        return new Requantisation(
                bias, multiplier, own, other, relu ? 0 : -128, relu ? draw.oneOf(255, 127, 96) : 127, 1f);
    }

    private byte[] bytes(int length, double density) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            if (draw.chance(density)) {
                bytes[i] = (byte) draw.between(1, 255);
            }
        }
        return bytes;
    }
}
