package dev.isos.testkit;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Small workloads that between them reach every corner of the layer definitions. */
public final class RandomWorkloads {
    private static final double[] DENSITIES = {0, 0.02, 0.1, 0.3, 0.6, 1};

    private RandomWorkloads() {}

    /** {@return the cases that must always be run, by name; built anew by each call, without reference} */
    public static Map<String, Workload> corners() {
        Map<String, Workload> corners = new LinkedHashMap<>();
        corners.put("dense", one("dense", 6, 7, 5, 1, 8, 1, Window.square(3, 1, 1), 1));
        corners.put("all-zero-input", one("all-zero-input", 6, 7, 5, 0, 8, 1, Window.square(3, 1, 1), 0.5));
        corners.put("all-zero-filters", one("all-zero-filters", 6, 7, 5, 0.5, 8, 1, Window.square(3, 1, 1), 0));
        corners.put("one-non-zero", one("one-non-zero", 6, 7, 5, 0.005, 8, 1, Window.square(3, 1, 1), 1));
        corners.put("one-weight", one("one-weight", 6, 7, 5, 1, 8, 1, Window.square(3, 1, 1), 0.0024));
        corners.put("pointwise", one("pointwise", 9, 6, 6, 0.5, 12, 1, Window.square(1, 1, 0), 0.4));
        corners.put("pointwise-strided", one("pointwise-strided", 9, 7, 6, 0.5, 5, 1, Window.square(1, 2, 0), 0.4));
        corners.put("strided", one("strided", 4, 9, 8, 0.5, 6, 1, Window.square(3, 2, 1), 0.4));
        corners.put("stem", one("stem", 3, 16, 16, 1, 8, 1, Window.square(7, 2, 3), 0.6));
        corners.put("stride-over-window", one("stride-over-window", 4, 9, 9, 0.7, 6, 1, Window.square(2, 3, 0), 0.5));
        corners.put(
                "padded-on-one-side",
                one("padded-on-one-side", 4, 8, 8, 0.6, 6, 1, new Window(3, 3, 2, 2, 0, 0, 1, 1, 1, 1), 0.5));
        corners.put("padded-wide", one("padded-wide", 3, 4, 4, 0.6, 5, 1, Window.square(2, 1, 3), 0.5));
        corners.put("dilated", one("dilated", 4, 9, 9, 0.6, 6, 1, new Window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2), 0.5));
        corners.put(
                "dilated-strided",
                one("dilated-strided", 4, 11, 10, 0.6, 6, 1, new Window(3, 2, 2, 3, 1, 2, 0, 1, 2, 3), 0.5));
        corners.put("row-filter", one("row-filter", 4, 5, 9, 0.6, 6, 1, new Window(1, 5, 1, 1, 0, 2, 0, 2, 1, 1), 0.5));
        corners.put(
                "column-filter",
                one("column-filter", 4, 9, 5, 0.6, 6, 1, new Window(5, 1, 1, 1, 2, 0, 2, 0, 1, 1), 0.5));
        corners.put("window-over-map", one("window-over-map", 4, 3, 2, 0.8, 6, 1, Window.square(5, 1, 2), 0.5));
        corners.put("grouped", one("grouped", 8, 6, 6, 0.5, 12, 4, Window.square(3, 1, 1), 0.5));
        corners.put("depthwise", one("depthwise", 10, 6, 6, 0.5, 10, 10, Window.square(3, 1, 1), 0.6));
        corners.put("depthwise-strided", one("depthwise-strided", 10, 7, 6, 0.5, 10, 10, Window.square(3, 2, 1), 0.6));
        corners.put(
                "depthwise-multiplied", one("depthwise-multiplied", 5, 6, 6, 0.5, 15, 5, Window.square(3, 1, 1), 0.6));
        corners.put("fully-connected", one("fully-connected", 30, 1, 1, 0.5, 17, 1, Window.square(1, 1, 0), 0.3));
        corners.put(
                "full-window", one("full-window", 5, 4, 3, 0.5, 11, 1, new Window(4, 3, 1, 1, 0, 0, 0, 0, 1, 1), 0.3));
        corners.put("single-pixel", one("single-pixel", 1, 1, 1, 1, 1, 1, Window.square(1, 1, 0), 1));
        corners.put("single-pixel-padded", one("single-pixel-padded", 2, 1, 1, 1, 3, 1, Window.square(3, 1, 1), 1));
        corners.put("one-output-channel", one("one-output-channel", 7, 5, 6, 0.5, 1, 1, Window.square(3, 1, 1), 0.5));
        corners.put("long-fibers", one("long-fibers", 6, 3, 3, 0.5, 600, 1, Window.square(1, 1, 0), 0.004));
        corners.put("signed-input", signed());
        corners.put("residual", residual(false));
        corners.put("residual-projected", residual(true));
        corners.put("residual-signed", signedResidual());
        corners.put("concatenation", concatenation());
        corners.put("concatenation-of-concatenations", nestedConcatenation());
        corners.put("pooling", pooling());
        corners.put("global-average", globalAverage());
        corners.put("add", addition());
        corners.put("chain", chain());
        corners.put("independent-layers", independentLayers());
        corners.put("second-input", secondInput());
        corners.put("normalisation", normalisation());
        corners.put("normalisation-signed", signedNormalisation());
        corners.put("layer-normalisation", layerNormalisation());
        corners.put("softmax", softmax());
        corners.put("selection", selection());
        corners.put("shuffle", shuffle());
        corners.put("lookup", lookup());
        corners.put("lookup-of-zero", lookupOfZero());
        return corners;
    }

    /**
     * {@return networks with layers that need a whole operand, by name, see {@link
     * dev.isos.api.workload.GatheredOperands}}
     */
    public static Map<String, Workload> wholeOperands() {
        return new TreeMap<>(Map.of(
                "positions", positions(),
                "transposition", transposition(),
                "attention", attention(),
                "channel-scaling", scaling()));
    }

    /**
     * One random convolution.
     *
     * @param seed any number; the same one gives the same layer
     * @return a network of that layer, without reference
     */
    public static Workload layer(long seed) {
        SplitMix random = new SplitMix(seed);
        WorkloadBuilder builder = image("layer-" + seed, random);
        convolution(builder, random, Layer.NETWORK_INPUT, Layer.NONE, 1);
        return builder.build();
    }

    /**
     * A random network of up to about a dozen layers with residual blocks, branches, poolings and a classifier.
     *
     * @param seed any number; the same one gives the same network
     * @return the network, without reference
     */
    public static Workload network(long seed) {
        SplitMix random = new SplitMix(seed ^ 0x6E6574776F726BL);
        WorkloadBuilder builder = image("network-" + seed, random);
        int at = convolution(builder, random, Layer.NETWORK_INPUT, Layer.NONE, 2);
        int blocks = random.between(1, 4);
        SplitMix extras = new SplitMix(seed ^ 0x657874726173L);
        for (int block = 0; block < blocks; block++) {
            at = switch (random.between(0, 5)) {
                case 0 -> residualBlock(builder, random, at);
                case 1 -> inception(builder, random, at);
                case 2 -> pool(builder, random, at);
                case 3 -> depthwise(builder, random, at);
                case 4 -> addBlock(builder, random, at);
                default -> convolution(builder, random, at, Layer.NONE, 2);
            };
            at = extra(builder, extras, at);
        }
        if (random.chance(0.4)) {
            FeatureMapShape shape = builder.shapeOf(at);
            Window full = Window.wholeMap(shape);
            if (random.chance(0.5)) {
                at = builder.pooling(at, PoolingKind.AVERAGE, full, false);
                full = Window.square(1, 1, 0);
            }
            builder.convolution(at, Layer.NONE, random.between(1, 12), 1, full, density(random), false);
        }
        return builder.build();
    }

    private static WorkloadBuilder image(String name, SplitMix random) {
        FeatureMapShape shape = new FeatureMapShape(random.between(1, 9), random.between(1, 11), random.between(1, 11));
        return new WorkloadBuilder(name, random.nextLong(), shape, random.chance(0.5), density(random));
    }

    private static double density(SplitMix random) {
        return random.oneOf(DENSITIES);
    }

    private static int convolution(WorkloadBuilder builder, SplitMix random, int from, int residual, int maxStride) {
        FeatureMapShape shape = builder.shapeOf(from);
        int groups = random.chance(0.3) ? divisor(random, shape.channels()) : 1;
        int outputs = groups * random.between(1, groups > 2 ? 2 : 12);
        return builder.convolution(
                from,
                residual,
                outputs,
                groups,
                fitting(random, shape, maxStride + 1),
                density(random),
                random.chance(0.8));
    }

    private static int depthwise(WorkloadBuilder builder, SplitMix random, int from) {
        int channels = builder.shapeOf(from).channels();
        return builder.convolution(from, channels, channels, Window.square(3, 1, 1), density(random));
    }

    private static int residualBlock(WorkloadBuilder builder, SplitMix random, int from) {
        FeatureMapShape shape = builder.shapeOf(from);
        int stride = random.between(1, 2);
        boolean project = stride == 2 || random.chance(0.3);
        int channels = project ? random.between(1, 10) : shape.channels();
        int branch = builder.convolution(from, random.between(1, 6), 1, Window.square(1, 1, 0), density(random));
        branch = builder.convolution(branch, random.between(1, 6), 1, Window.square(3, stride, 1), density(random));
        int skip = project
                ? builder.convolution(
                        from, Layer.NONE, channels, 1, Window.square(1, stride, 0), density(random), random.chance(0.5))
                : from;
        return builder.convolution(
                branch, skip, channels, 1, Window.square(1, 1, 0), density(random), random.chance(0.8));
    }

    private static int inception(WorkloadBuilder builder, SplitMix random, int from) {
        int first = builder.convolution(from, random.between(1, 5), 1, Window.square(1, 1, 0), density(random));
        int second = builder.convolution(from, random.between(1, 5), 1, Window.square(1, 1, 0), density(random));
        second = builder.convolution(second, random.between(1, 5), 1, Window.square(3, 1, 1), density(random));
        int third = builder.pooling(from, PoolingKind.MAX, Window.square(3, 1, 1), false);
        third = builder.convolution(third, random.between(1, 5), 1, Window.square(1, 1, 0), density(random));
        return random.chance(0.3)
                ? builder.concatenation(first, builder.concatenation(second, third))
                : builder.concatenation(first, second, third);
    }

    private static int addBlock(WorkloadBuilder builder, SplitMix random, int from) {
        int channels = builder.shapeOf(from).channels();
        int branch = builder.convolution(
                from, Layer.NONE, channels, 1, Window.square(3, 1, 1), density(random), random.chance(0.5));
        return random.chance(0.5)
                ? builder.elementwiseAdd(branch, from, true)
                : builder.elementwiseAdd(from, branch, true);
    }

    /** Sometimes a layer of a rarer kind. */
    private static int extra(WorkloadBuilder builder, SplitMix random, int from) {
        return switch (random.between(0, 15)) {
            case 0, 1 -> builder.localResponseNormalisation(from, random.between(1, 7));
            case 2, 3 -> selection(builder, random, from);
            default -> from;
        };
    }

    private static int selection(WorkloadBuilder builder, SplitMix random, int from) {
        int channels = builder.shapeOf(from).channels();
        int[] selected = new int[random.between(1, channels + 2)];
        for (int i = 0; i < selected.length; i++) {
            selected[i] = random.between(0, channels - 1);
        }
        int at = builder.channelSelection(from, selected);
        return random.chance(0.3) ? builder.lookup(random.chance(0.5), random.chance(0.5)) : at;
    }

    private static int pool(WorkloadBuilder builder, SplitMix random, int from) {
        PoolingKind kind = random.chance(0.5) ? PoolingKind.MAX : PoolingKind.AVERAGE;
        return builder.pooling(from, kind, fitting(random, builder.shapeOf(from), 2), random.chance(0.5));
    }

    /** A random window that has at least one output on a map. */
    private static Window fitting(SplitMix random, FeatureMapShape shape, int maxStride) {
        while (true) {
            int rows = random.oneOf(1, 2, 3, 3, 5);
            int columns = random.chance(0.6) ? rows : random.oneOf(1, 2, 3, 5);
            Window window = new Window(
                    rows,
                    columns,
                    random.between(1, maxStride),
                    random.between(1, maxStride),
                    random.between(0, rows / 2 + 1),
                    random.between(0, columns / 2 + 1),
                    random.between(0, rows / 2 + 1),
                    random.between(0, columns / 2 + 1),
                    random.chance(0.2) ? 2 : 1,
                    random.chance(0.2) ? 2 : 1);
            if (window.outputHeight(shape.height()) > 0 && window.outputWidth(shape.width()) > 0) {
                return window;
            }
        }
    }

    private static int divisor(SplitMix random, int number) {
        List<Integer> divisors = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            if (number % i == 0) {
                divisors.add(i);
            }
        }
        return divisors.get(random.between(0, divisors.size() - 1));
    }

    private static Workload one(
            String name,
            int channels,
            int height,
            int width,
            double inputDensity,
            int outputs,
            int groups,
            Window window,
            double density) {
        WorkloadBuilder builder = new WorkloadBuilder(
                name, name.hashCode(), new FeatureMapShape(channels, height, width), false, inputDensity);
        builder.convolution(Layer.NETWORK_INPUT, outputs, groups, window, density);
        return builder.build();
    }

    private static Workload signed() {
        WorkloadBuilder builder = new WorkloadBuilder("signed-input", 3, new FeatureMapShape(3, 8, 7), true, 0.9);
        int first = builder.convolution(Layer.NETWORK_INPUT, Layer.NONE, 6, 1, Window.square(3, 1, 1), 0.5, false);
        builder.convolution(first, 5, 1, Window.square(3, 2, 1), 0.5);
        return builder.build();
    }

    private static Workload residual(boolean projected) {
        WorkloadBuilder builder = new WorkloadBuilder("residual", 4, new FeatureMapShape(6, 8, 8), false, 0.5);
        int stem = builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(3, 1, 1), 0.4);
        int stride = projected ? 2 : 1;
        int branch = builder.convolution(stem, 4, 1, Window.square(1, 1, 0), 0.5);
        branch = builder.convolution(branch, 4, 1, Window.square(3, stride, 1), 0.5);
        int skip = projected ? builder.convolution(stem, Layer.NONE, 8, 1, Window.square(1, 2, 0), 0.4, false) : stem;
        int sum = builder.convolution(branch, skip, 8, 1, Window.square(1, 1, 0), 0.5, true);
        builder.convolution(sum, 3, 1, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }

    private static Workload signedResidual() {
        WorkloadBuilder builder = new WorkloadBuilder("residual-signed", 5, new FeatureMapShape(4, 6, 6), true, 0.7);
        builder.convolution(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.5, false);
        return builder.build();
    }

    private static Workload concatenation() {
        WorkloadBuilder builder = new WorkloadBuilder("concatenation", 6, new FeatureMapShape(4, 7, 7), false, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, 3, 1, Window.square(1, 1, 0), 0.6);
        int second = builder.convolution(Layer.NETWORK_INPUT, 5, 1, Window.square(3, 1, 1), 0.6);
        int both = builder.concatenation(first, second);
        builder.convolution(both, 6, 2, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }

    private static Workload nestedConcatenation() {
        WorkloadBuilder builder = new WorkloadBuilder("nested", 7, new FeatureMapShape(4, 6, 5), false, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, 3, 1, Window.square(1, 1, 0), 0.6);
        int second = builder.concatenation(first, Layer.NETWORK_INPUT);
        int third = builder.convolution(second, 2, 1, Window.square(3, 1, 1), 0.6);
        int fourth = builder.concatenation(third, second, first);
        builder.pooling(fourth, PoolingKind.MAX, Window.square(2, 2, 0), false);
        return builder.build();
    }

    private static Workload pooling() {
        WorkloadBuilder builder = new WorkloadBuilder("pooling", 8, new FeatureMapShape(5, 11, 10), true, 0.4);
        int max = builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(3, 2, 1), false);
        int counted = builder.pooling(max, PoolingKind.AVERAGE, Window.square(3, 1, 1), true);
        int onMap = builder.pooling(counted, PoolingKind.AVERAGE, Window.square(3, 1, 1), false);
        builder.pooling(onMap, PoolingKind.AVERAGE, new Window(2, 3, 2, 1, 0, 2, 1, 0, 1, 1), false);
        return builder.build();
    }

    private static Workload globalAverage() {
        WorkloadBuilder builder = new WorkloadBuilder("global-average", 9, new FeatureMapShape(6, 5, 7), false, 0.6);
        Window full = new Window(5, 7, 1, 1, 0, 0, 0, 0, 1, 1);
        int average = builder.pooling(Layer.NETWORK_INPUT, PoolingKind.AVERAGE, full, false);
        builder.convolution(average, Layer.NONE, 9, 1, Window.square(1, 1, 0), 0.5, false);
        return builder.build();
    }

    private static Workload addition() {
        WorkloadBuilder builder = new WorkloadBuilder("add", 10, new FeatureMapShape(4, 6, 7), true, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, Layer.NONE, 4, 1, Window.square(3, 1, 1), 0.6, false);
        builder.elementwiseAdd(first, Layer.NETWORK_INPUT, true);
        return builder.build();
    }

    private static Workload chain() {
        WorkloadBuilder builder = new WorkloadBuilder("chain", 11, new FeatureMapShape(3, 12, 12), false, 0.7);
        int at = Layer.NETWORK_INPUT;
        for (int i = 0; i < 5; i++) {
            at = builder.convolution(at, 4 + i, 1, Window.square(3, i == 2 ? 2 : 1, 1), 0.5);
        }
        return builder.build();
    }

    private static Workload independentLayers() {
        WorkloadBuilder builder = new WorkloadBuilder("independent", 12, new FeatureMapShape(3, 6, 7), false, 0.7);
        builder.convolution(Layer.NETWORK_INPUT, 5, 1, Window.square(3, 1, 0), 0.5);
        int second = builder.furtherInput(new FeatureMapShape(4, 5, 5), false, 0.5);
        builder.convolution(second, 6, 1, Window.square(1, 1, 0), 0.6);
        int third = builder.furtherInput(new FeatureMapShape(2, 9, 4), true, 1);
        builder.convolution(third, Layer.NONE, 3, 1, new Window(3, 2, 2, 1, 0, 0, 1, 0, 1, 1), 1, false);
        return builder.build();
    }

    private static Workload secondInput() {
        WorkloadBuilder builder = new WorkloadBuilder("second-input", 13, new FeatureMapShape(3, 6, 6), false, 0.7);
        int second = builder.furtherInput(new FeatureMapShape(5, 6, 6), false, 0.4);
        int first = builder.convolution(Layer.NETWORK_INPUT, second, 5, 1, Window.square(3, 1, 1), 0.5, true);
        int both = builder.concatenation(first, second);
        builder.convolution(both, 4, 1, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }

    private static Workload normalisation() {
        WorkloadBuilder builder = new WorkloadBuilder("normalisation", 12, new FeatureMapShape(3, 7, 6), false, 0.8);
        int first = builder.convolution(Layer.NETWORK_INPUT, 9, 1, Window.square(3, 1, 1), 0.6);
        int odd = builder.localResponseNormalisation(first, 5);
        int pooled = builder.pooling(odd, PoolingKind.MAX, Window.square(3, 2, 0), false);
        int even = builder.localResponseNormalisation(builder.concatenation(pooled, pooled), 4);
        builder.convolution(even, 4, 1, Window.square(1, 1, 0), 0.6);
        return builder.build();
    }

    private static Workload signedNormalisation() {
        WorkloadBuilder builder =
                new WorkloadBuilder("normalisation-signed", 13, new FeatureMapShape(70, 3, 4), true, 0.4);
        int wider = builder.localResponseNormalisation(Layer.NETWORK_INPUT, 300);
        builder.localResponseNormalisation(wider, 1);
        return builder.build();
    }

    private static Workload layerNormalisation() {
        WorkloadBuilder builder =
                new WorkloadBuilder("layer-normalisation", 22, new FeatureMapShape(70, 3, 4), true, 0.6);
        int first = builder.layerNormalisation(Layer.NETWORK_INPUT);
        int second = builder.convolution(first, 9, 1, Window.square(1, 1, 0), 0.6);
        int both = builder.concatenation(second, second);
        builder.convolution(builder.layerNormalisation(both), 4, 1, Window.square(3, 1, 1), 0.6);
        return builder.build();
    }

    private static Workload softmax() {
        WorkloadBuilder builder = new WorkloadBuilder("softmax", 23, new FeatureMapShape(12, 3, 4), true, 0.7);
        int first = builder.softmax(Layer.NETWORK_INPUT, 3);
        int second = builder.convolution(first, 70, 1, Window.square(1, 1, 0), 0.6);
        builder.convolution(builder.softmax(second, 1), 4, 1, Window.square(1, 1, 0), 0.6);
        return builder.build();
    }

    private static Workload selection() {
        WorkloadBuilder builder = new WorkloadBuilder("selection", 14, new FeatureMapShape(4, 6, 7), true, 0.7);
        int first = builder.convolution(Layer.NETWORK_INPUT, 10, 1, Window.square(3, 1, 1), 0.6);
        int low = builder.channelSelection(first, 0, 1, 2, 3);
        int high = builder.channelSelection(first, 4, 5, 6, 7, 8);
        int wide = builder.convolution(low, Layer.NONE, 5, 1, Window.square(1, 1, 0), 0.6, true);
        builder.elementwiseAdd(wide, high, true);
        builder.channelSelection(Layer.NETWORK_INPUT, 2);
        return builder.build();
    }

    private static Workload shuffle() {
        WorkloadBuilder builder = new WorkloadBuilder("shuffle", 15, new FeatureMapShape(75, 4, 3), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 3, 1, Window.square(1, 1, 0), 0.6);
        int both = builder.concatenation(first, Layer.NETWORK_INPUT);
        int[] channels = new int[96];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = i * 31 % 78;
        }
        int shuffled = builder.channelSelection(both, channels);
        builder.convolution(shuffled, 12, 12, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }

    private static Workload positions() {
        WorkloadBuilder builder = new WorkloadBuilder("positions", 18, new FeatureMapShape(5, 3, 2), true, 0.7);
        // zeros between the rows, one position twice, one not at all
        int spread =
                builder.positionSelection(Layer.NETWORK_INPUT, 5, 3, 0, 0, 1, -1, -1, -1, 2, 3, 3, -1, -1, -1, 4, 4, 2);
        int first = builder.convolution(spread, 7, 1, Window.square(3, 1, 1), 0.6);
        int both = builder.concatenation(first, first);
        int column = builder.positionSelection(both, 15, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        builder.convolution(column, 4, 1, Window.square(1, 1, 0), 0.6);
        return builder.build();
    }

    private static Workload transposition() {
        WorkloadBuilder builder = new WorkloadBuilder("transposition", 19, new FeatureMapShape(6, 4, 3), false, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, 6, 1, Window.square(1, 1, 0), 0.6);
        int tokens = builder.transposition(first, 3, 2);
        int mixed = builder.convolution(tokens, 12, 1, Window.square(1, 1, 0), 0.6);
        int back = builder.transposition(mixed, 4, 3);
        builder.elementwiseAdd(back, first, true);
        return builder.build();
    }

    private static Workload attention() {
        WorkloadBuilder builder = new WorkloadBuilder("attention", 20, new FeatureMapShape(6, 5, 1), true, 0.9);
        Window one = Window.square(1, 1, 0);
        int q = builder.convolution(Layer.NETWORK_INPUT, Layer.NONE, 8, 1, one, 0.8, false);
        int k = builder.convolution(Layer.NETWORK_INPUT, Layer.NONE, 8, 1, one, 0.8, false);
        int v = builder.convolution(Layer.NETWORK_INPUT, 4, 1, one, 0.8);
        int scores = builder.softmax(builder.matrixProduct(q, k, 2, true, false), 2);
        int mixed = builder.matrixProduct(scores, v, 2, false, false);
        builder.convolution(mixed, 3, 1, one, 0.6);
        return builder.build();
    }

    private static Workload scaling() {
        WorkloadBuilder builder = new WorkloadBuilder("channel-scaling", 21, new FeatureMapShape(4, 5, 6), false, 0.7);
        int first = builder.convolution(Layer.NETWORK_INPUT, 9, 1, Window.square(3, 1, 1), 0.6);
        int pooled = builder.pooling(first, PoolingKind.AVERAGE, new Window(5, 6, 1, 1, 0, 0, 0, 0, 1, 1), false);
        int gate = builder.convolution(pooled, Layer.NONE, 9, 1, Window.square(1, 1, 0), 0.8, false);
        int gated = builder.channelScaling(first, gate, first, false);
        builder.convolution(gated, 4, 1, Window.square(1, 1, 0), 0.6);
        return builder.build();
    }

    private static Workload lookup() {
        WorkloadBuilder builder = new WorkloadBuilder("lookup", 16, new FeatureMapShape(4, 6, 5), true, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, Layer.NONE, 4, 1, Window.square(3, 1, 1), 0.6, false);
        builder.lookup(true, true);
        int second = builder.convolution(first, Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.6, false);
        builder.lookup(false, true);
        builder.elementwiseAdd(second, first, true);
        builder.lookup(true, true);
        return builder.build();
    }

    private static Workload lookupOfZero() {
        WorkloadBuilder builder = new WorkloadBuilder("lookup-of-zero", 17, new FeatureMapShape(4, 6, 5), false, 0.3);
        int first = builder.convolution(Layer.NETWORK_INPUT, 6, 1, Window.square(3, 1, 1), 0.1);
        builder.lookup(false, false);
        int pooled = builder.pooling(first, PoolingKind.AVERAGE, Window.square(3, 2, 1), false);
        builder.lookup(true, false);
        int moved = builder.channelSelection(pooled, 3, 2, 1, 0, 0);
        builder.lookup(false, false);
        builder.convolution(moved, 3, 1, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }
}
