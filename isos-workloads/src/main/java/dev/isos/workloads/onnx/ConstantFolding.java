package dev.isos.workloads.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Evaluates nodes of which all inputs are known at import: constants, and the arithmetic of shapes before a Reshape. */
final class ConstantFolding {
    /** Elements that ConstantOfShape may make in all, since its output is not bounded by the size of the file. */
    private static final long FILL_BUDGET = 1L << 28;

    private long filled;

    /**
     * The value of a node.
     *
     * @param inputs one entry per input, null where it is left out
     * @return empty when the operator can't be evaluated at import
     */
    Optional<ConstantTensor> fold(OnnxNode node, List<ConstantTensor> inputs) {
        if (!node.standard()) {
            return Optional.empty();
        }
        ConstantTensor value = switch (node.operator()) {
            case "Constant" -> constant(node);
            case "ConstantOfShape" -> constantOfShape(node, first(node, inputs));
            case "Identity" -> first(node, inputs);
            case "Cast" -> cast(node, first(node, inputs));
            case "Reshape" -> reshape(node, first(node, inputs), inputs);
            case "Squeeze" -> squeeze(node, first(node, inputs), inputs);
            case "Unsqueeze" -> unsqueeze(node, first(node, inputs), inputs);
            case "Transpose" -> transpose(node, first(node, inputs));
            case "Gather" -> gather(node, first(node, inputs), inputs);
            case "Concat" -> concat(node, inputs);
            case "Slice" -> slice(node, first(node, inputs), inputs);
            case "Add", "Sub", "Mul", "Div" -> arithmetic(node, first(node, inputs), inputs);
            case "QuantizeLinear" -> quantise(node, first(node, inputs), inputs);
            case "DequantizeLinear" -> dequantise(node, first(node, inputs), inputs);
            default -> null;
        };
        return Optional.ofNullable(value);
    }

    /** Value of a Shape node over a tensor of known dimensions. */
    static ConstantTensor shape(OnnxNode node, int[] dims) {
        int start = slot(node.integer("start", 0), dims.length);
        int end = slot(node.integer("end", dims.length), dims.length);
        long[] values = new long[Math.max(0, end - start)];
        for (int i = 0; i < values.length; i++) {
            values[i] = dims[start + i];
        }
        return ConstantTensor.ofIntegers(new int[] {values.length}, values);
    }

    private static int slot(long index, int rank) {
        return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
    }

    private static ConstantTensor first(OnnxNode node, List<ConstantTensor> inputs) {
        if (inputs.isEmpty() || inputs.get(0) == null) {
            throw node.badInput("has no input 0");
        }
        return inputs.get(0);
    }

    private static ConstantTensor constant(OnnxNode node) {
        if (node.find("value").isPresent()) {
            TensorProto tensor = node.find("value").get().getT();
            return TensorReader.read(node.file(), "the value of constant " + node.name(), tensor);
        }
        if (node.find("value_float").isPresent()) {
            return ConstantTensor.ofFloats(new int[0], new float[] {node.number("value_float", 0)});
        }
        if (node.find("value_int").isPresent()) {
            return ConstantTensor.ofIntegers(new int[0], new long[] {node.integer("value_int", 0)});
        }
        if (node.find("value_ints").isPresent()) {
            long[] values = node.integers("value_ints");
            return ConstantTensor.ofIntegers(new int[] {values.length}, values);
        }
        if (node.find("value_floats").isPresent()) {
            AttributeProto attribute = node.find("value_floats").get();
            float[] values = new float[attribute.getFloatsCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = attribute.getFloats(i);
            }
            return ConstantTensor.ofFloats(new int[] {values.length}, values);
        }
        throw node.unsupported("has no value in the form of a tensor or of numbers");
    }

    private ConstantTensor constantOfShape(OnnxNode node, ConstantTensor shape) {
        int[] dims = new int[shape.elements()];
        long elements = 1;
        for (int i = 0; i < dims.length; i++) {
            long size = shape.integerAt(i);
            if (size < 0 || size > FILL_BUDGET) {
                throw node.badInput("makes a tensor with a dimension of " + size + ", expected 0.." + FILL_BUDGET);
            }
            dims[i] = (int) size;
            elements = Math.min(elements * size, Long.MAX_VALUE >> 30);
        }
        filled += elements;
        if (filled > FILL_BUDGET) {
            throw node.unsupported("makes constants of more than " + FILL_BUDGET + " elements in all");
        }
        ConstantTensor value =
                node.find("value").isPresent() ? constant(node) : ConstantTensor.ofFloats(new int[] {1}, new float[1]);
        if (value.elements() != 1) {
            throw node.badInput("fills with " + value.elements() + " values, expected one");
        }
        if (value.isInteger()) {
            long[] values = new long[(int) elements];
            Arrays.fill(values, value.integerAt(0));
            return ConstantTensor.ofIntegers(dims, values);
        }
        float[] values = new float[(int) elements];
        Arrays.fill(values, value.floatAt(0));
        return ConstantTensor.ofFloats(dims, values);
    }

