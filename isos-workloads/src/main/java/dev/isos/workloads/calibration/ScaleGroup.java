package dev.isos.workloads.calibration;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import java.util.Arrays;

/**
 * Which tensors have one scale in common: concatenation and max pooling pass 8-bit values through, so that what they
 * connect is in the same units.
 */
final class ScaleGroup {
    /** By layer; the last entry is the network's input. */
    private final int[] parent;

    /** By root; 0 is not known yet. */
    private final float[] scale;

    ScaleGroup(Network network, float inputScale) {
        parent = new int[network.size() + 1];
        Arrays.setAll(parent, i -> i);
        scale = new float[parent.length];
        for (Layer layer : network.layers()) {
            boolean maxPooling = layer.op() instanceof Pooling p && p.kind() == PoolingKind.MAX;
            if (maxPooling || layer.op() instanceof Concatenation) {
                for (int operand : layer.inputs()) {
                    parent[root(operand)] = root(layer.index());
                }
            }
        }
        scale[root(Layer.NETWORK_INPUT)] = inputScale;
    }

    /** Whether the scale of a tensor is known, from itself or from one that shares it. */
    boolean known(int layer) {
        return scale[root(layer)] > 0;
    }

    /** Real value of one unit of a tensor; of a layer or of {@link Layer#NETWORK_INPUT}. */
    float scale(int layer) {
        if (!known(layer)) {
            throw new IllegalStateException("the scale of layer " + layer + " is asked for before it is calibrated");
        }
        return scale[root(layer)];
    }

    /** States the scale of a tensor and of all that share it. */
    void define(int layer, float value) {
        scale[root(layer)] = value;
    }

    private int root(int layer) {
        int at = layer == Layer.NETWORK_INPUT ? parent.length - 1 : layer;
        while (parent[at] != at) {
            at = parent[at];
        }
        return at;
    }
}
