package dev.isos.api.network;

import dev.isos.api.network.LayerOp.ChannelScaling;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.MatrixProduct;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a {@link Network} layer by layer and works out the shapes. Every method that adds a layer gives its index.
 * What does not fit together is refused with an {@link IllegalArgumentException} that names the layer. For one thread.
 */
public final class NetworkBuilder {
    private final String name;
    private final FeatureMapShape input;
    private final List<Layer> layers = new ArrayList<>();
    private final List<FeatureMapShape> furtherInputs = new ArrayList<>();

    /**
     * Begins a network without layers.
     *
     * @param name for messages and reports
     * @param input shape of the image tensor
     */
    public NetworkBuilder(String name, FeatureMapShape input) {
        this.name = name;
        this.input = input;
    }

    /**
     * A further tensor that enters the network beside the image; gives the operand that stands for it.
     *
     * @param shape CxHxW
     * @return operand, as of {@link Layer#networkInput(int)}
     */
    public int furtherInput(FeatureMapShape shape) {
        furtherInputs.add(shape);
        return Layer.networkInput(furtherInputs.size());
    }

    /**
     * Shape of a layer's output or of a tensor that enters the network.
     *
     * @param operand index of a layer that has been added, or a tensor that enters the network
     * @return CxHxW
     * @throws IllegalArgumentException when there is no such tensor yet
     */
    public FeatureMapShape shapeOf(int operand) {
        return shape("", operand);
    }

    /**
     * A layer that has been added.
     *
     * @param index of the layer
     * @return with the shapes worked out
     * @throws IndexOutOfBoundsException when there is no such layer yet
     */
    public Layer layer(int index) {
        return layers.get(index);
    }

    /**
     * A convolution with a square window, without residual operand.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @param outputChannels K
     * @param size rows and columns of the window
     * @param stride of rows and columns
     * @param pad zeros on each side of the map
     * @return index of the layer
     */
    public int convolution(String layer, int from, int outputChannels, int size, int stride, int pad) {
        Convolution op = new Convolution(outputChannels, 1, Window.square(size, stride, pad));
        return add(layer, op, List.of(from), Layer.NONE);
    }

    /**
     * A 1x1 convolution to which another layer's output is added.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @param outputChannels K
     * @param residual what is added: a tensor of the output's shape
     * @return index of the layer
     */
    public int pointwiseWithResidual(String layer, int from, int outputChannels, int residual) {
        return add(layer, new Convolution(outputChannels, 1, Window.square(1, 1, 0)), List.of(from), residual);
    }

    /**
     * A depthwise 3x3 convolution with a padding of 1: as many channels out as in.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @param stride of rows and columns
     * @return index of the layer
     */
    public int depthwise(String layer, int from, int stride) {
        int channels = shape(layer, from).channels();
        return add(layer, new Convolution(channels, channels, Window.square(3, stride, 1)), List.of(from), Layer.NONE);
    }

    /**
     * A fully connected layer: a convolution with a window as large as its input.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @param outputs number of outputs, K; the output is a map of one position
     * @return index of the layer
     */
    public int fullyConnected(String layer, int from, int outputs) {
        Window window = Window.wholeMap(shape(layer, from));
        return add(layer, new Convolution(outputs, 1, window), List.of(from), Layer.NONE);
    }

    /**
     * Outputs of several layers side by side along the channels.
     *
     * @param layer name of the layer
     * @param parts layers or inputs of the network, with maps of one size; their channels follow each other in this
     *     order
     * @return index of the layer
     */
    public int concatenation(String layer, List<Integer> parts) {
        return add(layer, new Concatenation(), parts, Layer.NONE);
    }

    /**
     * A max pooling with a square window that rounds the size of its output up, as Caffe does: the last window may reach
     * beyond the map.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @param size rows and columns of the window
     * @param stride of rows and columns
     * @return index of the layer
     */
    public int maxPoolingRoundedUp(String layer, int from, int size, int stride) {
        FeatureMapShape shape = shape(layer, from);
        Window window = new Window(
                size,
                size,
                stride,
                stride,
                0,
                0,
                beyond(shape.height(), size, stride),
                beyond(shape.width(), size, stride),
                1,
                1);
        return add(layer, new Pooling(PoolingKind.MAX, window, false), List.of(from), Layer.NONE);
    }

    /** Padding after the map with which the windows cover all of it. */
    private static int beyond(int length, int size, int stride) {
        int steps = -Math.floorDiv(size - length, stride);
        return Math.max(0, steps * stride + size - length);
    }

    /**
     * A max pooling with a square window.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @param size rows and columns of the window
     * @param stride of rows and columns
     * @param pad positions on each side of the map that the window may reach beyond it
     * @return index of the layer
     */
    public int maxPooling(String layer, int from, int size, int stride, int pad) {
        return add(
                layer,
                new Pooling(PoolingKind.MAX, Window.square(size, stride, pad), false),
                List.of(from),
                Layer.NONE);
    }