    private static ConstantTensor cast(OnnxNode node, ConstantTensor value) {
        TensorProto.DataType to = TensorProto.DataType.forNumber((int) node.integer("to", 0));
        if (to == TensorProto.DataType.FLOAT || to == TensorProto.DataType.DOUBLE) {
            return ConstantTensor.ofFloats(value.dims(), value.floats());
        }
        if (to == TensorProto.DataType.INT8 || to == TensorProto.DataType.UINT8) {
            byte[] bytes = new byte[value.elements()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) value.integerAt(i);
            }
            return ConstantTensor.ofBytes(value.dims(), bytes, to == TensorProto.DataType.INT8);
        }
        if (to == TensorProto.DataType.INT64 || to == TensorProto.DataType.INT32) {
            return ConstantTensor.ofIntegers(value.dims(), value.integers());
        }
        throw node.unsupported("casts a constant to " + to + ", expected FLOAT, DOUBLE, INT8, UINT8, INT32 or INT64");
    }

    private static ConstantTensor reshape(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        if (inputs.size() < 2 || inputs.get(1) == null) {
            throw node.badInput("has no shape");
        }
        return value.reshaped(resolve(node, inputs.get(1).integers(), value.dims(), value.elements()));
    }

    /** Dimensions that a Reshape asks for, with 0 (as in the input) and -1 (what is left) resolved. */
    static int[] resolve(OnnxNode node, long[] asked, int[] from, int elements) {
        int[] dims = new int[asked.length];
        int open = -1;
        long known = 1;
        for (int i = 0; i < asked.length; i++) {
            long size = asked[i];
            if (size == 0 && i < from.length && node.integer("allowzero", 0) == 0) {
                size = from[i];
            }
            if (size == -1 && open < 0) {
                open = i;
                continue;
            }
            if (size < 0 || size > Math.max(1, elements)) {
                throw node.badInput("reshapes " + elements + " elements to " + Arrays.toString(asked));
            }
            dims[i] = (int) size;
            known = Math.min(known * size, Integer.MAX_VALUE);
        }
        if (open >= 0) {
            dims[open] = known == 0 ? 0 : (int) (elements / known);
            known *= dims[open];
        }
        if (known != elements) {
            throw node.badInput("reshapes " + elements + " elements to " + Arrays.toString(asked));
        }
        return dims;
    }

    /** Axes of Squeeze, Unsqueeze and reductions: an attribute in older operator sets, an input in newer ones. */
    static int[] axes(OnnxNode node, ConstantTensor input, int rank) {
        long[] stored = node.has("axes") ? node.integers("axes") : input == null ? null : input.integers();
        if (stored == null) {
            return null;
        }
        int[] axes = new int[stored.length];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = axis(node, stored[i], rank);
        }
        Arrays.sort(axes);
        return axes;
    }

    /** An axis that may count from the end. */
    static int axis(OnnxNode node, long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw node.badInput("has axis " + axis + ", expected " + -rank + ".." + (rank - 1));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    private static ConstantTensor squeeze(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        int[] axes = axes(node, inputs.size() > 1 ? inputs.get(1) : null, value.rank());
        int[] dims = value.dims();
        int[] kept = new int[dims.length];
        int count = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean gone = axes == null ? dims[i] == 1 : Arrays.binarySearch(axes, i) >= 0;
            if (gone && dims[i] != 1) {
                throw node.badInput("squeezes a dimension of " + dims[i] + ", expected 1");
            }
            if (!gone) {
                kept[count++] = dims[i];
            }
        }
        return value.reshaped(Arrays.copyOf(kept, count));
    }

    private static ConstantTensor unsqueeze(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        ConstantTensor input = inputs.size() > 1 ? inputs.get(1) : null;
        long[] stored = node.has("axes") ? node.integers("axes") : input == null ? new long[0] : input.integers();
        int[] axes = axes(node, input, value.rank() + stored.length);
        int[] dims = new int[value.rank() + stored.length];
        int next = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean added = axes != null && Arrays.binarySearch(axes, i) >= 0;
            if (!added && next == value.rank()) {
                throw node.badInput("names an axis twice");
            }
            dims[i] = added ? 1 : value.dims()[next++];
        }
        return value.reshaped(dims);
    }

    private static ConstantTensor transpose(OnnxNode node, ConstantTensor value) {
        int rank = value.rank();
        int[] dims = value.dims();
        long[] stored = node.integers("perm");
        int[] permutation = new int[rank];
        boolean[] seen = new boolean[rank];
        if (stored != null && stored.length != rank) {
            throw node.badInput("permutes " + stored.length + " dimensions, expected " + rank);
        }
        int[] newDims = new int[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = stored == null ? rank - 1 - i : axis(node, stored[i], rank);
            if (seen[permutation[i]]) {
                throw node.badInput("names an axis twice");
            }
            seen[permutation[i]] = true;
            newDims[i] = dims[permutation[i]];
        }
        int[] strides = new int[rank];
        for (int i = rank - 1, stride = 1; i >= 0; stride *= Math.max(1, dims[i]), i--) {
            strides[i] = stride;
        }
        int[] from = new int[value.elements()];
        int[] at = new int[rank];
        for (int e = 0; e < from.length; e++) {
            int source = 0;
            for (int i = 0; i < rank; i++) {
                source += at[i] * strides[permutation[i]];
            }
            from[e] = source;
            for (int i = rank - 1; i >= 0 && ++at[i] == newDims[i]; i--) {
                at[i] = 0;
            }
        }
        return value.gathered(newDims, from);
    }

    private static ConstantTensor gather(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        if (value.rank() != 1 || inputs.size() < 2 || inputs.get(1) == null) {
            throw node.unsupported("gathers from a constant of " + value.rank() + " dimensions, expected one");
        }
        ConstantTensor indices = inputs.get(1);
        int[] from = new int[indices.elements()];
        for (int i = 0; i < from.length; i++) {
            from[i] = axis(node, indices.integerAt(i), value.elements());
        }
        return value.gathered(indices.dims(), from);
    }

    private static ConstantTensor concat(OnnxNode node, List<ConstantTensor> inputs) {
        long total = 0;
        for (ConstantTensor part : inputs) {
            if (part == null || part.rank() != 1) {
                throw node.unsupported("joins constants of other than one dimension");
            }
            total += part.elements();
        }
        if (total > FILL_BUDGET) {
            throw node.unsupported("joins constants of more than " + FILL_BUDGET + " elements in all");
        }
        boolean integers = inputs.stream().allMatch(ConstantTensor::isInteger);
        float[] floats = new float[integers ? 0 : (int) total];
        long[] longs = new long[integers ? (int) total : 0];
        int at = 0;
        for (ConstantTensor part : inputs) {
            for (int i = 0; i < part.elements(); i++, at++) {
                if (integers) {
                    longs[at] = part.integerAt(i);
                } else {
                    floats[at] = part.floatAt(i);
                }
            }
        }
        int[] dims = {(int) total};
        return integers ? ConstantTensor.ofIntegers(dims, longs) : ConstantTensor.ofFloats(dims, floats);
    }

    private static ConstantTensor slice(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        boolean attributes = node.has("starts");
        if (value.rank() != 1 || !attributes && (inputs.size() < 3 || inputs.get(1) == null || inputs.get(2) == null)) {
            throw node.unsupported("cuts from a constant of " + value.rank() + " dimensions, expected one");
        }
        long[] starts = attributes ? node.integers("starts") : inputs.get(1).integers();
        long[] ends = attributes ? node.integers("ends") : inputs.get(2).integers();
        long[] steps =
                inputs.size() > 4 && inputs.get(4) != null ? inputs.get(4).integers() : new long[] {1};
        if (starts.length != 1 || ends == null || ends.length != 1 || steps.length != 1) {
            throw node.badInput("has several starts, ends or steps for one dimension");
        }
        long[] range = sliceRange(node, starts[0], ends[0], steps[0], value.elements());
        int[] from = new int[(int) range[1]];
        for (int i = 0; i < from.length; i++) {
            from[i] = (int) (range[0] + i * steps[0]);
        }
        return value.gathered(new int[] {from.length}, from);
    }

    /** First index and number of indices of a slice along one dimension. */
    static long[] sliceRange(OnnxNode node, long start, long end, long step, int size) {
        if (step == 0 || step < -size - 1L || step > Integer.MAX_VALUE) {
            throw node.badInput("cuts with step " + step);
        }
        boolean forward = step > 0;
        long first = Math.max(
                forward ? 0 : -1,
                Math.min(forward ? size : size - 1L, start < 0 ? Math.max(start, -size - 1L) + size : start));
        long last = Math.max(forward ? 0 : -1, Math.min(size, end < 0 ? Math.max(end, -size - 1L) + size : end));
        long count = forward
                ? Math.max(0, (last - first + step - 1) / step)
                : Math.max(0, (first - last - step - 1) / -step);
        return new long[] {first, count};
    }

    private static ConstantTensor arithmetic(OnnxNode node, ConstantTensor left, List<ConstantTensor> inputs) {
        if (inputs.size() < 2 || inputs.get(1) == null) {
            throw node.badInput("has no input 1");
        }
        ConstantTensor right = inputs.get(1);
        boolean same = Arrays.equals(left.dims(), right.dims());
        if (!same && left.elements() != 1 && right.elements() != 1) {
            throw node.unsupported("combines constants of different shapes");
        }
        ConstantTensor larger = same || right.elements() == 1 ? left : right;
        int count = larger.elements();
        if (left.isInteger() && right.isInteger()) {
            long[] values = new long[count];
            for (int i = 0; i < count; i++) {
                long a = left.integerAt(left.elements() == 1 ? 0 : i);
                long b = right.integerAt(right.elements() == 1 ? 0 : i);
                values[i] = switch (node.operator()) {
                    case "Add" -> a + b;
                    case "Sub" -> a - b;
                    case "Mul" -> a * b;
                    default -> a / b;
                };
            }
            return ConstantTensor.ofIntegers(larger.dims(), values);
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            float a = left.floatAt(left.elements() == 1 ? 0 : i);
            float b = right.floatAt(right.elements() == 1 ? 0 : i);
            values[i] = switch (node.operator()) {
                case "Add" -> a + b;
                case "Sub" -> a - b;
                case "Mul" -> a * b;
                default -> a / b;
            };
        }
        return ConstantTensor.ofFloats(larger.dims(), values);
    }

    /** Per tensor or per axis, to int8 or uint8. */
    private static ConstantTensor quantise(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        if (inputs.size() < 3 || inputs.get(1) == null || inputs.get(2) == null) {
            throw node.unsupported("quantises a constant without scale and zero point");
        }
        ConstantTensor scale = inputs.get(1);
        ConstantTensor zero = inputs.get(2);
        boolean signed = zero.kind() == ConstantTensor.Kind.INT8;
        if (!signed && zero.kind() != ConstantTensor.Kind.UINT8) {
            throw node.unsupported("quantises a constant to another type than int8 and uint8");
        }
        int steps = 1;
        int inner = Math.max(1, value.elements());
        if (scale.elements() != 1) {
            int axis = axis(node, node.integer("axis", 1), value.rank());
            steps = value.dims()[axis];
            inner = 1;
            for (int i = axis + 1; i < value.rank(); i++) {
                inner *= value.dims()[i];
            }
        }
        if (scale.elements() != steps || zero.elements() != steps) {
            throw node.badInput("has " + scale.elements() + " scales, expected " + steps + " and as many zero points");
        }
        byte[] values = new byte[value.elements()];
        for (int i = 0; i < values.length; i++) {
            int step = i / inner % steps;
            double units = Math.rint(value.floatAt(i) / scale.floatAt(step)) + zero.integerAt(step);
            values[i] = (byte) (int) Math.max(signed ? -128 : 0, Math.min(signed ? 127 : 255, units));
        }
        return ConstantTensor.ofBytes(value.dims(), values, signed);
    }

    private static ConstantTensor dequantise(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        if (inputs.size() < 2 || inputs.get(1) == null) {
            throw node.badInput("has no scale");
        }
        if (node.integer("block_size", 0) != 0) {
            throw node.unsupported("has one scale per block, expected one per tensor or axis");
        }
        ConstantTensor scale = inputs.get(1);
        ConstantTensor zero = inputs.size() > 2 ? inputs.get(2) : null;
        int steps = 1;
        int inner = Math.max(1, value.elements());
        if (scale.elements() != 1) {
            int axis = axis(node, node.integer("axis", 1), value.rank());
            steps = value.dims()[axis];
            inner = 1;
            for (int i = axis + 1; i < value.rank(); i++) {
                inner *= value.dims()[i];
            }
        }
        if (scale.elements() != steps || zero != null && zero.elements() != steps) {
            throw node.badInput("has " + scale.elements() + " scales, expected " + steps + " and as many zero points");
        }
        float[] values = new float[value.elements()];
        for (int i = 0; i < values.length; i++) {
            int step = i / inner % steps;
            long offset = zero == null ? 0 : zero.integerAt(step);
            values[i] = (value.integerAt(i) - offset) * scale.floatAt(step);
        }
        return ConstantTensor.ofFloats(value.dims(), values);
    }
}
