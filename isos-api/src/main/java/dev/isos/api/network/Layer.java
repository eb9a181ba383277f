package dev.isos.api.network;

import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One node of a {@link Network}. Bias, requantisation, the residual addition and the activation function (ReLU, clip) are
 * post-operations of the layer, not layers of their own.
 *
 * @param index position in {@link Network#layers()}
 * @param name for messages and reports
 * @param op what it computes before its post-operations
 * @param inputs layers whose outputs this one reads, in order; {@link #NETWORK_INPUT} is the image, further inputs of the
 *     network have the indices of {@link #networkInput(int)}
 * @param residual layer whose output is added before the activation function, an input of the network, or {@link #NONE}
 * @param inputShape shape of the (concatenated) main input
 * @param outputShape shape of its output
 * @param gathered layers whose complete outputs this one reads from memory in another form than as inputs, so that they
 *     cannot share a segment with it; see {@link dev.isos.api.workload.GatheredOperands}
 */
public record Layer(
        int index,
        String name,
        LayerOp op,
        List<Integer> inputs,
        int residual,
        FeatureMapShape inputShape,
        FeatureMapShape outputShape,
        List<Integer> gathered) {
    /**
     * A layer that reads its operands as they are made.
     *
     * @param index position in {@link Network#layers()}
     * @param name for messages and reports
     * @param op what it computes before its post-operations
     * @param inputs layers or inputs of the network that it reads, in order
     * @param residual what is added before the activation function, or {@link #NONE}
     * @param inputShape shape of the (concatenated) main input
     * @param outputShape shape of its output
     */
    public Layer(
            int index,
            String name,
            LayerOp op,
            List<Integer> inputs,
            int residual,
            FeatureMapShape inputShape,
            FeatureMapShape outputShape) {
        this(index, name, op, inputs, residual, inputShape, outputShape, List.of());
    }

    /** The tensor that enters the network. */
    public static final int NETWORK_INPUT = -1;

    /** No residual operand. */
    public static final int NONE = -2;

    /**
     * Index of the n-th tensor that enters the network: {@link #NETWORK_INPUT} for 0, then -3, -4 and so on.
     *
     * @param n from 0, the image
     * @return a negative operand; never {@link #NONE}
     */
    public static int networkInput(int n) {
        return n == 0 ? NETWORK_INPUT : NONE - n;
    }

    /**
     * Whether an operand is the image or one of the further inputs of the network, rather than the output of a layer.
     *
     * @param operand as in {@link #inputs()}, or {@link #NONE}
     * @return false of a layer's index and of {@link #NONE}
     */
    public static boolean isNetworkInput(int operand) {
        return operand < 0 && operand != NONE;
    }

    /**
     * The n of {@link #networkInput(int)} for an operand that enters the network.
     *
     * @param operand of which {@link #isNetworkInput(int)} is true
     * @return from 0, the image
     */
    public static int inputNumber(int operand) {
        return operand == NETWORK_INPUT ? 0 : NONE - operand;
    }

    /**
     * Copies the lists; whether the layer fits the others is for {@link Network} to check.
     *
     * @param index position in the network, from 0
     * @param name for messages and reports
     * @param op the operation
     * @param inputs at least one; a matrix product, a channel scaling and an addition have two
     * @param residual an operand, or {@link #NONE}
     * @param inputShape shape of the (concatenated) main input
     * @param outputShape shape of the output
     * @param gathered empty for most layers
     */
    public Layer {
        inputs = List.copyOf(inputs);
        gathered = List.copyOf(gathered);
    }

    /** {@return whether an operand is added before the activation function} */
    public boolean hasResidual() {
        return residual != NONE;
    }

    /** {@return main inputs, the residual operand if there is one, and what is gathered; without repetition} */
    public List<Integer> operands() {
        if (inputs.size() == 1 && !hasResidual() && gathered.isEmpty()) {
            return inputs;
        }
        List<Integer> operands = new ArrayList<>(inputs);
        if (hasResidual()) {
            operands.add(residual);
        }
        operands.addAll(gathered);
        return operands.stream().distinct().toList();
    }

    /**
     * First input channel that output channels {@code from .. to - 1} of a layer without filters need.
     *
     * @param from first output channel
     * @param to output channel after the last one, more than {@code from}
     * @return an input channel, from 0
     */
    public int firstInputChannel(int from, int to) {
        if (op instanceof LayerOp.Normalisation normalisation) {
            return normalisation.firstChannel(from, inputShape.channels());
        }
        return op instanceof LayerOp.ChannelSelection selection ? selection.lowest(from, to) : from;
    }

    /**
     * The input channel after the last one that output channels {@code from .. to - 1} of a layer without filters need.
     *
     * @param from first output channel
     * @param to output channel after the last one, more than {@code from}
     * @return an input channel plus 1, at most C
     */
    public int endInputChannel(int from, int to) {
        if (op instanceof LayerOp.Normalisation normalisation) {
            return normalisation.lastChannel(to - 1, inputShape.channels()) + 1;
        }
        return op instanceof LayerOp.ChannelSelection selection ? selection.highest(from, to) + 1 : to;
    }

    /** {@return whether the second input takes the place of filters: of a matrix product and a channel scaling} */
    public boolean hasComputedFilters() {
        return op instanceof LayerOp.MatrixProduct || op instanceof LayerOp.ChannelScaling;
    }

    /** Groups of the filters that the second input makes. */
    private int computedGroups() {
        return op instanceof LayerOp.MatrixProduct product ? product.groups() : outputShape.channels();
    }

    /** {@return the convolution of this layer; empty if it is none} */
    public Optional<Convolution> convolution() {
        return op instanceof Convolution c ? Optional.of(c) : Optional.empty();
    }

    /**
     * {@return shape of the filters; only of a convolution, or of a layer whose second input takes their place}
     *
     * @throws IllegalStateException of another layer
     */
    public FilterShape filterShape() {
        if (hasComputedFilters()) {
            int groups = computedGroups();
            return new FilterShape(outputShape.channels(), inputShape.channels() / groups, 1, 1, groups);
        }
        Convolution c = convolution().orElseThrow(() -> new IllegalStateException(name + " has no filters"));
        return new FilterShape(
                c.outputChannels(),
                inputShape.channels() / c.groups(),
                c.window().rows(),
                c.window().columns(),
                c.groups());
    }

    /**
     * {@return multiply-accumulates of the dense layer, padding included: K * P * Q * C/G * R * S; 0 without filters}
     */
    public long denseMacs() {
        return op instanceof Convolution || hasComputedFilters()
                ? (long) filterShape().elements() * outputShape.fibers()
                : 0;
    }
}
