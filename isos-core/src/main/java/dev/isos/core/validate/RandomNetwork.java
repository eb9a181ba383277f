package dev.isos.core.validate;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.stream.IntStream;

/**
 * A random network of one to four layers with random numbers, at densities from nothing to dense: convolutions of all kinds (plain,
 * strided, dilated, grouped, depthwise, pointwise, fully connected, with residual operands) and every other operation.
 */
final class RandomNetwork {
    private static final double[] DENSITIES = {0, 0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 1};
    private static final int MOST_LAYERS = 4;
    private static final int LARGEST_MAP = 28;
    private static final int MOST_CHANNELS = 64;

    private final SplitMix draw;
    private final WorkloadBuilder builder;

    private RandomNetwork(long seed) {
        // not the stream of the numbers, which begins with the seed itself
        draw = new SplitMix(SplitMix.mix(seed));
        boolean vector = draw.chance(0.08);
        FeatureMapShape shape = new FeatureMapShape(
                draw.between(1, MOST_CHANNELS),
                vector ? 1 : draw.between(1, LARGEST_MAP),
                vector ? 1 : draw.between(1, LARGEST_MAP));
        builder = new WorkloadBuilder("random-" + seed, seed, shape, draw.chance(0.3), density());
        // biases decide how many outputs become zero
        builder.setLargestBias(draw.oneOf(1000, 3000, 20000));
    }

    /** The network of a seed, without reference. */
    static Workload of(long seed) {
        RandomNetwork network = new RandomNetwork(seed);
        int most = network.draw.between(1, MOST_LAYERS);
        int at = network.convolution(Layer.NETWORK_INPUT);
        while (at + 1 < most) {
            at = network.grow(at);
        }
        return network.builder.build();
    }

    private int grow(int at) {
        FeatureMapShape shape = builder.shapeOf(at);
        Window whole = Window.wholeMap(shape);
        return switch (draw.between(0, 17)) {
            case 0 ->
                builder.pooling(
                        at,
                        draw.chance(0.5) ? PoolingKind.MAX : PoolingKind.AVERAGE,
                        window(shape, false),
                        draw.chance(0.5));
            case 1 -> builder.pooling(at, PoolingKind.AVERAGE, whole, draw.chance(0.5));
            case 2 -> convolution(at, Layer.NONE, draw.between(1, MOST_CHANNELS), 1, whole);
            case 3 -> depthwise(at, shape);
            case 4 -> {
                int size = draw.oneOf(1, 3, 5);
                yield convolution(at, at, shape.channels(), 1, Window.square(size, 1, size / 2));
            }
            case 5 -> builder.elementwiseAdd(at, partner(at), relu());
            case 6 -> builder.concatenation(at, partner(at));
            case 7 -> builder.localResponseNormalisation(at, draw.between(1, 7));
            case 8 -> builder.channelSelection(at, indices(draw.between(1, shape.channels()), 0, shape.channels() - 1));
            case 9 -> builder.layerNormalisation(at);
            case 10 -> builder.softmax(at, divisor(shape.channels(), shape.channels()));
            case 11 -> transposition(at, shape.channels());
            // each pair of positions is a score: a large map would take most of the time of all cases
            case 12 -> shape.fibers() <= MOST_CHANNELS ? product(at, shape) : convolution(at);
            case 13 -> {
                int mean = shape.fibers() == 1 ? at : builder.pooling(at, PoolingKind.AVERAGE, whole, false);
                yield builder.channelScaling(at, mean, Layer.NONE, relu());
            }
            case 14 -> {
                int height = draw.between(1, LARGEST_MAP);
                int width = draw.between(1, LARGEST_MAP);
                yield builder.positionSelection(at, height, width, indices(height * width, -1, shape.fibers() - 1));
            }
            default -> convolution(at);
        };
    }

    private double density() {
        return draw.oneOf(DENSITIES);
    }

    private boolean relu() {
        return draw.chance(0.8);
    }

    private int[] indices(int count, int low, int high) {
        return IntStream.generate(() -> draw.between(low, high)).limit(count).toArray();
    }

    /** A divisor of a number, at most as large as stated. */
    private int divisor(int number, int most) {
        int divisor = draw.between(1, most);
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /** An earlier tensor of the same shape and sign, else the tensor itself. */
    private int partner(int at) {
        for (int other = Layer.NETWORK_INPUT; other < at; other++) {
            if (builder.shapeOf(other).equals(builder.shapeOf(at)) && builder.signed(other) == builder.signed(at)) {
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

    private int convolution(int from) {
        FeatureMapShape shape = builder.shapeOf(from);
        int groups = draw.chance(0.15) && shape.channels() % 2 == 0 ? 2 : 1;
        int outputs = groups * draw.between(1, MOST_CHANNELS / groups);
        return convolution(from, Layer.NONE, outputs, groups, window(shape, true));
    }

    private int depthwise(int from, FeatureMapShape shape) {
        int stride = shape.height() > 2 && shape.width() > 2 ? draw.oneOf(1, 2) : 1;
        return convolution(from, Layer.NONE, shape.channels(), shape.channels(), Window.square(3, stride, 1));
    }

    private int convolution(int from, int residual, int outputs, int groups, Window window) {
        return builder.convolution(from, residual, outputs, groups, window, density(), relu());
    }

    /** Channels become positions, on a map as near to a square as they allow. */
    private int transposition(int from, int channels) {
        int height = (int) Math.sqrt(channels);
        while (channels % height != 0) {
            height--;
        }
        return builder.transposition(from, height, channels / height);
    }

    /** A tensor times another one or itself: scores over their channels, or values where the channels are the positions. */
    private int product(int from, FeatureMapShape shape) {
        boolean transposed = shape.channels() % shape.fibers() != 0 || draw.chance(0.5);
        if (!transposed) {
            return builder.matrixProduct(from, from, shape.channels() / shape.fibers(), false, relu());
        }
        int second = from;
        for (int other = Layer.NETWORK_INPUT; other < from && draw.chance(0.7); other++) {
            if (builder.shapeOf(other).channels() == shape.channels()) {
                second = other;
            }
        }
        return builder.matrixProduct(from, second, divisor(shape.channels(), 3), true, relu());
    }
}