    /**
     * An average pooling over the whole map.
     *
     * @param layer name of the layer
     * @param from what it reads: a layer or an input of the network
     * @return index of the layer, whose output is a map of one position
     */
    public int globalAveragePooling(String layer, int from) {
        Window window = Window.wholeMap(shape(layer, from));
        return add(layer, new Pooling(PoolingKind.AVERAGE, window, false), List.of(from), Layer.NONE);
    }

    /**
     * Any layer.
     *
     * @param layer name of the layer
     * @param op what it computes
     * @param inputs main inputs
     * @param residual residual operand or {@link Layer#NONE}
     * @return index of the layer
     * @throws IllegalArgumentException when operands and operation do not fit together
     */
    public int add(String layer, LayerOp op, List<Integer> inputs, int residual) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("layer " + layer + " has no input");
        }
        FeatureMapShape first = shape(layer, inputs.get(0));
        FeatureMapShape in = first;
        FeatureMapShape out;
        boolean product = op instanceof MatrixProduct || op instanceof ChannelScaling;
        int expectedInputs = op instanceof ElementwiseAdd || product ? 2 : 1;
        if (!(op instanceof Concatenation) && inputs.size() != expectedInputs) {
            throw new IllegalArgumentException(
                    "layer " + layer + " has " + inputs.size() + " inputs, a " + op.label() + " has " + expectedInputs);
        }
        if (residual != Layer.NONE && !(op instanceof Convolution || product)) {
            throw new IllegalArgumentException("layer " + layer + " is no convolution but has a residual operand");
        }
        FeatureMapShape whole = Network.outputOfWhole(
                "layer " + layer, op, in, inputs.size() == 2 ? shape(layer, inputs.get(1)) : null);
        if (whole != null) {
            out = whole;
        } else if (op instanceof Convolution c) {
            if (c.groups() <= 0 || in.channels() % c.groups() != 0) {
                throw new IllegalArgumentException("layer " + layer + " has " + in.channels()
                        + " input channels, which its " + c.groups() + " groups do not divide");
            }
            Window w = c.window();
            // Refuses filters beyond the limits of their tensor.
            new FilterShape(c.outputChannels(), in.channels() / c.groups(), w.rows(), w.columns(), c.groups());
            out = slide(layer, w, in, c.outputChannels());
        } else if (op instanceof Pooling p) {
            out = slide(layer, p.window(), in, in.channels());
        } else if (op instanceof ElementwiseAdd) {
            if (!first.equals(shape(layer, inputs.get(1)))) {
                throw new IllegalArgumentException(
                        "layer " + layer + " adds tensors of shapes " + first + " and " + shape(layer, inputs.get(1)));
            }
            out = in;
        } else if (op instanceof Normalisation) {
            out = in;
        } else if (op instanceof ChannelSelection selection) {
            out = new FeatureMapShape(selection.channels().size(), in.height(), in.width());
        } else {
            long channels = 0;
            for (int operand : inputs) {
                channels += shape(layer, operand).channels();
            }
            in = new FeatureMapShape(Math.toIntExact(channels), first.height(), first.width());
            out = in;
        }
        Layer added = new Layer(layers.size(), layer, op, inputs, residual, in, out);
        if (product) {
            // Refuses filters beyond the limits of their tensor.
            added.filterShape();
        }
        layers.add(added);
        return layers.size() - 1;
    }

    private static FeatureMapShape slide(String layer, Window window, FeatureMapShape in, int channels) {
        int height = window.outputHeight(in.height());
        int width = window.outputWidth(in.width());
        if (height <= 0 || width <= 0) {
            throw new IllegalArgumentException("layer " + layer + " has a window of " + window.rows() + "x"
                    + window.columns() + " that does not fit its input of " + in);
        }
        return new FeatureMapShape(channels, height, width);
    }

    private FeatureMapShape shape(String layer, int operand) {
        if (operand == Layer.NETWORK_INPUT) {
            return input;
        }
        if (Layer.isNetworkInput(operand) && Layer.inputNumber(operand) <= furtherInputs.size()) {
            return furtherInputs.get(Layer.inputNumber(operand) - 1);
        }
        if (operand < 0 || operand >= layers.size()) {
            throw new IllegalArgumentException(
                    "layer " + layer + " reads operand " + operand + " that does not come before it");
        }
        return layers.get(operand).outputShape();
    }

    /**
     * The network; the builder may be used on.
     *
     * @return with the layers added so far
     * @throws IllegalArgumentException when there is no layer, or a residual operand or a selected channel does not fit
     */
    public Network build() {
        return new Network(name, input, layers, furtherInputs);
    }
}
