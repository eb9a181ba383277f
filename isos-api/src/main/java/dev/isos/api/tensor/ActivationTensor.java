package dev.isos.api.tensor;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Dense 8-bit activations with zero point 0, in the order in which wavefronts travel: rank order [W, H, C], so that
 * element (c, h, w) is at {@code (w * height + h) * channels + c} and each (w, h) fiber along C is contiguous.
 *
 * <p>The array is shared, not copied: whoever builds a tensor gives the array away, whoever reads one does not write.
 */
public final class ActivationTensor {
    private final FeatureMapShape shape;
    private final boolean signed;
    private final byte[] values;

    /**
     * @param shape shape of the tensor
     * @param signed true for int8, false for uint8
     * @param values one byte per element in rank order [W, H, C]
     */
    public ActivationTensor(FeatureMapShape shape, boolean signed, byte[] values) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(
                    "shape " + shape + " needs " + shape.elements() + " values, got " + values.length);
        }
        this.shape = shape;
        this.signed = signed;
        this.values = values;
    }

    public FeatureMapShape shape() {
        return shape;
    }

    /** True when bytes are int8 (-128..127), false when they are uint8 (0..255). */
    public boolean signed() {
        return signed;
    }

    /** The elements, rank order [W, H, C]; not to be modified. */
    public byte[] values() {
        return values;
    }

    /** Index of the first element of the fiber at column w, row h. */
    public int fiberStart(int w, int h) {
        return (w * shape.height() + h) * shape.channels();
    }

    /** Value of one element as an int. */
    public int value(int c, int h, int w) {
        return decode(values[fiberStart(w, h) + c], signed);
    }

    /** Integer value of a stored byte. */
    public static int decode(byte stored, boolean signed) {
        return signed ? stored : stored & 0xFF;
    }

    /** Number of non-zero elements. */
    public long nonZeros() {
        long count = 0;
        for (byte v : values) {
            count += v != 0 ? 1 : 0;
        }
        return count;
    }

    /** Non-zero elements divided by all elements, 0..1. */
    public double density() {
        return nonZeros() / (double) values.length;
    }

    /** SHA-256, in hex, of shape, signedness and values: two tensors have equal digests when they are equal. */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(13)
                    .putInt(shape.channels())
                    .putInt(shape.height())
                    .putInt(shape.width())
                    .put((byte) (signed ? 1 : 0))
                    .array());
            return HexFormat.of().formatHex(digest.digest(values));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
