package dev.isos.workloads.description;

import static dev.isos.workloads.description.NetworkDescription.MAX_CHANNELS;
import static dev.isos.workloads.description.NetworkDescription.MAX_NAME;
import static dev.isos.workloads.description.NetworkDescription.MAX_SIDE;
import static dev.isos.workloads.description.NetworkDescription.NAME;
import static dev.isos.workloads.description.NetworkDescription.NAME_RULE;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.document.Called;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer of a description; its operation says which keys it has. */
@Called("a layer")
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
sealed interface LayerDescription {
    String name();

    @Nullable
    List<String> from();

    @Nullable
    String residual();

    /**
     * The operation on an operand of the given shape.
     *
     * @throws IllegalArgumentException when it does not go with that shape
     */
    LayerOp op(FeatureMapShape in);

    /** Whether negative outputs become zero. */
    default boolean relu() {
        return false;
    }

    /** A layer with weights. */
    sealed interface WeightedLayer extends LayerDescription {
        double weightDensity();

        @Nullable
        String weights();

        @Nullable
        Double density();
    }

    private static int at(List<Integer> values, int i) {
        return values.get(values.size() == 1 ? 0 : i);
    }

    private static Window window(
            List<Integer> kernel, List<Integer> stride, List<Integer> dilation, List<Integer> pad) {
        return new Window(
                at(kernel, 0),
                at(kernel, 1),
                at(stride, 0),
                at(stride, 1),
                at(pad, 0),
                at(pad, 1),
                at(pad, 2),
                at(pad, 3),
                at(dilation, 0),
                at(dilation, 1));
    }

    private static void within(String key, List<Integer> values, int end) {
        for (int value : values) {
            if (value >= end) {
                throw new IllegalArgumentException(
                        "key '" + key + "': expected whole numbers below " + end + ", got " + value);
            }
        }
    }

    /**
     * A convolution.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param filters Output channels.
     * @param groups Equal parts that do not see one another.
     * @param kernel Both axes alike, or rows, columns.
     * @param stride Both axes alike, or rows, columns.
     * @param dilation Both axes alike, or rows, columns.
     * @param pad All sides alike, or top, left, bottom, right.
     * @param relu Whether negative outputs become zero.
     * @param weightDensity Share of non-zero weights, when they are drawn.
     * @param weights Array of int8 or float32 in the archive, of shape [K, C/G, R, S] or [K, C/G*R*S].
     * @param density Share of outputs that are to be non-zero after the ReLU (default: as it comes).
     */
    @Called("a layer")
    @JsonTypeName("convolution")
    record Convolution(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,
            @Min(1) @Max(MAX_CHANNELS) int filters,

            @Min(1) @Max(MAX_CHANNELS) @JsonProperty(defaultValue = "1")
            int groups,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> kernel,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> stride,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> dilation,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 4, max = 4)
            @JsonProperty(defaultValue = "0")
            List<@Min(0) @Max(MAX_SIDE) Integer> pad,

            @JsonProperty(defaultValue = "true") boolean relu,

            @DecimalMin("0") @DecimalMax("1") @JsonProperty(defaultValue = "1")
            double weightDensity,

