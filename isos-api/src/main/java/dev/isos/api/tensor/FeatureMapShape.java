package dev.isos.api.tensor;

/**
 * Shape of an activation tensor of batch size one.
 *
 * @param channels number of channels, C of an input or K of an output
 * @param height number of rows, H or P
 * @param width number of columns, W or Q
 */
public record FeatureMapShape(int channels, int height, int width) {
    /**
     * Checks that an array can hold the elements.
     *
     * @param channels at least 1
     * @param height at least 1
     * @param width at least 1
     * @throws IllegalArgumentException when one is not positive, or C * H * W exceeds the length of an array
     */
    public FeatureMapShape {
        if (channels <= 0 || height <= 0 || width <= 0) {
            throw new IllegalArgumentException(
                    "shape must be positive, is " + channels + "x" + height + "x" + width + " (CxHxW)");
        }
        if ((long) channels * height * width > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "shape " + channels + "x" + height + "x" + width + " has more elements than an array can hold");
        }
    }

    /** {@return number of elements, C * H * W} */
    public int elements() {
        return channels * height * width;
    }

    /** {@return number of fibers along C, one per (column, row): W * H} */
    public int fibers() {
        return height * width;
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
