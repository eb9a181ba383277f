package dev.isos.workloads.image;

/**
 * An image of 8-bit pixels. Element (row, column, channel) is at {@code (row * width + column) * 3 + channel} with
 * channels in the order red, green, blue; bytes are unsigned. The array is shared, not copied, and not to be modified.
 */
public final class RgbImage {
    /** Number of channels. */
    public static final int CHANNELS = 3;

    private final int height;
    private final int width;
    private final byte[] pixels;

    /**
     * @param height number of rows
     * @param width number of columns
     * @param pixels {@code height * width * 3} bytes
     */
    public RgbImage(int height, int width, byte[] pixels) {
        if (height <= 0 || width <= 0 || pixels.length != (long) height * width * CHANNELS) {
            throw new IllegalArgumentException(
                    "an image of " + width + "x" + height + " pixels does not have " + pixels.length + " bytes");
        }
        this.height = height;
        this.width = width;
        this.pixels = pixels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The pixels, row by row; not to be modified. */
    public byte[] pixels() {
        return pixels;
    }

    /** Value of one channel of one pixel, 0..255. */
    public int value(int row, int column, int channel) {
        return pixels[(row * width + column) * CHANNELS + channel] & 0xFF;
    }
}
