package dev.isos.api.network;

import dev.isos.api.network.LayerOp.Concatenation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Which tensor of a network lives until when. A tensor is named as operands are: by the layer whose output it is, or as an input of
 * the network. Concatenations move nothing: whoever reads one reads its parts. Immutable; safe for use by many threads.
 */
public final class Liveness {
    private final Network network;

    /** By slot of the tensor. */
    private final int[] lastReader;

    /** By slot of the tensor: the layers that read it and are no concatenations, ascending. */
    private final List<List<Integer>> readers = new ArrayList<>();

    private final boolean[] output;

    /**
     * Looks at all layers once.
     *
     * @param network of which tensors are asked
     */
    public Liveness(Network network) {
        this.network = network;
        lastReader = new int[network.tensors()];
        output = new boolean[network.tensors()];
        Arrays.fill(lastReader, Layer.NONE);
        for (int slot = 0; slot < lastReader.length; slot++) {
            readers.add(new ArrayList<>());
        }
        for (Layer layer : network.layers()) {
            for (int operand : layer.operands()) {
                lastReader[network.slot(operand)] = layer.index();
                for (int part : network.materialisedParts(operand)) {
                    lastReader[network.slot(part)] = layer.index();
                    List<Integer> known = readers.get(network.slot(part));
                    if (!(layer.op() instanceof Concatenation) && !known.contains(layer.index())) {
                        known.add(layer.index());
                    }
                }
            }
        }
        network.materialisedParts(network.output().index()).forEach(part -> output[network.slot(part)] = true);
    }

    /**
     * The last layer that reads a tensor, or a concatenation that it is part of.
     *
     * @param tensor index of a layer, or an input of the network
     * @return index of a layer, {@link Layer#NONE} if nobody reads it
     */
    public int lastReader(int tensor) {
        return lastReader[network.slot(tensor)];
    }

    /**
     * The layers that compute with a tensor; it may be part of what they read.
     *
     * @param tensor index of a layer, or an input of the network
     * @return indices of layers, ascending; no concatenations
     */
    public List<Integer> readers(int tensor) {
        return List.copyOf(readers.get(network.slot(tensor)));
    }

    /**
     * Whether a tensor is the network's output or a part of it.
     *
     * @param tensor index of a layer, or an input of the network
     * @return true as well of an input that the output passes on
     */
    public boolean isOutput(int tensor) {
        return output[network.slot(tensor)];
    }

    /**
     * Tensors that layers of a segment read and that none of them makes.
     *
     * @param segment indices of layers; concatenations among them read nothing
     * @return layers by index, or inputs of the network, ascending
     */
    public List<Integer> entering(Collection<Integer> segment) {
        TreeSet<Integer> entering = new TreeSet<>();
        for (int index : segment) {
            Layer layer = network.layer(index);
            if (!(layer.op() instanceof Concatenation)) {
                layer.operands().forEach(operand -> entering.addAll(network.materialisedParts(operand)));
            }
        }
        entering.removeAll(segment);
        return List.copyOf(entering);
    }

    /**
     * Whether the output of a layer of a segment is needed once the segment is done: as a part of the network's output, by a layer
     * outside, or as a result, since nobody reads it. A concatenation is not; its parts are.
     *
     * @param layer index of a layer of the segment
     * @param segment indices of layers
     * @return whether its bytes must be written off chip
     */
    public boolean leaves(int layer, Collection<Integer> segment) {
        if (network.layer(layer).op() instanceof Concatenation) {
            return false;
        }
        List<Integer> read = readers.get(network.slot(layer));
        return output[network.slot(layer)] || read.isEmpty() || !segment.containsAll(read);
    }
}
