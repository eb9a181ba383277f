package dev.isos.workloads.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

    /**
     * Writes the elements where a layout of the same dimensions has them, in rank order [C, H, W]; axes of size 1 are
     * repeated, and the images of a batch must have the same values.
     */
    void fill(OnnxNode node, TensorView layout, float[] values) {
        List<TensorView.Atom> atoms = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        int added = layout.rank() - dims.length;
        int stride = 1;
        for (int axis = layout.rank() - 1; axis >= Math.max(0, added); axis--) {
            int own = dims[axis - added];
            int inner = 1;
            List<TensorView.Atom> axisAtoms = layout.axes().get(axis);
            for (int i = axisAtoms.size() - 1; i >= 0; i--) {
                TensorView.Atom atom = axisAtoms.get(i);
                atoms.add(atom);
                steps.add(own == 1 ? 0 : stride * inner);
                inner *= atom.size();
            }
            stride *= own;
        }
        for (int axis = 0; axis < added; axis++) {
            for (TensorView.Atom atom : layout.axes().get(axis)) {
                atoms.add(atom);
                steps.add(0);
            }
        }
        int base = layout.channelOffset() * layout.shape().fibers() + layout.positionOffset();
        fill(node, layout, atoms, steps, 0, 0, base, true, values);
    }

    private void fill(
            OnnxNode node,
            TensorView layout,
            List<TensorView.Atom> atoms,
            List<Integer> steps,
            int depth,
            int from,
            int to,
            boolean firstImage,
            float[] values) {
        if (depth == atoms.size()) {
            if (firstImage) {
                values[to] = floatAt(from);
            } else if (values[to] != floatAt(from)) {
                throw node.unsupported("has a constant that differs between the images of a batch");
            }
            return;
        }
        TensorView.Atom atom = atoms.get(depth);
        int step = atom.kind() == TensorView.Kind.CHANNEL
                ? atom.stride() * layout.shape().fibers()
                : atom.kind() == TensorView.Kind.POSITION ? atom.stride() : 0;
        boolean image = atom.kind() == TensorView.Kind.IMAGE;
        for (int i = 0; i < atom.size(); i++) {
            fill(
                    node,
                    layout,
                    atoms,
                    steps,
                    depth + 1,
                    from + i * steps.get(depth),
                    to + i * step,
                    firstImage && !(image && i > 0),
                    values);
        }
    }

    @Override
    public String toString() {
        return kind + Arrays.toString(dims);
    }
}
