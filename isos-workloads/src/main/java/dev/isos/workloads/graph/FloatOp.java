package dev.isos.workloads.graph;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import java.util.Optional;

/**
 * What a {@link FloatNode} computes. Convolution, pooling, addition, concatenation, channel selection and local response
 * normalisation are what a network of layers is made of; all others exist only until a rewrite rule has folded, fused or
 * lowered them. Arrays are shared, not copied.
 */
public sealed interface FloatOp {

    /**
     * @param weights rank order [K, C/G, R, S]
     * @param bias per output channel, length K
     * @param integers the same weights in 8 bits, where the model file holds them so
     */
    record Convolution(
            FilterShape filter, Window window, float[] weights, float[] bias, Optional<IntegerWeights> integers)
            implements FloatOp {
        public Convolution(FilterShape filter, Window window, float[] weights, float[] bias) {
            this(filter, window, weights, bias, Optional.empty());
        }
    }

    /**
     * Pooling of each channel; padding never wins a maximum.
     *
     * @param countPadding whether an average divides by the whole window (true) or by the positions on the map
     */
    record Pooling(PoolingKind kind, Window window, boolean countPadding) implements FloatOp {}

    /** Sum of two tensors of the same shape. */
    record Add() implements FloatOp {}

    /** Product of two tensors of the same shape, or of a tensor and a second one of one pixel: a factor per channel. */
    record Product() implements FloatOp {}

    /** Inputs side by side along the channels. */
    record Concatenation() implements FloatOp {}

    /** {@code max(low, min(high, x))}; ReLU is 0 and positive infinity. */
    record Clamp(float low, float high) implements FloatOp {}

    /** An activation function that is no clamp. */
    record Activation(ActivationFunction function) implements FloatOp {}

    /** Some channels of the input, in any order: output channel c is input channel {@code channels[c]}. */
    record ChannelSelection(int[] channels) implements FloatOp {}

    /**
     * Positions of the input on a map of another size: position i of the output is position {@code positions[i]} (row times
     * width plus column) of the input, or zero where that is -1.
     */
    record PositionSelection(int height, int width, int[] positions) implements FloatOp {}

    /** Channels and positions change places: C x H x W to (H*W) x C x 1. */
    record Transposition() implements FloatOp {}

    /**
     * Normalisation across channels as ONNX defines LRN: {@code x / (bias + alpha / size * sum of squares)^beta}, the sum
     * being over {@code size} channels around each.
     */
    record LocalResponseNormalisation(int size, float alpha, float beta, float bias) implements FloatOp {}

    /** {@code x * scale[c] + shift[c]}: batch normalisation, or arithmetic with a constant per channel. */
    record ChannelAffine(float[] scale, float[] shift) implements FloatOp {
        /** Whether it does the same to every channel. */
        public boolean uniform() {
            for (int c = 1; c < scale.length; c++) {
                if (scale[c] != scale[0] || shift[c] != shift[0]) {
                    return false;
                }
            }
            return true;
        }

        /** Whether every shift is zero. */
        public boolean scalesOnly() {
            for (float s : shift) {
                if (s != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Matrix product of a flattened input.
     *
     * @param weights rank order [K, C*H*W]
     * @param bias per output, length K
     * @param integers the same weights in 8 bits, where the model file holds them so
     */
    record FullyConnected(int outputs, float[] weights, float[] bias, Optional<IntegerWeights> integers)
            implements FloatOp {
        public FullyConnected(int outputs, float[] weights, float[] bias) {
            this(outputs, weights, bias, Optional.empty());
        }
    }

    /** Zeros around the map and before and after the channels. */
    record Padding(int top, int left, int bottom, int right, int channelsBefore, int channelsAfter)
            implements FloatOp {}

    /** Same elements in the same order [C, H, W] as C*H*W channels of one pixel. */
    record Flatten() implements FloatOp {}

    /**
     * Softmax over the channels of each group.
     *
     * @param groups neighbouring channels that belong together are C / groups
     */
    record Softmax(int groups) implements FloatOp {}

    /**
     * Normalisation of each position over its channels: {@code (x - mean) / sqrt(variance + epsilon) * scale + shift}.
     *
     * @param scale per channel
     * @param shift per channel
     */
    record LayerNormalisation(float epsilon, float[] scale, float[] shift) implements FloatOp {}

    /**
     * Product of two tensors, per group of channels. The positions of the output are those of the first operand, whose
     * channels are what is added up; the second one takes the place of filters.
     *
     * @param transposed with it y[s, t] is the sum over d of a[d, t] * b[d, s], else y[n, t] that over s of
     *     a[s, t] * b[n, s]; the first index is the channel, the second the position
     */
    record MatrixProduct(int groups, boolean transposed) implements FloatOp {}

    /** The input itself; after rewriting, a layer of post-operations alone. */
    record Identity() implements FloatOp {}
}
