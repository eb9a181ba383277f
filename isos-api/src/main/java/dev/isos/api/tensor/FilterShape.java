package dev.isos.api.tensor;

/**
 * Shape of the filters of a convolution, F[C/G, K, R, S].
 *
 * @param outputChannels K, over all groups
 * @param channelsPerGroup C / G, the input channels that one filter sees
 * @param rows R
 * @param columns S
 * @param groups G; a depthwise convolution has one input channel per group
 */
public record FilterShape(int outputChannels, int channelsPerGroup, int rows, int columns, int groups) {
    /** Output channels must fit a 16-bit coordinate. */
    public static final int MAX_OUTPUT_CHANNELS = 65_536;

    /**
     * Checks that coordinates fit 16 bits and an array can hold the weights.
     *
     * @param outputChannels 1..{@link #MAX_OUTPUT_CHANNELS}
     * @param channelsPerGroup at least 1
     * @param rows at least 1
     * @param columns at least 1
     * @param groups at least 1; divides the output channels
     * @throws IllegalArgumentException when they do not fit
     */
    public FilterShape {
        if (outputChannels <= 0 || channelsPerGroup <= 0 || rows <= 0 || columns <= 0 || groups <= 0) {
            throw new IllegalArgumentException("filter shape must be positive, is K=" + outputChannels + " C/G="
                    + channelsPerGroup + " R=" + rows + " S=" + columns + " G=" + groups);
        }
        if (outputChannels % groups != 0) {
            throw new IllegalArgumentException(
                    "output channels " + outputChannels + " are not divisible by groups " + groups);
        }
        if (outputChannels > MAX_OUTPUT_CHANNELS) {
            throw new IllegalArgumentException(
                    "output channels " + outputChannels + " exceed the limit of " + MAX_OUTPUT_CHANNELS);
        }
        if ((long) outputChannels * channelsPerGroup * rows * columns > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("filters have more elements than an array can hold");
        }
    }

    /** {@return C, the channels of the input tensor over all groups} */
    public int inputChannels() {
        return channelsPerGroup * groups;
    }

    /** {@return K / G} */
    public int outputsPerGroup() {
        return outputChannels / groups;
    }

    /** {@return number of weights, zero or not: K * C/G * R * S} */
    public int elements() {
        return outputChannels * channelsPerGroup * rows * columns;
    }

    /** {@return number of fibers along K, one per (c, r, s): C * R * S} */
    public int fibers() {
        return inputChannels() * rows * columns;
    }

    /** {@return whether every group has exactly one input channel and there is more than one group} */
    public boolean depthwise() {
        return channelsPerGroup == 1 && groups > 1;
    }
}
