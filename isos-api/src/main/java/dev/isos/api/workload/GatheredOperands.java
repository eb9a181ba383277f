package dev.isos.api.workload;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.MatrixProduct;
import dev.isos.api.network.LayerOp.PositionSelection;
import dev.isos.api.network.LayerOp.Transposition;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Layers that need a whole operand before they can begin, in the terms that every dataflow knows. Their operand lies complete
 * in memory, and whatever fetches it gathers it in the form in which it is needed:
 *
 * <pre>
 *   position selection, transposition   a copy of a tensor that enters the network, fibers as they are gathered
 *   matrix product, channel scaling     a 1x1 convolution whose filters are the second operand, zeros and all
 * </pre>
 *
 * <p>So a fiber is fetched once for each position that selects it, and a transposed tensor once. {@link Layer#gathered()} keeps
 * the order: the layer that makes such an operand belongs to an earlier segment. An operand that takes the place of filters
 * has the values -128..127; larger ones count as 127.
 */
public final class GatheredOperands {
    private GatheredOperands() {}

    /**
     * Whether a network has a layer that needs a whole operand.
     *
     * @param network any network
     * @return false where {@link #gather} would change nothing
     */
    public static boolean needed(Network network) {
        return network.layers().stream().anyMatch(GatheredOperands::needed);
    }

    private static boolean needed(Layer layer) {
        return rearranges(layer.op()) || layer.hasComputedFilters();
    }

    /**
     * Whether an operation only moves the values of its input to other places.
     *
     * @param op any operation
     * @return true of a position selection and a transposition
     */
    public static boolean rearranges(LayerOp op) {
        return op instanceof PositionSelection || op instanceof Transposition;
    }

    /**
     * The tensor that must be complete before a layer begins, or {@link Layer#NONE}.
     *
     * @param layer any layer
     * @return index of a layer, or an input of the network; {@link Layer#NONE} where the layer may begin before its
     *     inputs are complete
     */
    public static int operand(Layer layer) {
        if (layer.hasComputedFilters()) {
            return layer.inputs().get(1);
        }
        return rearranges(layer.op()) ? layer.inputs().get(0) : Layer.NONE;
    }

    /**
     * The same workload with every such layer in the terms of other layers; indices, names, shapes and outputs stay.
     *
     * @param workload its reference, if it has one, is kept
     * @param outputs output of a layer that an {@link #operand} names; asked for in ascending order of their readers
     * @return a workload whose rearranged operands are further inputs of its network
     */
    public static Workload gather(Workload workload, IntFunction<ActivationTensor> outputs) {
        Network network = workload.network();
        List<Layer> layers = new ArrayList<>();
        List<LayerParameters> parameters = new ArrayList<>();
        List<ActivationTensor> further = new ArrayList<>(workload.furtherInputs());
        for (Layer layer : network.layers()) {
            Requantisation requantisation = workload.requantisation(layer.index());
            int operand = operand(layer);
            if (operand == Layer.NONE) {
                layers.add(layer);
                parameters.add(workload.parameters().get(layer.index()));
                continue;
            }
            ActivationTensor tensor = Layer.isNetworkInput(operand) ? workload.input(operand) : outputs.apply(operand);
            List<Integer> gathered = Layer.isNetworkInput(operand) ? List.of() : List.of(operand);
            if (layer.hasComputedFilters()) {
                layers.add(convolution(layer, gathered));
                parameters.add(new LayerParameters(filters(layer, tensor), requantisation));
            } else {
                further.add(rearranged(layer, tensor));
                FeatureMapShape shape = layer.outputShape();
                LayerOp op = ChannelSelection.range(0, shape.channels());
                layers.add(with(layer, op, Layer.networkInput(further.size()), shape, gathered));
                parameters.add(new LayerParameters(requantisation));
            }
        }
        List<FeatureMapShape> shapes =
                further.stream().map(ActivationTensor::shape).toList();
        return new Workload(
                workload.info(),
                new Network(network.name(), network.input(), layers, shapes),
                parameters,
                workload.input(),
                workload.reference(),
                further);
    }

    /**
     * The convolution, with filters of {@link #filters}, that a matrix product or a channel scaling is.
     *
     * @param layer of which {@link Layer#hasComputedFilters()} is true
     * @return the same layer with another operation; it reads the first input alone
     */
    public static Layer convolution(Layer layer) {
        return convolution(layer, List.of());
    }

    private static Layer convolution(Layer layer, List<Integer> gathered) {
        FilterShape filter = layer.filterShape();
        LayerOp op = new Convolution(filter.outputChannels(), filter.groups(), Window.square(1, 1, 0));
        return with(layer, op, layer.inputs().get(0), layer.inputShape(), gathered);
    }

    private static Layer with(Layer layer, LayerOp op, int input, FeatureMapShape shape, List<Integer> gathered) {
        return new Layer(
                layer.index(),
                layer.name(),
                op,
                List.of(input),
                layer.residual(),
                shape,
                layer.outputShape(),
                gathered);
    }

    /**
     * What a position selection or a transposition makes of its operand, before its post-operations.
     *
     * @param layer of which {@link #rearranges} is true
     * @param in its input
     * @return a new tensor in the layer's output shape, int8 or uint8 as the input
     */
    public static ActivationTensor rearranged(Layer layer, ActivationTensor in) {
        FeatureMapShape out = layer.outputShape();
        byte[] values = new byte[out.elements()];
        for (int p = 0; p < out.height(); p++) {
            for (int q = 0; q < out.width(); q++) {
                int i = p * out.width() + q;
                int to = (q * out.height() + p) * out.channels();
                if (layer.op() instanceof PositionSelection selection) {
                    int from = selection.positions().get(i);
                    if (from >= 0) {
                        System.arraycopy(in.values(), start(in, from), values, to, out.channels());
                    }
                } else {
                    for (int k = 0; k < out.channels(); k++) {
                        values[to + k] = in.values()[start(in, k) + i];
                    }
                }
            }
        }
        return new ActivationTensor(out, in.signed(), values);
    }

    private static int start(ActivationTensor tensor, int position) {
        int width = tensor.shape().width();
        return tensor.fiberStart(position % width, position / width);
    }

    /**
     * The filters that the second operand of a layer makes; every weight is stored, zero or not.
     *
     * @param layer of which {@link Layer#hasComputedFilters()} is true
     * @param second its second input
     * @return filters in the layer's filter shape, [C, R, S, K]
     */
    public static FilterTensor filters(Layer layer, ActivationTensor second) {
        FilterShape shape = layer.filterShape();
        int outputs = shape.outputsPerGroup();
        int perGroup = shape.channelsPerGroup();
        int[] starts = new int[shape.fibers() + 1];
        char[] coordinates = new char[Math.toIntExact(shape.elements())];
        byte[] payloads = new byte[coordinates.length];
        int at = 0;
        for (int c = 0; c < shape.fibers(); c++) {
            int group = c / perGroup;
            for (int n = 0; n < outputs; n++, at++) {
                int k = group * outputs + n;
                coordinates[at] = (char) k;
                payloads[at] = second(layer.op(), second, c, c % perGroup, k, n);
            }
            starts[c + 1] = at;
        }
        return new FilterTensor(shape, starts, coordinates, payloads);
    }

    /** The value that input channel c (of its group: d) meets on its way to output channel k (of its group: n). */
    private static byte second(LayerOp op, ActivationTensor second, int c, int d, int k, int n) {
        int at = k;
        if (op instanceof MatrixProduct product) {
            at = product.transposed() ? start(second, n) + c : start(second, d) + k;
        }
        return (byte) Math.min(Byte.MAX_VALUE, ActivationTensor.decode(second.values()[at], second.signed()));
    }
}
