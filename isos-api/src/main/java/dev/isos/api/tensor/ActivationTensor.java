package dev.isos.api.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Dense 8-bit activations with zero point 0, in the order in which wavefronts travel: rank order [W, H, C], so that
 * element (c, h, w) is at {@code (w * height + h) * channels + c} and each (w, h) fiber along C is contiguous.
 *
 * <p>The array is shared, not copied: whoever builds a tensor gives the array away, whoever reads one does not write.
 */
public final class ActivationTensor {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** All bits of eight bytes but the highest of each. */
    private static final long LOW_BITS = 0x7f7f_7f7f_7f7f_7f7fL;

    /** A product with this has the lowest bits of all bytes in its highest byte: that of byte i moves by 56 - 7i. */
    private static final long GATHER = 0x0102040810204080L;

    private final FeatureMapShape shape;
    private final boolean signed;
    private final byte[] values;

    /**
     * A tensor on the given array.
     *
     * @param shape shape of the tensor
     * @param signed true for int8, false for uint8
     * @param values one byte per element in rank order [W, H, C]
     * @throws IllegalArgumentException when the number of values is not that of the shape
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

    /** {@return shape of the tensor, CxHxW} */
    public FeatureMapShape shape() {
        return shape;
    }

    /** {@return true when bytes are int8 (-128..127), false when they are uint8 (0..255)} */
    public boolean signed() {
        return signed;
    }

    /** {@return the elements, rank order [W, H, C]; not to be modified} */
    public byte[] values() {
        return values;
    }

    /**
     * Index of the first element of the fiber at column w, row h.
     *
     * @param w column, 0..W-1
     * @param h row, 0..H-1
     * @return index into {@link #values()}; the fiber's C elements follow each other
     */
    public int fiberStart(int w, int h) {
        return (w * shape.height() + h) * shape.channels();
    }

    /**
     * Value of one element as an int.
     *
     * @param c channel, 0..C-1
     * @param h row, 0..H-1
     * @param w column, 0..W-1
     * @return -128..127 or 0..255
     */
    public int value(int c, int h, int w) {
        return decode(values[fiberStart(w, h) + c], signed);
    }

    /**
     * Integer value of a stored byte.
     *
     * @param stored one of {@link #values()}
     * @param signed whether it is int8 rather than uint8
     * @return -128..127 or 0..255
     */
    public static int decode(byte stored, boolean signed) {
        return signed ? stored : stored & 0xFF;
    }

    /** {@return number of non-zero elements; counted anew by each call} */
    public long nonZeros() {
        return nonZeros(0, values.length);
    }

    /**
     * Number of non-zero elements of a range, eight at a time.
     *
     * @param from index into {@link #values()} of the first element
     * @param to index after the last one
     * @return 0 to {@code to - from}; counted anew by each call
     * @throws IndexOutOfBoundsException when the range lies outside of the values
     */
    public int nonZeros(int from, int to) {
        Objects.checkFromToIndex(from, to, values.length);
        int count = 0;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            count += Long.bitCount(nonZeroBytes((long) LONGS.get(values, i)));
        }
        for (; i < to; i++) {
            count += values[i] != 0 ? 1 : 0;
        }
        return count;
    }

    /**
     * Which elements of a range are not zero, eight at a time.
     *
     * @param from index into {@link #values()} of the first element
     * @param to index after the last one, at most 64 beyond the first
     * @return bit i is set when element {@code from + i} is not zero; other bits are 0
     * @throws IndexOutOfBoundsException when the range lies outside of the values, or is longer than 64
     */
    public long nonZeroMask(int from, int to) {
        Objects.checkFromToIndex(from, to, values.length);
        Objects.checkFromToIndex(0, to - from, Long.SIZE);
        long mask = 0;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long bits = nonZeroBytes((long) LONGS.get(values, i)) >>> Byte.SIZE - 1;
            mask |= (bits * GATHER >>> Long.SIZE - Byte.SIZE) << i - from;
        }
        for (; i < to; i++) {
            mask |= (values[i] != 0 ? 1L : 0L) << i - from;
        }
        return mask;
    }

    /** The high bit of each byte that is not zero: its own, or carried into by the seven lower ones. */
    private static long nonZeroBytes(long eight) {
        return (eight | (eight & LOW_BITS) + LOW_BITS) & ~LOW_BITS;
    }

    /** {@return non-zero elements divided by all elements, 0..1} */
    public double density() {
        return nonZeros() / (double) values.length;
    }

    /**
     * {@return SHA-256, in hex, of shape, signedness and values: two tensors have equal digests when they are equal}
     */
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
