package dev.isos.workloads.graph;

/**
 * Weights that a model file holds in 8 bits and that are simulated as they are.
 *
 * @param weights rank order [K, C/G, R, S]
 * @param scale real value of one unit, per output channel
 * @param bias per output channel, in units of {@code inputScale * scale[k]}; empty: the float bias counts
 * @param inputScale scale of the input that the biases refer to
 */
public record IntegerWeights(byte[] weights, float[] scale, int[] bias, float inputScale) {}
