package dev.isos.api.network;

/** What a layer computes before its post-operations. */
public sealed interface LayerOp
        permits LayerOp.Convolution, LayerOp.Pooling, LayerOp.ElementwiseAdd, LayerOp.Concatenation {

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
}
