package dev.isos.workloads.prune;

import dev.isos.api.tensor.FilterShape;

/**
 * Weights of one layer that may be pruned.
 *
 * @param name name of the layer, as a budget file calls it
 * @param shape shape of the filters
 * @param weights rank order [K, C/G, R, S]; never modified
 */
public record PrunableLayer(String name, FilterShape shape, float[] weights) {
    public PrunableLayer {
        if (weights.length != shape.elements()) {
            throw new IllegalArgumentException(
                    "layer " + name + " has " + weights.length + " weights, needs " + shape.elements());
        }
    }
}
