package dev.isos.workloads.npz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An array in C order.
 *
 * @param raw little-endian values
 */
public record NpyArray(Type type, List<Integer> shape, byte[] raw) {
    /** Types that are read. */
    public enum Type {
        INT8(1),
        UINT8(1),
        FLOAT32(Float.BYTES);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }
    }

    public NpyArray {
        shape = List.copyOf(shape);
    }

    public int elements() {
        return raw.length / type.bytes();
    }

    /** The values of a float32 array. */
    public float[] floats() {
        if (type != Type.FLOAT32) {
            throw new IllegalStateException("an array of " + type + " has no floats");
        }
        float[] values = new float[elements()];
        ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
