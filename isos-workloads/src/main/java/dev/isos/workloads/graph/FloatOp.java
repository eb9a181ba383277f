package dev.isos.workloads.graph;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;

/**
 * What a {@link FloatNode} computes. Convolution, pooling, addition and concatenation are what a network of layers is made
 * of; all others exist only until a rewrite rule has folded, fused or lowered them. Arrays are shared, not copied.
 */
public sealed interface FloatOp {

    /**
     * @param weights rank order [K, C/G, R, S]
     * @param bias per output channel, length K
     */
    record Convolution(FilterShape filter, Window window, float[] weights, float[] bias) implements FloatOp {}

    /**
     * Pooling of each channel; padding never wins a maximum.
     *
     * @param countPadding whether an average divides by the whole window (true) or by the positions on the map
     */
    record Pooling(PoolingKind kind, Window window, boolean countPadding) implements FloatOp {}

    /** Sum of two tensors of the same shape. */
    record Add() implements FloatOp {}

    /** Inputs side by side along the channels. */
    record Concatenation() implements FloatOp {}

    /** {@code max(low, min(high, x))}; ReLU is 0 and positive infinity. */
    record Clamp(float low, float high) implements FloatOp {}

    /** {@code x * scale[c] + shift[c]}: batch normalisation, or arithmetic with a constant per channel. */
    record ChannelAffine(float[] scale, float[] shift) implements FloatOp {}

    /**
     * Matrix product of a flattened input.
     *
     * @param weights rank order [K, C*H*W]
     * @param bias per output, length K
     */
    record FullyConnected(int outputs, float[] weights, float[] bias) implements FloatOp {}

    /** Zeros around the map and before and after the channels. */
    record Padding(int top, int left, int bottom, int right, int channelsBefore, int channelsAfter)
            implements FloatOp {}

    /** Same elements in the same order [C, H, W] as C*H*W channels of one pixel. */
    record Flatten() implements FloatOp {}

    /** Softmax over the channels. */
    record Softmax() implements FloatOp {}

    /** The input itself. */
    record Identity() implements FloatOp {}
}
