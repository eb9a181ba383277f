package dev.isos.workloads.onnx;

import java.util.Arrays;

/**
 * A tensor of the model file whose elements are known at import: floating point (as float32) or integer (as int64).
 * Immutable; arrays are shared.
 */
final class ConstantTensor {
    private final int[] dims;
    private final float[] floats;
    private final long[] integers;

    private ConstantTensor(int[] dims, float[] floats, long[] integers) {
        this.dims = dims;
        this.floats = floats;
        this.integers = integers;
    }

    static ConstantTensor ofFloats(int[] dims, float[] values) {
        return new ConstantTensor(dims, values, null);
    }

    static ConstantTensor ofIntegers(int[] dims, long[] values) {
        return new ConstantTensor(dims, null, values);
    }

    /** Sizes of the ranks; empty for a scalar. */
    int[] dims() {
        return dims.clone();
    }

    int rank() {
        return dims.length;
    }

    int elements() {
        return floats != null ? floats.length : integers.length;
    }

    boolean isInteger() {
        return integers != null;
    }

    /** Elements as float32, integers converted. */
    float[] floats() {
        if (floats != null) {
            return floats;
        }
        float[] converted = new float[integers.length];
        for (int i = 0; i < converted.length; i++) {
            converted[i] = integers[i];
        }
        return converted;
    }

    float floatAt(int index) {
        return floats != null ? floats[index] : integers[index];
    }

    /** Element as an integer; floating-point elements are truncated as a cast does. */
    long integerAt(int index) {
        return integers != null ? integers[index] : (long) floats[index];
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
        return new ConstantTensor(newDims.clone(), floats, integers);
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
        long[] values = new long[from.length];
        for (int i = 0; i < from.length; i++) {
            values[i] = integers[from[i]];
        }
        return ofIntegers(newDims, values);
    }

    @Override
    public String toString() {
        return (isInteger() ? "integer" : "float") + Arrays.toString(dims);
    }
}
