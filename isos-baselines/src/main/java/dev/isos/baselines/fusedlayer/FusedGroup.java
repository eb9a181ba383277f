package dev.isos.baselines.fusedlayer;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Liveness;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive layers of a network as a graph of tensors. Tensors 0 .. {@link #nodes()}-1 are the outputs of the layers
 * that compute, in order; the rest come from outside. Concatenations are looked through.
 */
final class FusedGroup {
    /**
     * A node reads a tensor.
     *
     * @param window null if positions map one to one
     */
    record Read(int node, int tensor, Window window, boolean residual) {}

    private final Network network;
    private final List<Integer> layers;
    private final List<Integer> tensorLayers = new ArrayList<>();
    private final int nodes;
    private final List<List<Read>> readsOfNode = new ArrayList<>();
    private final List<List<Read>> readsOfTensor = new ArrayList<>();
    private final boolean[] leaves;
    private final boolean[] onlyAdded;
    private final int reference;

    /** @param layers consecutive indices, ascending */
    FusedGroup(Network network, List<Integer> layers) {
        this.network = network;
        this.layers = layers;
        for (int index : layers) {
            if (!(network.layer(index).op() instanceof Concatenation)) {
                tensorLayers.add(index);
            }
        }
        nodes = tensorLayers.size();
        for (int node = 0; node < nodes; node++) {
            readsOfNode.add(reads(node));
        }
        for (int tensor = 0; tensor < tensorLayers.size(); tensor++) {
            readsOfTensor.add(new ArrayList<>());
        }
        onlyAdded = new boolean[tensorLayers.size()];
        java.util.Arrays.fill(onlyAdded, true);
        for (List<Read> reads : readsOfNode) {
            for (Read read : reads) {
                readsOfTensor.get(read.tensor()).add(read);
                onlyAdded[read.tensor()] &= read.residual();
            }
        }
        Liveness liveness = new Liveness(network);
        leaves = new boolean[nodes];
        for (int node = 0; node < nodes; node++) {
            leaves[node] = liveness.leaves(tensorLayers.get(node), layers);
        }
        int last = nodes - 1;
        while (last > 0 && shape(last).fibers() == 1) {
            last--;
        }
        reference = last;
    }

    private List<Read> reads(int node) {
        Layer layer = layer(node);
        Window window = null;
        if (layer.op() instanceof Convolution c) {
            window = c.window();
        } else if (layer.op() instanceof Pooling p) {
            window = p.window();
        }
        List<Read> reads = new ArrayList<>();
        for (int input : layer.inputs()) {
            addReads(reads, node, input, window, false);
        }
        if (layer.hasResidual()) {
            addReads(reads, node, layer.residual(), null, true);
        }
        return reads;
    }

    private void addReads(List<Read> reads, int node, int operand, Window window, boolean residual) {
        for (int part : network.materialisedParts(operand)) {
            int tensor = tensorLayers.indexOf(part);
            if (tensor < 0) {
                tensor = tensorLayers.size();
                tensorLayers.add(part);
            }
            reads.add(new Read(node, tensor, window, residual));
        }
    }

    Network network() {
        return network;
    }

    /** All layers, concatenations included. */
    List<Integer> layers() {
        return layers;
    }

    /** Number of layers that compute. */
    int nodes() {
        return nodes;
    }

    /** Number of tensors, those from outside included. */
    int tensors() {
        return tensorLayers.size();
    }

    /** Layer whose output the tensor is, or the network's input. */
    int tensorLayer(int tensor) {
        return tensorLayers.get(tensor);
    }

    Layer layer(int node) {
        return network.layer(tensorLayers.get(node));
    }

    FeatureMapShape shape(int tensor) {
        return network.shapeOf(tensorLayers.get(tensor));
    }

    List<Read> readsOfNode(int node) {
        return readsOfNode.get(node);
    }

    List<Read> readsOfTensor(int tensor) {
        return readsOfTensor.get(tensor);
    }

    boolean external(int tensor) {
        return tensor >= nodes;
    }

    boolean leaves(int tensor) {
        return tensor < nodes && leaves[tensor];
    }

    /** True of a tensor that nobody in the group reads as a main input. */
    boolean onlyAdded(int tensor) {
        return onlyAdded[tensor];
    }

    /** The node on whose output tiles are measured: the last one that still has a map. */
    int reference() {
        return reference;
    }

    boolean usesVectorUnit(int node) {
        return !(layer(node).op() instanceof Convolution);
    }

    /**
     * Buffers of a tensor: two where a transfer or the vector unit works on one while the array works on the other, else
     * one.
     */
    int slots(int tensor) {
        if (external(tensor) || leaves[tensor] || usesVectorUnit(tensor)) {
            return 2;
        }
        for (Read read : readsOfTensor.get(tensor)) {
            if (usesVectorUnit(read.node())) {
                return 2;
            }
        }
        return 1;
    }

    /** Bytes of all filters, dense. */
    long weightBytes() {
        long bytes = 0;
        for (int node = 0; node < nodes; node++) {
            bytes += weightBytes(node);
        }
        return bytes;
    }

    long weightBytes(int node) {
        return layer(node).op() instanceof Convolution
                ? layer(node).filterShape().elements()
                : 0;
    }
}
