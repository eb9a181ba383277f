package dev.isos.workloads.onnx;

import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Evaluates nodes of which all inputs are known at import, by a table of operators: constants, the arithmetic of shapes
 * and pads, weights that a graph works out of others. Floating-point results are rounded to float32 and integers are held
 * in 64 bits; operands broadcast as ONNX defines it.
 */
final class TensorEvaluator {
    /** Elements that may be computed for one model in all: 1 GiB of float32, beyond the weights of any network here. */
    static final long BUDGET = 1L << 28;

    /** Multiply-accumulates of constant matrix products in all: about a second. */
    private static final long PRODUCT_BUDGET = 1L << 30;

    /** What an operator makes of its inputs; entries of inputs that are left out are null. */
    private interface Operator {
        List<ConstantTensor> evaluate(OnnxNode node, List<ConstantTensor> inputs);
    }

    private interface OneOutput {
        ConstantTensor evaluate(OnnxNode node, List<ConstantTensor> inputs);
    }

    private final Map<String, Operator> operators = new HashMap<>();
    private long computed;
    private long products;

    TensorEvaluator() {
        one("Constant", (node, in) -> constant(node));
        one("ConstantOfShape", this::constantOfShape);
        for (String same : List.of("Identity", "Dropout")) {
            one(same, (node, in) -> first(node, in));
        }
        one("Cast", (node, in) -> cast(node, first(node, in), (int) node.integer("to", 0)));
        one("CastLike", (node, in) -> castLike(first(node, in), input(node, in, 1)));
        one("Reshape", (node, in) -> reshape(node, first(node, in), input(node, in, 1)));
        one("Flatten", (node, in) -> flatten(node, first(node, in)));
        one("Squeeze", (node, in) -> {
            ConstantTensor value = first(node, in);
            return value.reshaped(ShapeArithmetic.squeezed(node, value.dims(), optional(in, 1)));
        });
        one("Unsqueeze", (node, in) -> {
            ConstantTensor value = first(node, in);
            return value.reshaped(ShapeArithmetic.unsqueezed(node, value.dims(), optional(in, 1)));
        });
        one("Shape", (node, in) -> ShapeArithmetic.shape(node, first(node, in).dims()));
        one(
                "Size",
                (node, in) -> ConstantTensor.ofIntegers(
                        new int[0], new long[] {first(node, in).elements()}));
        one("Transpose", (node, in) -> transpose(node, first(node, in)));
        one("Gather", (node, in) -> gather(node, first(node, in), input(node, in, 1)));
        one("GatherND", (node, in) -> gatherNd(node, first(node, in), input(node, in, 1)));
        one("Slice", (node, in) -> slice(node, first(node, in), in));
        one("Concat", this::concat);
        operators.put("Split", (node, in) -> split(node, first(node, in), in));
        one("Expand", (node, in) -> expand(node, first(node, in), input(node, in, 1)));
        one("Tile", (node, in) -> tile(node, first(node, in), input(node, in, 1)));
        one("Pad", this::pad);
        one("Where", this::where);
        one("Range", this::range);
        one("NonZero", (node, in) -> nonZero(node, first(node, in)));
        one("ScatterND", this::scatterNd);
        one("Trilu", (node, in) -> trilu(node, first(node, in), in));
        one("MatMul", (node, in) -> matMul(node, first(node, in), input(node, in, 1)));
        one("Clip", this::clip);
        one("QuantizeLinear", (node, in) -> quantise(node, first(node, in), in));
        one("DequantizeLinear", (node, in) -> dequantise(node, first(node, in), in));
        registerReductions();
        registerArithmetic();
    }

    private void one(String name, OneOutput operator) {
        operators.put(name, (node, in) -> List.of(operator.evaluate(node, in)));
    }

