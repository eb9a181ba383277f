package dev.isos.api.network;

import java.util.List;

/** What a layer computes before its post-operations. Immutable. */
public sealed interface LayerOp
        permits LayerOp.Convolution,
                LayerOp.Pooling,
                LayerOp.ElementwiseAdd,
                LayerOp.Concatenation,
                LayerOp.Normalisation,
                LayerOp.ChannelSelection,
                LayerOp.PositionSelection,
                LayerOp.Transposition,
                LayerOp.MatrixProduct,
                LayerOp.ChannelScaling {

    /** {@return the field's name of the operation, as shown in reports} */
    String label();

    /**
     * A convolution: plain, grouped, depthwise or, with a window as large as its input, fully connected.
     *
     * @param outputChannels K, over all groups
     * @param groups G, which divides C and K; 1 for a plain one
     * @param window how it slides over the input
     */
    record Convolution(int outputChannels, int groups, Window window) implements LayerOp {
        @Override
        public String label() {
            return groups > 1 ? "grouped-convolution" : "convolution";
        }
    }

    /**
     * Pooling of each channel on its own.
     *
     * @param kind what becomes of the values in the window
     * @param window how it slides over the input
     * @param countPadding whether an average divides by the whole window (true) or by the positions on the map
     */
    record Pooling(PoolingKind kind, Window window, boolean countPadding) implements LayerOp {
        @Override
        public String label() {
            return kind == PoolingKind.MAX ? "max-pooling" : "average-pooling";
        }
    }

    /** Kinds of {@link Pooling}. */
    enum PoolingKind {
        /** The largest value on the map; padding does not take part. */
        MAX,
        /** The sum divided by the number of positions. */
        AVERAGE
    }

    /** Sum of two tensors of the same shape that could not be fused into a convolution as its residual operand. */
    record ElementwiseAdd() implements LayerOp {
        @Override
        public String label() {
            return "add";
        }
    }

    /** Inputs side by side along the channel rank, in order; moves no data by itself. */
    record Concatenation() implements LayerOp {
        @Override
        public String label() {
            return "concatenation";
        }
    }

    /** A normalisation across channels, at each position on its own. */
    sealed interface Normalisation extends LayerOp permits LocalResponseNormalisation, LayerNormalisation, Softmax {
        /**
         * First of the channels that channel c of {@code channels} depends on.
         *
         * @param c the output channel, from 0
         * @param channels C of the tensor
         * @return an input channel, from 0
         */
        int firstChannel(int c, int channels);

        /**
         * Last of the channels that channel c of {@code channels} depends on.
         *
         * @param c the output channel, from 0
         * @param channels C of the tensor
         * @return an input channel, at most {@code channels - 1}
         */
        int lastChannel(int c, int channels);

        /**
         * Channels that a channel depends on where none of them lie outside the tensor.
         *
         * @param channels C of the tensor
         * @return how many, at least 1
         */
        int width(int channels);
    }

    /**
     * Each position minus the mean of its channels, divided by their standard deviation, then scaled and shifted by channel. Scale
     * and shift are the multiplier and bias of the layer's {@link dev.isos.api.workload.Requantisation};
     * {@link dev.isos.api.workload.ChannelNormaliser} defines it bit for bit on 8-bit values.
     *
     * @param epsilon added to the variance, at least 0; in squared units of the 8-bit input
     */
    record LayerNormalisation(float epsilon) implements Normalisation {
        /**
         * Checks the epsilon.
         *
         * @param epsilon finite, at least 0
         * @throws IllegalArgumentException when it is not
         */
        public LayerNormalisation {
            if (!(epsilon >= 0 && epsilon <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "a layer normalisation with epsilon " + epsilon + ", expected a number of at least 0");
            }
        }

        @Override
        public int firstChannel(int c, int channels) {
            return 0;
        }

        @Override
        public int lastChannel(int c, int channels) {
            return channels - 1;
        }

        @Override
        public int width(int channels) {
            return channels;
        }

        @Override
        public String label() {
            return "layer-normalisation";
        }
    }

    /**
     * Softmax over the channels of each group, at each position. {@link dev.isos.api.workload.ChannelNormaliser} defines it bit
     * for bit on 8-bit values.
     *
     * @param groups equal groups of neighbouring channels; of an attention its heads
     * @param scale real value of one unit of the 8-bit input, more than 0
     */
    record Softmax(int groups, float scale) implements Normalisation {
        /**
         * Checks groups and scale; that the groups divide the channels is for {@link Network} to check.
         *
         * @param groups at least 1
         * @param scale finite, more than 0
         * @throws IllegalArgumentException when one is not
         */
        public Softmax {
            if (groups < 1 || !(scale > 0 && scale <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("a softmax over " + groups + " groups with the scale " + scale
                        + ", expected at least 1 group and a number above 0");
            }
        }

        @Override
        public int firstChannel(int c, int channels) {
            return c - c % width(channels);
        }

        @Override
        public int lastChannel(int c, int channels) {
            return firstChannel(c, channels) + width(channels) - 1;
        }

        @Override
        public int width(int channels) {
            return channels / groups;
        }

        @Override
        public String label() {
            return "softmax";
        }
    }

    /**
     * Local response normalisation across channels, as in AlexNet (Krizhevsky et al., NIPS 2012), Caffe and the ONNX
     * operator LRN. With x the real values of the input at one position, output channel c is
     *
     * <pre>
     *   x[c] / (k + alpha / size * sum over i of x[i]^2)^beta,   i in firstChannel(c) .. lastChannel(c, C)
     * </pre>
     *
     * A zero stays zero. {@link dev.isos.api.workload.ResponseNormaliser} defines it bit for bit on 8-bit values.
     *
     * @param size channels of the window, 1..{@link #MAX_SIZE}; an even one reaches further up than down
     * @param alpha at least 0; applies to real values, not to units of the 8-bit input
     * @param beta at least 0
     * @param k at least 0; ONNX calls it bias
     */
    record LocalResponseNormalisation(int size, float alpha, float beta, float k) implements Normalisation {
        /** Largest window: its sum of squared 8-bit values fits 32 bits. */
        public static final int MAX_SIZE = 32_768;

        /**
         * Checks the numbers.
         *
         * @param size 1..{@link #MAX_SIZE}
         * @param alpha finite, at least 0
         * @param beta finite, at least 0
         * @param k finite, at least 0
         * @throws IllegalArgumentException when one is not
         */
        public LocalResponseNormalisation {
            if (size < 1 || size > MAX_SIZE) {
                throw new IllegalArgumentException(
                        "a local response normalisation over " + size + " channels, expected 1 to " + MAX_SIZE);
            }
            requireNotNegative("alpha", alpha);
            requireNotNegative("beta", beta);
            requireNotNegative("k", k);
        }

        private static void requireNotNegative(String name, float value) {
            if (!(value >= 0 && value <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("a local response normalisation with " + name + " " + value
                        + ", expected a number of at least 0");
            }
        }

        /**
         * First channel in the window of channel c.
         *
         * @param c the output channel, from 0
         * @return an input channel, from 0; the window is cut off there
         */
        public int firstChannel(int c) {
            return Math.max(0, c - (size - 1) / 2);
        }

        @Override
        public int firstChannel(int c, int channels) {
            return firstChannel(c);
        }

        @Override
        public int width(int channels) {
            return size;
        }

        @Override
        public int lastChannel(int c, int channels) {
            return (int) Math.min(channels - 1L, c + size / 2L);
        }

        @Override
        public String label() {
            return "local-response-normalisation";
        }
    }

    /**
     * Channels of the input in a new order: output channel i is input channel {@code channels.get(i)}. Splits, slices along
     * channels and channel shuffles; with every channel in its place it is a layer of post-operations alone. A channel may
     * occur several times or not at all.
     *
     * @param channels at least one; each 0..C-1
     */
    record ChannelSelection(List<Integer> channels) implements LayerOp {
        /**
         * Copies the channels; that the input has them is for {@link Network} to check.
         *
         * @param channels of the input, by output channel
         * @throws IllegalArgumentException when there is none
         */
        public ChannelSelection {
            channels = List.copyOf(channels);
            if (channels.isEmpty()) {
                throw new IllegalArgumentException("a channel selection needs at least one channel");
            }
        }

        /**
         * Channels {@code from .. to - 1}, in order.
         *
         * @param from first channel
         * @param to channel after the last one
         * @return {@code to - from} channels
         * @throws IllegalArgumentException when there is none
         */
        public static ChannelSelection range(int from, int to) {
            return new ChannelSelection(
                    java.util.stream.IntStream.range(from, to).boxed().toList());
        }

        /** {@return the channels as a new array} */
        public int[] toArray() {
            return channels.stream().mapToInt(Integer::intValue).toArray();
        }

        int lowest(int from, int to) {
            int lowest = channels.get(from);
            for (int i = from + 1; i < to; i++) {
                lowest = Math.min(lowest, channels.get(i));
            }
            return lowest;
        }

        int highest(int from, int to) {
            int highest = channels.get(from);
            for (int i = from + 1; i < to; i++) {
                highest = Math.max(highest, channels.get(i));
            }
            return highest;
        }

        @Override
        public String label() {
            return "channel-selection";
        }
    }

    /**
     * Positions of the input on a map of another size: resizing by repetition, insertion of zeros, padding, slices along the
     * map, and maps read as rows or columns. Position i is row {@code i / width}, column {@code i % width}. A position may occur
     * several times or not at all.
     *
     * @param height rows of the output
     * @param width columns of the output
     * @param positions for each position of the output the one of the input that it takes, or {@link #ZEROS}
     */
    record PositionSelection(int height, int width, List<Integer> positions) implements LayerOp {
        /** A position whose values are all zero. */
        public static final int ZEROS = -1;

        /**
         * Copies the positions; that the input has them is for {@link Network} to check.
         *
         * @param height at least 1
         * @param width at least 1
         * @param positions of the input, {@code height * width} of them
         * @throws IllegalArgumentException when the sizes do not match
         */
        public PositionSelection {
            positions = List.copyOf(positions);
            if (height < 1 || width < 1 || (long) height * width != positions.size()) {
                throw new IllegalArgumentException("a position selection has " + positions.size()
                        + " positions, expected those of a map of " + height + " x " + width);
            }
        }

        @Override
        public String label() {
            return "position-selection";
        }
    }

    /**
     * Positions become channels and channels become positions: value (c, position i) of the input is value (i, position c) of
     * the output. Position i is row {@code i / width}, column {@code i % width}.
     *
     * @param height rows of the output
     * @param width columns of the output; {@code height * width} is the number of channels of the input
     */
    record Transposition(int height, int width) implements LayerOp {
        @Override
        public String label() {
            return "transposition";
        }
    }

    /**
     * Product of two computed tensors, as attention needs it, position by position of the first one and group by group of
     * channels. It is a 1x1 convolution whose filters are the second tensor, of which no value is left out as a zero. With D
     * channels and S positions per group,
     *
     * <pre>
     *   transposed:  out[t][h*S + s] = sum over d of a[t][h*D + d] * b[s][h*D + d]
     *   else:        out[t][h*D + d] = sum over s of a[t][h*S + s] * b[s][h*D + d]
     * </pre>
     *
     * @param groups heads of an attention
     * @param transposed whether the channels of both are added up, rather than those of the first and the positions of the
     *     second
     */
    record MatrixProduct(int groups, boolean transposed) implements LayerOp {
        /**
         * Checks the groups; that they divide the channels is for {@link Network} to check.
         *
         * @param groups at least 1
         * @param transposed which ranks are added up
         * @throws IllegalArgumentException when there is no group
         */
        public MatrixProduct {
            if (groups < 1) {
                throw new IllegalArgumentException("a matrix product has " + groups + " groups, expected at least 1");
            }
        }

        @Override
        public String label() {
            return "matrix-product";
        }
    }

    /**
     * Each channel of the first input times the one value that the second input, a map of one position, has for it: the gate of
     * squeeze-and-excitation. It is a depthwise 1x1 convolution whose filters are the second tensor.
     */
    record ChannelScaling() implements LayerOp {
        @Override
        public String label() {
            return "channel-scaling";
        }
    }
}