            @Nullable String weights,
            @DecimalMin("0") @DecimalMax("1") @Nullable Double density)
            implements WeightedLayer {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.Convolution(filters, groups, window(kernel, stride, dilation, pad));
        }
    }

    /**
     * A fully connected layer: a convolution as large as the map.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param filters Output channels.
     * @param relu Whether negative outputs become zero.
     * @param weightDensity Share of non-zero weights, when they are drawn.
     * @param weights Array of int8 or float32 in the archive, of shape [K, C/G, R, S] or [K, C/G*R*S].
     * @param density Share of outputs that are to be non-zero after the ReLU (default: as it comes).
     */
    @Called("a layer")
    @JsonTypeName("fully-connected")
    record FullyConnected(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,
            @Min(1) @Max(MAX_CHANNELS) int filters,
            @JsonProperty(defaultValue = "true") boolean relu,

            @DecimalMin("0") @DecimalMax("1") @JsonProperty(defaultValue = "1")
            double weightDensity,

            @Nullable String weights,
            @DecimalMin("0") @DecimalMax("1") @Nullable Double density)
            implements WeightedLayer {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.Convolution(filters, 1, Window.wholeMap(in));
        }
    }

    /**
     * The largest value of each window.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param kernel Both axes alike, or rows, columns.
     * @param stride Both axes alike, or rows, columns.
     * @param dilation Both axes alike, or rows, columns.
     * @param pad All sides alike, or top, left, bottom, right.
     */
    @Called("a layer")
    @JsonTypeName("max-pooling")
    record MaxPooling(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> kernel,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> stride,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> dilation,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 4, max = 4)
            @JsonProperty(defaultValue = "0")
            List<@Min(0) @Max(MAX_SIDE) Integer> pad)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new Pooling(PoolingKind.MAX, window(kernel, stride, dilation, pad), false);
        }
    }

    /**
     * The average of each window.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param kernel Both axes alike, or rows, columns.
     * @param stride Both axes alike, or rows, columns.
     * @param dilation Both axes alike, or rows, columns.
     * @param pad All sides alike, or top, left, bottom, right.
     * @param countPadding Whether an average counts padding.
     */
    @Called("a layer")
    @JsonTypeName("average-pooling")
    record AveragePooling(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> kernel,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> stride,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> dilation,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 4, max = 4)
            @JsonProperty(defaultValue = "0")
            List<@Min(0) @Max(MAX_SIDE) Integer> pad,

            @JsonProperty(defaultValue = "false") boolean countPadding)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new Pooling(PoolingKind.AVERAGE, window(kernel, stride, dilation, pad), countPadding);
        }
    }

    /**
     * The average of each channel.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     */
    @Called("a layer")
    @JsonTypeName("global-average-pooling")
    record GlobalAveragePooling(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new Pooling(PoolingKind.AVERAGE, Window.wholeMap(in), false);
        }
    }

    /**
     * The sum of two tensors.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param relu Whether negative outputs become zero.
     */
    @Called("a layer")
    @JsonTypeName("add")
    record Add(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,
            @JsonProperty(defaultValue = "true") boolean relu)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new ElementwiseAdd();
        }
    }

    /**
     * The channels of several tensors.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     */
    @Called("a layer")
    @JsonTypeName("concatenation")
    record Concatenation(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.Concatenation();
        }
    }

    /**
     * Values divided by a power of the squares of neighbouring channels.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param size Channels that are summed.
     * @param alpha Factor of the sum of squares.
     * @param beta Exponent.
     * @param k What is added to the sum.
     */
    @Called("a layer")
    @JsonTypeName("local-response-normalisation")
    record LocalResponseNormalisation(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @Min(1) @Max(LayerOp.LocalResponseNormalisation.MAX_SIZE)
            int size,

            @DecimalMin("0") @DecimalMax("1000000") @JsonProperty(defaultValue = "0.0001")
            double alpha,

            @DecimalMin("0") @DecimalMax("10") @JsonProperty(defaultValue = "0.75")
            double beta,

            @DecimalMin("0") @DecimalMax("1000000") @JsonProperty(defaultValue = "1")
            double k)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.LocalResponseNormalisation(size, (float) alpha, (float) beta, (float) k);
        }
    }

    /**
     * Some channels of a tensor.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param channels Channels of the operand, in the order of the output.
     */
    @Called("a layer")
    @JsonTypeName("channel-selection")
    record ChannelSelection(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,
            @Size(min = 1) List<@Min(0) Integer> channels)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            within("channels", channels, in.channels());
            return new LayerOp.ChannelSelection(channels);
        }
    }

    /**
     * Some positions of a map as another map.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param size Rows and columns of the output; one number for both.
     * @param positions Positions of the operand, row by row, in the order of the output; -1 for zeros.
     */
    @Called("a layer")
    @JsonTypeName("position-selection")
    record PositionSelection(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> size,

            @Size(min = 1) List<@Min(-1) Integer> positions)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            within("positions", positions, in.fibers());
            return new LayerOp.PositionSelection(at(size, 0), at(size, 1), positions);
        }
    }

    /**
     * Channels become positions, positions channels.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param size Rows and columns of the output; one number for both.
     */
    @Called("a layer")
    @JsonTypeName("transposition")
    record Transposition(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            @Size(min = 2, max = 2)
            @JsonProperty(defaultValue = "1")
            List<@Min(1) @Max(MAX_SIDE) Integer> size)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.Transposition(at(size, 0), at(size, 1));
        }
    }

    /**
     * The product of two computed matrices.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param groups Equal parts that do not see one another.
     * @param transposed Whether the second operand is transposed.
     */
    @Called("a layer")
    @JsonTypeName("matrix-product")
    record MatrixProduct(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @Min(1) @Max(MAX_CHANNELS) @JsonProperty(defaultValue = "1")
            int groups,

            @JsonProperty(defaultValue = "false") boolean transposed)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.MatrixProduct(groups, transposed);
        }
    }

    /**
     * Each channel of a tensor times a value of another.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     */
    @Called("a layer")
    @JsonTypeName("channel-scaling")
    record ChannelScaling(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.ChannelScaling();
        }
    }

    /**
     * Each position less its mean, over its deviation.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param epsilon In squared units of the 8-bit input.
     */
    @Called("a layer")
    @JsonTypeName("layer-normalisation")
    record LayerNormalisation(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @DecimalMin("0") @DecimalMax("1000000") @JsonProperty(defaultValue = "0")
            double epsilon)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.LayerNormalisation((float) epsilon);
        }
    }

    /**
     * The softmax of the channels of each position.
     *
     * @param name By which later layers know it.
     * @param from What it reads: 'input', a further input or a layer before it (default: the layer before it).
     * @param residual What a convolution adds before its ReLU.
     * @param groups Equal parts that do not see one another.
     * @param scale Real value of one unit of the input.
     */
    @Called("a layer")
    @JsonTypeName("softmax")
    record Softmax(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
            List<String> from,

            @Nullable String residual,

            @Min(1) @Max(MAX_CHANNELS) @JsonProperty(defaultValue = "1")
            int groups,

            @DecimalMin("0.000001") @DecimalMax("1000000") @JsonProperty(defaultValue = "0.05")
            double scale)
            implements LayerDescription {
        @Override
        public LayerOp op(FeatureMapShape in) {
            return new LayerOp.Softmax(groups, (float) scale);
        }
    }
}