    private void registerReductions() {
        reduce("ReduceSum", 0, (a, b) -> a + b, (sum, count) -> sum);
        reduce("ReduceMean", 0, (a, b) -> a + b, (sum, count) -> sum / count);
        reduce("ReduceProd", 1, (a, b) -> a * b, (product, count) -> product);
        reduce("ReduceMax", Double.NEGATIVE_INFINITY, Math::max, (max, count) -> max);
        reduce("ReduceMin", Double.POSITIVE_INFINITY, Math::min, (min, count) -> min);
        reduce("ReduceL1", 0, (a, b) -> a + Math.abs(b), (sum, count) -> sum);
        reduce("ReduceL2", 0, (a, b) -> a + b * b, (sum, count) -> Math.sqrt(sum));
        reduce("ReduceSumSquare", 0, (a, b) -> a + b * b, (sum, count) -> sum);
    }

    private void registerArithmetic() {
        binary("Add", Double::sum, Long::sum);
        binary("Sum", Double::sum, Long::sum);
        binary("Sub", (a, b) -> a - b, (a, b) -> a - b);
        binary("Mul", (a, b) -> a * b, (a, b) -> a * b);
        binary("Div", (a, b) -> a / b, (a, b) -> a / b);
        binary("Min", Math::min, Math::min);
        binary("Max", Math::max, Math::max);
        binary("Pow", StrictMath::pow, (a, b) -> (long) StrictMath.pow(a, b));
        one("Mod", (node, in) -> {
            boolean truncated = node.integer("fmod", 0) != 0;
            return combine(
                    node,
                    in,
                    (a, b) -> truncated ? a % b : a - b * Math.floor(a / b),
                    (a, b) -> truncated ? a % b : Math.floorMod(a, b));
        });
        compare("Equal", (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0);
        compare("Less", (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0);
        compare("LessOrEqual", (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0);
        compare("Greater", (a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0);
        compare("GreaterOrEqual", (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0);
        compare("And", (a, b) -> a != 0 && b != 0 ? 1 : 0, (a, b) -> a != 0 && b != 0 ? 1 : 0);
        compare("Or", (a, b) -> a != 0 || b != 0 ? 1 : 0, (a, b) -> a != 0 || b != 0 ? 1 : 0);
        compare("Xor", (a, b) -> a != 0 ^ b != 0 ? 1 : 0, (a, b) -> a != 0 ^ b != 0 ? 1 : 0);
        unary("Abs", Math::abs, Math::abs);
        unary("Neg", a -> -a, a -> -a);
        unary("Sign", Math::signum, Long::signum);
        unary("Not", a -> a == 0 ? 1 : 0, a -> a == 0 ? 1 : 0);
        unary("Relu", a -> Math.max(0, a), a -> Math.max(0, a));
        unary("Ceil", Math::ceil, null);
        unary("Floor", Math::floor, null);
        unary("Round", Math::rint, null);
        unary("Sin", StrictMath::sin, null);
        unary("Cos", StrictMath::cos, null);
        for (Map.Entry<String, Kind> function : ActivationOperators.PLAIN.entrySet()) {
            if (!operators.containsKey(function.getKey())) {
                one(
                        function.getKey(),
                        (node, in) -> map(
                                node, first(node, in), new ActivationFunction(function.getValue(), 0, 0)::value, null));
            }
        }
    }

    private void binary(String name, DoubleBinaryOperator real, LongBinaryOperator integer) {
        one(name, (node, in) -> combine(node, in, real, integer));
    }

    /** Like {@link #binary}, but the result is a truth value. */
    private void compare(String name, DoubleBinaryOperator real, LongBinaryOperator integer) {
        one(name, (node, in) -> {
            ConstantTensor result = combine(node, in, real, integer);
            return ConstantTensor.ofIntegers(result.dims(), result.integers());
        });
    }

    private void unary(String name, DoubleUnaryOperator real, LongUnaryOperator integer) {
        one(name, (node, in) -> map(node, first(node, in), real, integer));
    }

    private void reduce(String name, double start, DoubleBinaryOperator step, DoubleBinaryOperator end) {
        one(name, (node, in) -> reduce(node, first(node, in), optional(in, 1), start, step, end));
    }

    /**
     * The values of a node's outputs.
     *
     * @param inputs one entry per input, null where it is left out
     * @return empty when the operator can't be evaluated at import
     */
    Optional<List<ConstantTensor>> evaluate(OnnxNode node, List<ConstantTensor> inputs) {
        Operator operator = node.standard() ? operators.get(node.operator()) : null;
        return operator == null ? Optional.empty() : Optional.of(operator.evaluate(node, inputs));
    }

    /** Whether the operator can be evaluated on constants. */
    boolean knows(String operator) {
        return operators.containsKey(operator);
    }

    /** Counts elements that are about to be computed against the budget. */
    private int claim(OnnxNode node, int[] dims) {
        long elements = 1;
        for (int size : dims) {
            elements = Math.min(elements * size, Integer.MAX_VALUE);
        }
        computed += elements;
        if (computed > BUDGET) {
            throw node.unsupported("makes constants of more than " + BUDGET + " elements in all");
        }
        return (int) elements;
    }

    private static ConstantTensor input(OnnxNode node, List<ConstantTensor> inputs, int index) {
        if (inputs.size() <= index || inputs.get(index) == null) {
            throw node.badInput("has no input " + index);
        }
        return inputs.get(index);
    }

    private static ConstantTensor optional(List<ConstantTensor> inputs, int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    private static ConstantTensor first(OnnxNode node, List<ConstantTensor> inputs) {
        return input(node, inputs, 0);
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

    private static int[] sizes(OnnxNode node, ConstantTensor shape) {
        int[] dims = new int[shape.elements()];
        for (int i = 0; i < dims.length; i++) {
            long size = shape.integerAt(i);
            if (size < 0 || size > BUDGET) {
                throw node.badInput("makes a tensor with a dimension of " + size + ", expected 0.." + BUDGET);
            }
            dims[i] = (int) size;
        }
        return dims;
    }

    private ConstantTensor constantOfShape(OnnxNode node, List<ConstantTensor> inputs) {
        int[] dims = sizes(node, first(node, inputs));
        ConstantTensor value =
                node.find("value").isPresent() ? constant(node) : ConstantTensor.ofFloats(new int[] {1}, new float[1]);
        if (value.elements() != 1) {
            throw node.badInput("fills with " + value.elements() + " values, expected one");
        }
        return value.gathered(dims, new int[claim(node, dims)]);
    }

    private static ConstantTensor cast(OnnxNode node, ConstantTensor value, int to) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(to);
        if (type == null) {
            throw node.badInput("casts to the unknown type " + to);
        }
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> ConstantTensor.ofFloats(value.dims(), value.floats());
            case INT8, UINT8 -> {
                byte[] bytes = new byte[value.elements()];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) value.integerAt(i);
                }
                yield ConstantTensor.ofBytes(value.dims(), bytes, type == TensorProto.DataType.INT8);
            }
            case INT64, UINT64 -> ConstantTensor.ofIntegers(value.dims(), value.integers());
            case INT32, INT16, UINT32, UINT16, BOOL -> {
                long[] integers = value.integers();
                for (int i = 0; i < integers.length; i++) {
                    integers[i] = switch (type) {
                        case INT32 -> (int) integers[i];
                        case INT16 -> (short) integers[i];
                        case UINT32 -> integers[i] & 0xFFFFFFFFL;
                        case UINT16 -> integers[i] & 0xFFFF;
                        default -> value.floatAt(i) != 0 ? 1 : 0;
                    };
                }
                yield ConstantTensor.ofIntegers(value.dims(), integers);
            }
            default -> throw node.unsupported("casts a constant to " + type + ", expected a number or BOOL");
        };
    }

    private static ConstantTensor castLike(ConstantTensor value, ConstantTensor like) {
        return like.isInteger()
                ? ConstantTensor.ofIntegers(value.dims(), value.integers())
                : ConstantTensor.ofFloats(value.dims(), value.floats());
    }

    private static ConstantTensor reshape(OnnxNode node, ConstantTensor value, ConstantTensor shape) {
        return value.reshaped(ShapeArithmetic.resolve(node, shape.integers(), value.dims(), value.elements()));
    }

    private static ConstantTensor flatten(OnnxNode node, ConstantTensor value) {
        return value.reshaped(ShapeArithmetic.flattened(node, value.dims()));
    }

    private static int[] strides(int[] dims) {
        int[] strides = new int[dims.length];
        int stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, dims[i]);
        }
        return strides;
    }

    /** Flat indices of a walk in the order of rows: {@code dims} steps of {@code steps} along each axis. */
    private int[] walk(OnnxNode node, int[] dims, long start, long[] steps) {
        int[] from = new int[claim(node, dims)];
        int[] at = new int[dims.length];
        long source = start;
        for (int e = 0; e < from.length; e++) {
            from[e] = (int) source;
            for (int i = dims.length - 1; i >= 0; i--) {
                source += steps[i];
                if (++at[i] < dims[i]) {
                    break;
                }
                source -= steps[i] * dims[i];
                at[i] = 0;
            }
        }
        return from;
    }

    private ConstantTensor transpose(OnnxNode node, ConstantTensor value) {
        int[] permutation = ShapeArithmetic.permutation(node, value.rank());
        int[] strides = strides(value.dims());
        int[] dims = new int[permutation.length];
        long[] steps = new long[dims.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = value.dims()[permutation[i]];
            steps[i] = strides[permutation[i]];
        }
        return value.gathered(dims, walk(node, dims, 0, steps));
    }

    private ConstantTensor gather(OnnxNode node, ConstantTensor value, ConstantTensor indices) {
        int[] in = value.dims();
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 0), in.length);
        int[] picked = indices.dims();
        int[] dims = new int[in.length - 1 + picked.length];
        System.arraycopy(in, 0, dims, 0, axis);
        System.arraycopy(picked, 0, dims, axis, picked.length);
        System.arraycopy(in, axis + 1, dims, axis + picked.length, in.length - axis - 1);
        int inner = strides(in)[axis];
        int count = indices.elements();
        int[] from = new int[claim(node, dims)];
        for (int i = 0; i < from.length; i++) {
            int outer = i / inner / count;
            int index = ShapeArithmetic.axis(node, indices.integerAt(i / inner % count), in[axis]);
            from[i] = (outer * in[axis] + index) * inner + i % inner;
        }
        return value.gathered(dims, from);
    }

    private ConstantTensor gatherNd(OnnxNode node, ConstantTensor value, ConstantTensor indices) {
        if (node.integer("batch_dims", 0) != 0 || indices.rank() == 0) {
            throw node.unsupported("gathers in batches, expected batch_dims = 0");
        }
        int[] in = value.dims();
        int[] picked = indices.dims();
        int depth = picked[picked.length - 1];
        if (depth < 1 || depth > in.length) {
            throw node.badInput("has indices of " + depth + " axes, expected 1.." + in.length);
        }
        int[] dims = new int[picked.length - 1 + in.length - depth];
        System.arraycopy(picked, 0, dims, 0, picked.length - 1);
        System.arraycopy(in, depth, dims, picked.length - 1, in.length - depth);
        int[] strides = strides(in);
        int inner = strides[depth - 1];
        int[] from = new int[claim(node, dims)];
        for (int i = 0; i < from.length; i++) {
            int at = i % inner;
            for (int d = 0; d < depth; d++) {
                at += ShapeArithmetic.axis(node, indices.integerAt(i / inner * depth + d), in[d]) * strides[d];
            }
            from[i] = at;
        }
        return value.gathered(dims, from);
    }

    private ConstantTensor slice(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        int[] dims = value.dims();
        long[][] ranges =
                ShapeArithmetic.sliceRanges(node, dims, index -> Optional.ofNullable(optional(inputs, index)));
        int[] strides = strides(dims);
        long start = 0;
        long[] steps = new long[dims.length];
        for (int i = 0; i < dims.length; i++) {
            start += ranges[i][0] * strides[i];
            dims[i] = (int) ranges[i][1];
            steps[i] = ranges[i][2] * strides[i];
        }
        return value.gathered(dims, walk(node, dims, start, steps));
    }

    private ConstantTensor concat(OnnxNode node, List<ConstantTensor> inputs) {
        ConstantTensor first = first(node, inputs);
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 0), first.rank());
        int[] dims = first.dims();
        long total = 0;
        for (ConstantTensor part : inputs) {
            if (part == null || part.rank() != dims.length) {
                throw node.badInput("joins constants of different numbers of dimensions");
            }
            for (int i = 0; i < dims.length; i++) {
                if (i != axis && part.dims()[i] != dims[i]) {
                    throw node.badInput("joins constants of dimensions " + Arrays.toString(dims) + " and "
                            + Arrays.toString(part.dims()) + " along axis " + axis);
                }
            }
            total += part.dims()[axis];
        }
        dims[axis] = (int) Math.min(total, BUDGET + 1);
        int count = claim(node, dims);
        int inner = strides(dims)[axis];
        boolean integers = inputs.stream().allMatch(ConstantTensor::isInteger);
        float[] floats = new float[integers ? 0 : count];
        long[] longs = new long[integers ? count : 0];
        int before = 0;
        for (ConstantTensor part : inputs) {
            int run = part.dims()[axis] * inner;
            for (int i = 0; i < part.elements(); i++) {
                int at = i / run * dims[axis] * inner + before + i % run;
                if (integers) {
                    longs[at] = part.integerAt(i);
                } else {
                    floats[at] = part.floatAt(i);
                }
            }
            before += run;
        }
        return integers ? ConstantTensor.ofIntegers(dims, longs) : ConstantTensor.ofFloats(dims, floats);
    }

    private List<ConstantTensor> split(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        int[] dims = value.dims();
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 0), dims.length);
        long[] parts = ShapeArithmetic.splitSizes(node, dims[axis], Optional.ofNullable(optional(inputs, 1)));
        int[] strides = strides(dims);
        long[] steps = Arrays.stream(strides).asLongStream().toArray();
        List<ConstantTensor> outputs = new ArrayList<>();
        long at = 0;
        for (long size : parts) {
            int[] part = dims.clone();
            part[axis] = (int) size;
            outputs.add(value.gathered(part, walk(node, part, at * strides[axis], steps)));
            at += size;
        }
        return outputs;
    }

    /** The value with the dimensions to which it broadcasts. */
    private ConstantTensor broadcast(OnnxNode node, ConstantTensor value, int[] dims) {
        if (Arrays.equals(value.dims(), dims)) {
            return value;
        }
        int[] own = value.dims();
        int[] strides = strides(own);
        long[] steps = new long[dims.length];
        for (int i = 0; i < own.length; i++) {
            steps[dims.length - own.length + i] = own[i] == 1 ? 0 : strides[i];
        }
        return value.gathered(dims, walk(node, dims, 0, steps));
    }

    private ConstantTensor expand(OnnxNode node, ConstantTensor value, ConstantTensor shape) {
        return broadcast(node, value, ShapeArithmetic.broadcast(node, List.of(value.dims(), sizes(node, shape))));
    }

    private ConstantTensor tile(OnnxNode node, ConstantTensor value, ConstantTensor repeats) {
        int[] own = value.dims();
        int[] times = sizes(node, repeats);
        if (times.length != own.length) {
            throw node.badInput("repeats " + times.length + " dimensions, expected " + own.length);
        }
        int[] dims = new int[own.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = (int) Math.min((long) own[i] * times[i], BUDGET + 1);
        }
        int[] strides = strides(own);
        int[] outer = strides(dims);
        int[] from = new int[claim(node, dims)];
        for (int e = 0; e < from.length; e++) {
            for (int i = 0; i < dims.length; i++) {
                from[e] += e / outer[i] % dims[i] % own[i] * strides[i];
            }
        }
        return value.gathered(dims, from);
    }

    private ConstantTensor pad(OnnxNode node, List<ConstantTensor> inputs) {
        ConstantTensor value = first(node, inputs);
        if (!node.text("mode", "constant").equals("constant")) {
            throw node.unsupported(
                    "pads a constant in mode " + OnnxNode.printable(node.text("mode", "")) + ", expected constant");
        }
        int[] own = value.dims();
        long[][] pads = ShapeArithmetic.pads(node, own.length, index -> Optional.ofNullable(optional(inputs, index)));
        int[] dims = new int[own.length];
        for (int i = 0; i < dims.length; i++) {
            long size = own[i] + pads[i][0] + pads[i][1];
            if (size < 0 || size > BUDGET) {
                throw node.badInput("pads to a dimension of " + size + ", expected 0.." + BUDGET);
            }
            dims[i] = (int) size;
        }
        int[] strides = strides(own);
        int[] outer = strides(dims);
        int count = claim(node, dims);
        ConstantTensor fill = optional(inputs, 2);
        float[] floats = new float[value.isInteger() ? 0 : count];
        long[] longs = new long[value.isInteger() ? count : 0];
        for (int e = 0; e < count; e++) {
            long from = 0;
            for (int i = 0; i < dims.length && from >= 0; i++) {
                long at = e / outer[i] % dims[i] - pads[i][0];
                from = at < 0 || at >= own[i] ? -1 : from + at * strides[i];
            }
            if (value.isInteger()) {
                longs[e] = from >= 0 ? value.integerAt((int) from) : fill == null ? 0 : fill.integerAt(0);
            } else {
                floats[e] = from >= 0
                        ? value.floatAt((int) from)
                        : fill == null ? node.number("value", 0) : fill.floatAt(0);
            }
        }
        return value.isInteger() ? ConstantTensor.ofIntegers(dims, longs) : ConstantTensor.ofFloats(dims, floats);
    }

    private ConstantTensor where(OnnxNode node, List<ConstantTensor> inputs) {
        ConstantTensor condition = first(node, inputs);
        ConstantTensor yes = input(node, inputs, 1);
        ConstantTensor no = input(node, inputs, 2);
        int[] dims = ShapeArithmetic.broadcast(node, List.of(condition.dims(), yes.dims(), no.dims()));
        condition = broadcast(node, condition, dims);
        yes = broadcast(node, yes, dims);
        no = broadcast(node, no, dims);
        boolean integers = yes.isInteger() && no.isInteger();
        float[] floats = new float[integers ? 0 : claim(node, dims)];
        long[] longs = new long[integers ? claim(node, dims) : 0];
        for (int i = 0; i < condition.elements(); i++) {
            ConstantTensor chosen = condition.integerAt(i) != 0 ? yes : no;
            if (integers) {
                longs[i] = chosen.integerAt(i);
            } else {
                floats[i] = chosen.floatAt(i);
            }
        }
        return integers ? ConstantTensor.ofIntegers(dims, longs) : ConstantTensor.ofFloats(dims, floats);
    }

    private ConstantTensor range(OnnxNode node, List<ConstantTensor> inputs) {
        ConstantTensor start = first(node, inputs);
        ConstantTensor limit = input(node, inputs, 1);
        ConstantTensor delta = input(node, inputs, 2);
        for (ConstantTensor bound : List.of(start, limit, delta)) {
            if (bound.elements() != 1) {
                throw node.badInput("has a bound of " + bound.elements() + " values, expected one");
            }
        }
        double count = Math.ceil(((double) limit.floatAt(0) - start.floatAt(0)) / delta.floatAt(0));
        if (start.isInteger()) {
            count = Math.ceil((limit.integerAt(0) - start.integerAt(0)) / (double) delta.integerAt(0));
        }
        if (!(Math.abs(count) <= BUDGET)) {
            throw node.badInput("counts " + count + " numbers, expected at most " + BUDGET);
        }
        int[] dims = {(int) Math.max(0, count)};
        int n = claim(node, dims);
        if (start.isInteger()) {
            long[] values = new long[n];
            for (int i = 0; i < n; i++) {
                values[i] = start.integerAt(0) + i * delta.integerAt(0);
            }
            return ConstantTensor.ofIntegers(dims, values);
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = start.floatAt(0) + i * delta.floatAt(0);
        }
        return ConstantTensor.ofFloats(dims, values);
    }

    private ConstantTensor nonZero(OnnxNode node, ConstantTensor value) {
        int[] places = new int[value.elements()];
        int found = 0;
        for (int i = 0; i < places.length; i++) {
            if (value.floatAt(i) != 0) {
                places[found++] = i;
            }
        }
        int[] in = value.dims();
        int[] strides = strides(in);
        int[] dims = {in.length, found};
        long[] values = new long[claim(node, dims)];
        for (int i = 0; i < values.length; i++) {
            int d = i / found;
            values[i] = places[i % found] / strides[d] % in[d];
        }
        return ConstantTensor.ofIntegers(dims, values);
    }

    private ConstantTensor scatterNd(OnnxNode node, List<ConstantTensor> inputs) {
        ConstantTensor data = first(node, inputs);
        ConstantTensor indices = input(node, inputs, 1);
        ConstantTensor updates = input(node, inputs, 2);
        int[] dims = data.dims();
        int depth = indices.rank() == 0 ? 0 : indices.dims()[indices.rank() - 1];
        if (!node.text("reduction", "none").equals("none") || depth < 1 || depth > dims.length) {
            throw node.unsupported("combines scattered values, or has indices of " + depth + " axes");
        }
        int[] strides = strides(dims);
        int inner = strides[depth - 1];
        if (updates.elements() != indices.elements() / depth * inner) {
            throw node.badInput(
                    "scatters " + updates.elements() + " values, expected " + indices.elements() / depth * inner);
        }
        claim(node, dims);
        float[] floats = data.isInteger() ? null : data.floats().clone();
        long[] longs = data.isInteger() ? data.integers() : null;
        for (int i = 0; i < updates.elements(); i++) {
            int at = i % inner;
            for (int d = 0; d < depth; d++) {
                at += ShapeArithmetic.axis(node, indices.integerAt(i / inner * depth + d), dims[d]) * strides[d];
            }
            if (floats != null) {
                floats[at] = updates.floatAt(i);
            } else {
                longs[at] = updates.integerAt(i);
            }
        }
        return floats != null ? ConstantTensor.ofFloats(dims, floats) : ConstantTensor.ofIntegers(dims, longs);
    }

    private ConstantTensor trilu(OnnxNode node, ConstantTensor value, List<ConstantTensor> inputs) {
        int[] dims = value.dims();
        if (dims.length < 2) {
            throw node.badInput("has " + dims.length + " dimensions, expected at least 2");
        }
        int rows = dims[dims.length - 2];
        int columns = dims[dims.length - 1];
        long k = optional(inputs, 1) == null ? 0 : inputs.get(1).integerAt(0);
        boolean upper = node.integer("upper", 1) != 0;
        float[] floats = new float[claim(node, dims)];
        for (int i = 0; i < floats.length; i++) {
            long beyond = i % columns - (long) (i / columns % rows) - k;
            floats[i] = (upper ? beyond >= 0 : beyond <= 0) ? value.floatAt(i) : 0;
        }
        ConstantTensor result = ConstantTensor.ofFloats(dims, floats);
        return value.isInteger() ? ConstantTensor.ofIntegers(dims, result.integers()) : result;
    }

    private ConstantTensor matMul(OnnxNode node, ConstantTensor left, ConstantTensor right) {
        if (left.rank() < 2 || right.rank() != 2) {
            throw node.unsupported("multiplies constants of " + left.rank() + " and " + right.rank()
                    + " dimensions, expected at least 2 and 2");
        }
        int[] dims = left.dims();
        int depth = dims[dims.length - 1];
        int columns = right.dims()[1];
        if (right.dims()[0] != depth) {
            throw node.badInput("multiplies " + depth + " columns by " + right.dims()[0] + " rows");
        }
        dims[dims.length - 1] = columns;
        float[] values = new float[claim(node, dims)];
        products += (long) values.length * depth;
        if (products > PRODUCT_BUDGET) {
            throw node.unsupported("multiplies constants with more than " + PRODUCT_BUDGET + " products in all");
        }
        for (int i = 0; i < values.length; i++) {
            double sum = 0;
            for (int d = 0; d < depth; d++) {
                sum += (double) left.floatAt(i / columns * depth + d) * right.floatAt(d * columns + i % columns);
            }
            values[i] = (float) sum;
        }
        return ConstantTensor.ofFloats(dims, values);
    }

    private ConstantTensor clip(OnnxNode node, List<ConstantTensor> inputs) {
        ConstantTensor low = optional(inputs, 1);
        ConstantTensor high = optional(inputs, 2);
        double least = low == null ? node.number("min", Float.NEGATIVE_INFINITY) : low.floatAt(0);
        double most = high == null ? node.number("max", Float.POSITIVE_INFINITY) : high.floatAt(0);
        return map(node, first(node, inputs), a -> Math.min(most, Math.max(least, a)), a ->
                (long) Math.min(most, Math.max(least, a)));
    }

    /** Element by element; without an integer form, integers are converted. */
    private ConstantTensor map(
            OnnxNode node, ConstantTensor value, DoubleUnaryOperator real, LongUnaryOperator integer) {
        int count = claim(node, value.dims());
        if (value.isInteger() && integer != null) {
            long[] values = new long[count];
            for (int i = 0; i < count; i++) {
                values[i] = integer.applyAsLong(value.integerAt(i));
            }
            return ConstantTensor.ofIntegers(value.dims(), values);
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) real.applyAsDouble(value.floatAt(i));
        }
        return ConstantTensor.ofFloats(value.dims(), values);
    }

    /** Element by element over any number of inputs, from the left. */
    private ConstantTensor combine(
            OnnxNode node, List<ConstantTensor> inputs, DoubleBinaryOperator real, LongBinaryOperator integer) {
        ConstantTensor result = first(node, inputs);
        for (int n = 1; n < inputs.size(); n++) {
            ConstantTensor next = input(node, inputs, n);
            int[] dims = ShapeArithmetic.broadcast(node, List.of(result.dims(), next.dims()));
            ConstantTensor a = broadcast(node, result, dims);
            ConstantTensor b = broadcast(node, next, dims);
            int count = claim(node, dims);
            if (a.isInteger() && b.isInteger()) {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = integer.applyAsLong(a.integerAt(i), b.integerAt(i));
                }
                result = ConstantTensor.ofIntegers(dims, values);
            } else {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (float) real.applyAsDouble(a.floatAt(i), b.floatAt(i));
                }
                result = ConstantTensor.ofFloats(dims, values);
            }
        }
        return result;
    }

    private ConstantTensor reduce(
            OnnxNode node,
            ConstantTensor value,
            ConstantTensor axesInput,
            double start,
            DoubleBinaryOperator step,
            DoubleBinaryOperator end) {
        int[] in = value.dims();
        int[] axes = ShapeArithmetic.axes(node, axesInput, in.length);
        boolean[] gone = new boolean[in.length];
        if (axes == null || axes.length == 0) {
            Arrays.fill(gone, node.integer("noop_with_empty_axes", 0) == 0);
        } else {
            for (int axis : axes) {
                gone[axis] = true;
            }
        }
        int[] whole = in.clone();
        List<Integer> kept = new ArrayList<>();
        long count = 1;
        for (int i = 0; i < in.length; i++) {
            if (gone[i]) {
                whole[i] = 1;
                count *= in[i];
            }
            if (!gone[i] || node.integer("keepdims", 1) != 0) {
                kept.add(whole[i]);
            }
        }
        int[] strides = strides(in);
        int[] outer = strides(whole);
        double[] sums = new double[claim(node, whole)];
        Arrays.fill(sums, start);
        for (int e = 0; e < value.elements(); e++) {
            int at = 0;
            for (int i = 0; i < in.length; i++) {
                at += gone[i] ? 0 : e / strides[i] % in[i] * outer[i];
            }
            double element = value.isInteger() ? value.integerAt(e) : value.floatAt(e);
            sums[at] = step.applyAsDouble(sums[at], element);
        }
        int[] dims = kept.stream().mapToInt(Integer::intValue).toArray();
        float[] floats = new float[sums.length];
        long[] longs = new long[sums.length];
        for (int i = 0; i < sums.length; i++) {
            double result = end.applyAsDouble(sums[i], count);
            floats[i] = (float) result;
            longs[i] = (long) result;
        }
        return value.isInteger() ? ConstantTensor.ofIntegers(dims, longs) : ConstantTensor.ofFloats(dims, floats);
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
            int axis = ShapeArithmetic.axis(node, node.integer("axis", 1), value.rank());
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
            int axis = ShapeArithmetic.axis(node, node.integer("axis", 1), value.rank());
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
