package dev.isos.core.wavefront.mapping;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Liveness;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The tensors of a segment: which enter it, which leave it, who reads what. Concatenations move no data: whoever reads
 * one reads its parts.
 */
public final class SegmentTensors {
    /**
     * A tensor that a layer reads.
     *
     * @param tensor layer whose output it is, or the network's input
     * @param firstChannel channel of the (concatenated) operand at which it starts
     */
    public record Operand(int tensor, int firstChannel) {}

    private final Network network;
    private final List<Layer> layers = new ArrayList<>();
    private final List<List<Operand>> windowed = new ArrayList<>();
    private final List<List<Operand>> aligned = new ArrayList<>();
    private final List<Integer> entering;

    /** Found when it is needed, which it is not to map; threads that look at once find the same. */
    private volatile Liveness liveness;

    private final TreeSet<Integer> produced = new TreeSet<>();

    /** @param segment layer indices, ascending */
    public SegmentTensors(Network network, List<Integer> segment) {
        this.network = network;
        for (int index : segment) {
            Layer layer = network.layer(index);
            if (layer.op() instanceof Concatenation) {
                continue;
            }
            List<Operand> through = new ArrayList<>();
            List<Operand> atOutput = new ArrayList<>();
            for (int input : layer.inputs()) {
                addParts(input, hasWindow(layer) ? through : atOutput);
            }
            if (layer.hasResidual()) {
                addParts(layer.residual(), atOutput);
            }
            layers.add(layer);
            windowed.add(through);
            aligned.add(atOutput);
            produced.add(index);
        }
        // not all that enters: a gathered operand is read as filters are, it does not stream
        TreeSet<Integer> read = new TreeSet<>();
        for (int i = 0; i < layers.size(); i++) {
            windowed.get(i).forEach(operand -> read.add(operand.tensor()));
            aligned.get(i).forEach(operand -> read.add(operand.tensor()));
        }
        read.removeAll(produced);
        entering = List.copyOf(read);
    }

    /** @param liveness of the network, where it is known already */
    public SegmentTensors(Network network, List<Integer> segment, Liveness liveness) {
        this(network, segment);
        this.liveness = liveness;
    }

    private static boolean hasWindow(Layer layer) {
        return layer.op() instanceof Convolution || layer.op() instanceof Pooling;
    }

    private void addParts(int operand, List<Operand> parts) {
        int channel = 0;
        for (int part : network.materialisedParts(operand)) {
            parts.add(new Operand(part, channel));
            channel += network.shapeOf(part).channels();
        }
    }

    /** Whether they are tensors of this very object. */
    boolean isOf(Network asked) {
        return network == asked;
    }

    /** Layers that compute, ascending; the following methods count layers by their position in this list. */
    public List<Layer> layers() {
        return layers;
    }

    /** What layer i reads through its window. */
    public List<Operand> windowed(int i) {
        return windowed.get(i);
    }

    /** What layer i reads at the position of its output: residual operands, and the inputs of a layer without a window. */
    public List<Operand> aligned(int i) {
        return aligned.get(i);
    }

    /** Tensors that stream in from off chip, ascending. */
    public List<Integer> entering() {
        return entering;
    }

    public boolean enters(int tensor) {
        return entering.contains(tensor);
    }

    /** Tensors of the whole network. */
    public int tensors() {
        return network.tensors();
    }

    /** Place of a tensor in an array of {@link #tensors()}. */
    public int slot(int tensor) {
        return network.slot(tensor);
    }

    public FeatureMapShape shape(int tensor) {
        return network.shapeOf(tensor);
    }

    /** Position of the first layer that reads a tensor. */
    public int firstReader(int tensor) {
        for (int i = 0; i < layers.size(); i++) {
            if (readsThroughWindow(i, tensor) || readsAligned(i, tensor)) {
                return i;
            }
        }
        throw new IllegalStateException("nobody in the segment reads tensor " + tensor);
    }

    public boolean readsThroughWindow(int i, int tensor) {
        return contains(windowed.get(i), tensor);
    }

    public boolean readsAligned(int i, int tensor) {
        return contains(aligned.get(i), tensor);
    }

    private static boolean contains(List<Operand> operands, int tensor) {
        for (int n = 0; n < operands.size(); n++) {
            if (operands.get(n).tensor() == tensor) {
                return true;
            }
        }
        return false;
    }

    /** What an entering tensor is to the segment: an input, unless it is nothing but a residual operand. */
    public TensorRole role(int tensor) {
        for (int i = 0; i < layers.size(); i++) {
            if (readsThroughWindow(i, tensor) || !hasWindow(layers.get(i)) && readsAligned(i, tensor)) {
                return TensorRole.INPUTS;
            }
        }
        return TensorRole.RESIDUALS;
    }

    /** Whether a pass over some output channels needs these channels alone of an entering tensor: unless a convolution reads it. */
    public boolean readByChannel(int tensor) {
        int reader = firstReader(tensor);
        return !(layers.get(reader).op() instanceof Convolution && readsThroughWindow(reader, tensor));
    }

    /** Whether the output of a layer is read outside the segment, by nobody, or is (part of) the network's output. */
    public boolean leaves(int tensor) {
        if (liveness == null) {
            liveness = new Liveness(network);
        }
        return liveness.leaves(tensor, produced);
    }
}
