package dev.isos.workloads.description;

import dev.isos.api.error.IsosException;
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
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.text.Nearest;
import dev.isos.core.text.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A network as a text describes it; the keys are those of {@code network.schema.json} beside this class.
 *
 * @param weightsFile archive with weights, relative to the description
 */
record Description(
        String name, Optional<String> weightsFile, Network network, List<Input> inputs, List<Entry> entries) {
    private static final int MAX_CHANNELS = 65_536;
    private static final int MAX_SIDE = 16_384;
    private static final int MAX_LAYERS = 10_000;
    private static final int MAX_NAME = 200;
    private static final long MAX_ELEMENTS = 1L << 28;
    private static final List<String> OPERATIONS = List.of(
            "convolution",
            "fully-connected",
            "max-pooling",
            "average-pooling",
            "global-average-pooling",
            "add",
            "concatenation",
            "local-response-normalisation",
            "channel-selection",
            "position-selection",
            "transposition",
            "matrix-product",
            "channel-scaling",
            "layer-normalisation",
            "softmax");

    /** A tensor that enters the network. */
    record Input(String name, FeatureMapShape shape, boolean signed, double density) {}

    /**
     * What a layer has besides its shape.
     *
     * @param weights array in the archive
     * @param density share of outputs that are to be non-zero
     */
    record Entry(String place, double weightDensity, Optional<String> weights, boolean relu, OptionalDouble density) {
        IsosException mistake(String message) {
            return IsosException.badInput(place + ": " + message);
        }
    }

    /** @param place how messages call the text */
    static Description parse(String place, String text, String defaultName) {
        return new Reader().read(new Fields(YamlNode.parse(place, text), "the network"), defaultName);
    }

    /** State of one parse. */
    private static final class Reader {
        private final List<Input> inputs = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, Integer> operands = new LinkedHashMap<>();
        private NetworkBuilder builder;
        private long elements;

        Description read(Fields top, String defaultName) {
            String name = top.take("name").map(Reader::name).orElse(defaultName);
            Optional<String> weights = top.take("weights").map(n -> n.one("weights"));
            Fields image = new Fields(top.require("input"), "the input");
            Input first = input(image, "input");
            builder = new NetworkBuilder(name, first.shape());
            operands.put(first.name(), Layer.NETWORK_INPUT);
            top.take("furtherInputs").ifPresent(list -> {
                for (YamlNode node : list.items("furtherInputs")) {
                    Fields fields = new Fields(node, "an input");
                    String own = name(fields.require("name"));
                    unused(node, own);
                    operands.put(own, builder.furtherInput(input(fields, own).shape()));
                }
            });
            YamlNode layers = top.require("layers");
            top.done();
            int last = Layer.NETWORK_INPUT;
            for (YamlNode node : layers.items("layers")) {
                if (entries.size() == MAX_LAYERS) {
                    throw node.mistake("the network has more than " + MAX_LAYERS + " layers");
                }
                last = layer(new Fields(node, "a layer"), last);
            }
            if (entries.isEmpty()) {
                throw layers.mistake("expected at least one layer");
            }
            try {
                return new Description(name, weights, builder.build(), List.copyOf(inputs), List.copyOf(entries));
            } catch (IllegalArgumentException e) {
                throw layers.mistake(e.getMessage());
            }
        }

        private static String name(YamlNode node) {
            String name = node.one("name");
            if (name.isBlank() || name.length() > MAX_NAME || name.matches(".*\\p{Cntrl}.*")) {
                throw node.mistake("expected a name of 1 to " + MAX_NAME + " printable characters");
            }
            return name;
        }

        private void unused(YamlNode node, String name) {
            if (operands.containsKey(name)) {
                throw node.mistake("the name '" + name + "' is taken already");
            }
        }

        private Input input(Fields fields, String name) {
            YamlNode shape = fields.require("shape");
            int[] dims = Fields.integers(shape, "shape", 3, 1, MAX_CHANNELS);
            boolean signed = fields.flag("signed", false);
            double density = fields.real("density", 0, 1, 1);
            fields.done();
            try {
                Input input = new Input(name, new FeatureMapShape(dims[0], dims[1], dims[2]), signed, density);
                count(shape.place(), input.shape().elements());
                inputs.add(input);
                return input;
            } catch (IllegalArgumentException e) {
                throw shape.mistake(e.getMessage());
            }
        }

        private void count(String place, long more) {
            elements += more;
            if (elements > MAX_ELEMENTS) {
                throw IsosException.badInput(place + ": inputs, weights and outputs up to here are " + elements
                        + ", at most " + MAX_ELEMENTS + " are supported");
            }
        }

        private int operand(YamlNode node) {
            String name = node.one("from");
            Integer operand = operands.get(name);
            if (operand == null) {
                throw node.mistake("'" + YamlNode.shown(name) + "' is no input and no layer before this one");
            }
            return operand;
        }

        private int layer(Fields fields, int previous) {
            YamlNode nameNode = fields.require("name");
            String name = name(nameNode);
            unused(nameNode, name);
            YamlNode opNode = fields.require("op");
            String op = opNode.one("op");
            List<Integer> from = new ArrayList<>();
            Optional<YamlNode> fromNode = fields.take("from");
            if (fromNode.isEmpty()) {
                from.add(previous);
            } else if (fromNode.get().items() != null) {
                fromNode.get().items("from").forEach(n -> from.add(operand(n)));
            } else {
                from.add(operand(fromNode.get()));
            }
            if (from.isEmpty()) {
                throw fields.mistake("layer " + name + " reads nothing");
            }
            FeatureMapShape in = builder.shapeOf(from.get(0));
            int residual = fields.take("residual").map(this::operand).orElse(Layer.NONE);
            boolean weighted = op.equals("convolution") || op.equals("fully-connected");
            boolean relu = (weighted || op.equals("add")) && fields.flag("relu", true);
            double weightDensity = weighted ? fields.real("weightDensity", 0, 1, 1) : 0;
            Optional<String> weights = weighted ? fields.take("weights").map(n -> n.one("weights")) : Optional.empty();
            Optional<YamlNode> target = weighted ? fields.take("density") : Optional.empty();
            OptionalDouble density = target.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(target.get().real("density", 0, 1));
            if (density.isPresent() && !relu) {
                throw fields.mistake("layer " + name + " has a density but no ReLU to bring it about");
            }
            int index;
            try {
                index = builder.add(name, op(fields, opNode, op, in), from, residual);
                count(fields.place(), builder.shapeOf(index).elements());
                if (weighted) {
                    count(fields.place(), builder.layer(index).filterShape().elements());
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw fields.mistake(e.getMessage());
            }
            fields.done();
            entries.add(new Entry(fields.place(), weightDensity, weights, relu, density));
            operands.put(name, index);
            return index;
        }

        private static LayerOp op(Fields fields, YamlNode node, String op, FeatureMapShape in) {
            switch (op) {
                case "convolution":
                    return new Convolution(
                            fields.integer("filters", 1, MAX_CHANNELS),
                            fields.integer("groups", 1, MAX_CHANNELS, 1),
                            window(fields));
                case "fully-connected":
                    return new Convolution(fields.integer("filters", 1, MAX_CHANNELS), 1, Window.wholeMap(in));
                case "max-pooling":
                    return new Pooling(PoolingKind.MAX, window(fields), false);
                case "average-pooling":
                    return new Pooling(PoolingKind.AVERAGE, window(fields), fields.flag("countPadding", false));
                case "global-average-pooling":
                    return new Pooling(PoolingKind.AVERAGE, Window.wholeMap(in), false);
                case "add":
                    return new ElementwiseAdd();
                case "concatenation":
                    return new Concatenation();
                case "local-response-normalisation":
                    return new LocalResponseNormalisation(
                            fields.integer("size", 1, LocalResponseNormalisation.MAX_SIZE),
                            (float) fields.real("alpha", 0, 1e6, 1e-4),
                            (float) fields.real("beta", 0, 10, 0.75),
                            (float) fields.real("k", 0, 1e6, 1));
                case "channel-selection":
                    YamlNode channels = fields.require("channels");
                    return new ChannelSelection(channels.items("channels").stream()
                            .map(n -> n.integer("channel", 0, in.channels() - 1))
                            .toList());
                case "position-selection":
                    int[] size = fields.pair("size", 1, MAX_SIDE, 1);
                    return new PositionSelection(
                            size[0],
                            size[1],
                            fields.require("positions").items("positions").stream()
                                    .map(n -> n.integer("position", PositionSelection.ZEROS, in.fibers() - 1))
                                    .toList());
                case "transposition":
                    int[] map = fields.pair("size", 1, MAX_SIDE, 1);
                    return new Transposition(map[0], map[1]);
                case "matrix-product":
                    return new MatrixProduct(
                            fields.integer("groups", 1, MAX_CHANNELS, 1), fields.flag("transposed", false));
                case "channel-scaling":
                    return new ChannelScaling();
                case "layer-normalisation":
                    return new LayerNormalisation((float) fields.real("epsilon", 0, 1e6, 0));
                case "softmax":
                    return new Softmax(fields.integer("groups", 1, MAX_CHANNELS, 1), (float)
                            fields.real("scale", 1e-6, 1e6, 0.05));
                default:
                    throw node.mistake("unknown operation '" + YamlNode.shown(op) + "'" + Nearest.hint(op, OPERATIONS));
            }
        }

        private static Window window(Fields fields) {
            int[] kernel = fields.pair("kernel", 1, MAX_SIDE, 1);
            int[] stride = fields.pair("stride", 1, MAX_SIDE, 1);
            int[] dilation = fields.pair("dilation", 1, MAX_SIDE, 1);
            int[] pad = fields.take("pad")
                    .map(n -> n.items() != null
                            ? Fields.integers(n, "pad", 4, 0, MAX_SIDE)
                            : fill(n.integer("pad", 0, MAX_SIDE)))
                    .orElse(fill(0));
            return new Window(
                    kernel[0],
                    kernel[1],
                    stride[0],
                    stride[1],
                    pad[0],
                    pad[1],
                    pad[2],
                    pad[3],
                    dilation[0],
                    dilation[1]);
        }

        private static int[] fill(int all) {
            return new int[] {all, all, all, all};
        }
    }
}
