package dev.isos.api.network;

import java.util.List;

/** What a layer computes before its post-operations. */
public sealed interface LayerOp
        permits LayerOp.Convolution,
                LayerOp.Pooling,
                LayerOp.ElementwiseAdd,
                LayerOp.Concatenation,
                LayerOp.LocalResponseNormalisation,
                LayerOp.ChannelSelection {

    /** The field's name of the operation, as shown in reports. */
    String label();

    /**
     * A convolution: plain, grouped, depthwise or, with a window as large as its input, fully connected.
     *
     * @param outputChannels K
     * @param groups G
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
        MAX,
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
    record LocalResponseNormalisation(int size, float alpha, float beta, float k) implements LayerOp {
        /** Largest window: its sum of squared 8-bit values fits 32 bits. */
        public static final int MAX_SIZE = 32_768;

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

        /** First channel in the window of channel c. */
        public int firstChannel(int c) {
            return Math.max(0, c - (size - 1) / 2);
        }

        /** Last channel in the window of channel c of {@code channels}. */
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
        public ChannelSelection {
            channels = List.copyOf(channels);
            if (channels.isEmpty()) {
                throw new IllegalArgumentException("a channel selection needs at least one channel");
            }
        }

        /** Channels {@code from .. to - 1}, in order. */
        public static ChannelSelection range(int from, int to) {
            return new ChannelSelection(
                    java.util.stream.IntStream.range(from, to).boxed().toList());
        }

        /** The channels as a new array. */
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
}
