package dev.isos.workloads.onnx;

import java.util.Arrays;

/**
 * A tensor of the model file whose elements are known at import: floating point (as float32), 8-bit integer (as bytes) or
 * wider integer (as int64). Immutable; arrays are shared.
 */
final class ConstantTensor {
    /** How elements are kept. */
    enum Kind {
        FLOAT,
        INT8,
        UINT8,
        INTEGER
    }

    private final int[] dims;
    private final Kind kind;
    private final float[] floats;
    private final long[] integers;
    private final byte[] bytes;

    private ConstantTensor(int[] dims, Kind kind, float[] floats, long[] integers, byte[] bytes) {
        this.dims = dims;
        this.kind = kind;
        this.floats = floats;
        this.integers = integers;
        this.bytes = bytes;
    }

    static ConstantTensor ofFloats(int[] dims, float[] values) {
        return new ConstantTensor(dims, Kind.FLOAT, values, null, null);
    }

    static ConstantTensor ofIntegers(int[] dims, long[] values) {
        return new ConstantTensor(dims, Kind.INTEGER, null, values, null);
    }

    static ConstantTensor ofBytes(int[] dims, byte[] values, boolean signed) {
        return new ConstantTensor(dims, signed ? Kind.INT8 : Kind.UINT8, null, null, values);
    }

    /** Sizes of the ranks; empty for a scalar. */
    int[] dims() {
        return dims.clone();
    }

    int rank() {
        return dims.length;
    }

    Kind kind() {
        return kind;
    }

    int elements() {
        return floats != null ? floats.length : bytes != null ? bytes.length : integers.length;
    }

    boolean isInteger() {
        return kind != Kind.FLOAT;
    }

    /** Elements as float32, integers converted. */
    float[] floats() {
        if (floats != null) {
            return floats;
        }
        float[] converted = new float[elements()];
        for (int i = 0; i < converted.length; i++) {
            converted[i] = integerAt(i);
        }
        return converted;
    }

    float floatAt(int index) {
        return floats != null ? floats[index] : integerAt(index);
    }

    /** Element as an integer; floating-point elements are truncated as a cast does. */
    long integerAt(int index) {
        return switch (kind) {
            case FLOAT -> (long) floats[index];
            case INT8 -> bytes[index];
            case UINT8 -> bytes[index] & 0xFF;
            case INTEGER -> integers[index];
        };
    }

    /** Elements as integers. */
    long[] integers() {
        long[] copy = new long[elements()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = integerAt(i);
        }
        return copy;
    }

    /** The same elements with other dimensions of the same product. */
    ConstantTensor reshaped(int[] newDims) {
        return new ConstantTensor(newDims.clone(), kind, floats, integers, bytes);
    }

    /** A tensor of the same kind with elements picked from this one. */
    ConstantTensor gathered(int[] newDims, int[] from) {
        if (floats != null) {
            float[] values = new float[from.length];
            for (int i = 0; i < from.length; i++) {
                values[i] = floats[from[i]];
            }
            return ofFloats(newDims, values);
        }
        if (bytes != null) {
            byte[] values = new byte[from.length];
            for (int i = 0; i < from.length; i++) {
                values[i] = bytes[from[i]];
            }
            return ofBytes(newDims, values, kind == Kind.INT8);
        }
        long[] values = new long[from.length];
        for (int i = 0; i < from.length; i++) {
            values[i] = integers[from[i]];
        }
        return ofIntegers(newDims, values);
    }

    @Override
    public String toString() {
        return kind + Arrays.toString(dims);
    }
}
