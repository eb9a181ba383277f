package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.rewrite.Rewriter;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.quantise.Quantiser;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small models of one pattern each: the translated, the rewritten and the 8-bit network against ONNX Runtime. */
class OperatorsTest {
    private static final long SEED = 20240117;
    private static final double FLOAT_TOLERANCE = 1e-4;
    /** Share of the largest output; measured 0.3 to 2.7 %. */
    private static final double INT8_TOLERANCE = 0.04;

    private static TestModel model(int opset, long... dims) {
        return new TestModel(opset, SEED, dims);
    }

    /** A convolution c, l = Clip(c + 3, 0, 6), and the constant six. */
    private static TestModel hardSwish() {
        return model(13, 1, 3, 6, 6)
                .weights("w", 4, 3, 1, 1)
                .node("Conv", "c", "x", "w")
                .floats("three", new float[] {3})
                .floats("six", new float[] {6})
                .node("Add", "a", "c", "three")
                .tensor(TensorProto.newBuilder()
                        .setName("zero")
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addFloatData(0)
                        .build())
                .tensor(TensorProto.newBuilder()
                        .setName("top")
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addFloatData(6)
                        .build())
                .node("Clip", "l", "a", "zero", "top");
    }

    private static Map<String, Object> window(int kernel, int stride, int... pads) {
        return Map.of(
                "kernel_shape",
                new long[] {kernel, kernel},
                "strides",
                new long[] {stride, stride},
                "pads",
                new long[] {pads[0], pads[1], pads[2], pads[3]});
    }

    private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
        java.util.TreeMap<String, Object> copy = new java.util.TreeMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static Arguments test(String name, TestModel model) {
        return Arguments.of(name, model);
    }

    static Stream<Arguments> patterns() {
        TensorProto minusOne = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(1)
                .addInt64Data(-1)
                .build();
        TensorProto half = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(1)
                .addFloatData(0.5f)
                .build();
        TensorProto int8 = TensorProto.newBuilder()
                .setName("q")
                .setDataType(TensorProto.DataType.INT8_VALUE)
                .addDims(2)
                .addDims(3)
                .addDims(1)
                .addDims(1)
                .setRawData(ByteString.copyFrom(new byte[] {-100, 0, 50, 127, 3, -128}))
                .build();
        return Stream.of(
                test(
                        "convolution, asymmetric padding and stride",
                        model(13, 1, 3, 9, 8)
                                .weights("w", 4, 3, 3, 3)
                                .weights("b", 4)
                                .node("Conv", "y", List.of("x", "w", "b"), window(3, 2, 0, 1, 1, 2))),
                test(
                        "dilated convolution, dynamic batch",
                        model(13, -1, 2, 11, 9)
                                .weights("w", 3, 2, 3, 2)
                                .node("Conv", "y", List.of("x", "w"), Map.of("dilations", new long[] {2, 3}))),
                test(
                        "grouped convolution",
                        model(13, 1, 4, 5, 5)
                                .weights("w", 6, 2, 3, 3)
                                .node("Conv", "y", List.of("x", "w"), Map.of("group", 2))),
                test(
                        "depthwise, SAME_UPPER",
                        model(13, 1, 3, 8, 7)
                                .weights("w", 3, 1, 3, 3)
                                .node(
                                        "Conv",
                                        "y",
                                        List.of("x", "w"),
                                        Map.of("group", 3, "auto_pad", "SAME_UPPER", "strides", new long[] {2, 2}))),
                test(
                        "SAME_LOWER",
                        model(13, 1, 2, 6, 6)
                                .weights("w", 3, 2, 2, 2)
                                .node("Conv", "y", List.of("x", "w"), Map.of("auto_pad", "SAME_LOWER"))),
                test(
                        "padded 1x1 convolution",
                        model(13, 1, 2, 4, 4)
                                .weights("w", 3, 2, 1, 1)
                                .weights("b", 3)
                                .node("Conv", "y", List.of("x", "w", "b"), window(1, 1, 1, 1, 1, 1))),
                test(
                        "max pooling, ceil_mode",
                        model(13, 1, 3, 8, 9)
                                .node("MaxPool", "y", List.of("x"), with(window(3, 2, 0, 0, 0, 0), "ceil_mode", 1))),
                test(
                        "max pooling, ceil_mode, window past the end",
                        model(13, 1, 3, 5, 5)
                                .node("MaxPool", "y", List.of("x"), with(window(1, 3, 0, 0, 0, 0), "ceil_mode", 1))),
                test(
                        "max pooling with padding",
                        model(8, 1, 3, 7, 7).node("MaxPool", "y", List.of("x"), window(3, 2, 1, 1, 1, 1))),
                test(
                        "average pooling without padding in the count",
                        model(13, 1, 3, 7, 8).node("AveragePool", "y", List.of("x"), window(3, 2, 1, 1, 1, 1))),
                test(
                        "average pooling with padding in the count",
                        model(13, 1, 3, 7, 8)
                                .node(
                                        "AveragePool",
                                        "y",
                                        List.of("x"),
                                        with(window(3, 2, 1, 0, 1, 1), "count_include_pad", 1))),
                test(
                        "average pooling, ceil_mode",
                        model(13, 1, 3, 8, 8)
                                .node(
                                        "AveragePool",
                                        "y",
                                        List.of("x"),
                                        with(window(3, 2, 0, 0, 0, 0), "ceil_mode", 1))),
                test("global average pooling", model(13, 1, 5, 4, 6).node("GlobalAveragePool", "y", "x")),
                test("global max pooling", model(13, 1, 5, 4, 6).node("GlobalMaxPool", "y", "x")),
                test(
                        "mean over the map",
                        model(13, 1, 5, 4, 6)
                                .node(
                                        "ReduceMean",
                                        "m",
                                        List.of("x"),
                                        Map.of("axes", new long[] {-1, 2}, "keepdims", 0))
                                .weights("w", 5, 3)
                                .node("MatMul", "y", "m", "w")),
                test(
                        "batch normalisation after a convolution",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 3, 3)
                                .weights("b", 4)
                                .node("Conv", "c", "x", "w", "b")
                                .weights("g", 4)
                                .weights("s", 4)
                                .weights("m", 4)
                                .uniform("v", 0.1, 2, 4)
                                .node(
                                        "BatchNormalization",
                                        "n",
                                        List.of("c", "g", "s", "m", "v"),
                                        Map.of("epsilon", 1e-3f))
                                .node("Relu", "y", "n")),
                test(
                        "batch normalisation of the input",
                        model(9, 1, 3, 6, 6)
                                .weights("g", 3)
                                .weights("s", 3)
                                .weights("m", 3)
                                .uniform("v", 0.1, 2, 3)
                                .node("BatchNormalization", "y", "x", "g", "s", "m", "v")),
                test(
                        "constants per channel",
                        model(13, 1, 3, 6, 6)
                                .weights("a", 3, 1, 1)
                                .weights("b", 1, 3, 1, 1)
                                .uniform("c", 0.5, 1, 1)
                                .node("Mul", "1", "x", "a")
                                .node("Sub", "2", "b", "1")
                                .node("Div", "3", "2", "c")
                                .node("Add", "4", "3", "b")
                                .node("Sub", "y", "4", "c")),
                test(
                        "ReLU6 as attributes",
                        model(7, 1, 3, 6, 6)
                                .uniform("w", -3, 3, 4, 3, 3, 3)
                                .node("Conv", "c", "x", "w")
                                .node("Clip", "y", List.of("c"), Map.of("min", 0f, "max", 6f))),
                test(
                        "clip with a negative bound, as inputs",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 3, 3)
                                .floats("low", new float[] {-0.5f})
                                .floats("high", new float[] {1.5f})
                                .node("Conv", "c", "x", "w")
                                .node("Clip", "y", "c", "low", "high")),
                test(
                        "residual of the input, ReLU",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 3, 3, 3, 3)
                                .node("Conv", "c", List.of("x", "w"), window(3, 1, 1, 1, 1, 1))
                                .node("Add", "s", "c", "x")
                                .node("Relu", "y", "s")),
                test(
                        "residual of two convolutions",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 3, 3)
                                .weights("v", 4, 3, 1, 1)
                                .node("Conv", "c", List.of("x", "w"), window(3, 1, 1, 1, 1, 1))
                                .node("Conv", "d", "x", "v")
                                .node("Add", "s", "c", "d")
                                .node("Relu", "y", "s")),
                test(
                        "addition of activated tensors",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 3, 3, 3, 3)
                                .node("Conv", "c", List.of("x", "w"), window(3, 1, 1, 1, 1, 1))
                                .node("Relu", "r", "c")
                                .node("Add", "y", "r", "x")),
                test(
                        "a tensor added to itself, and a sum of three",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 3, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Add", "d", "c", "c")
                                .node("Sum", "y", "d", "x", "c")),
                test(
                        "pre-activation: ReLU of a tensor with two readers",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 3, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Relu", "r", "c")
                                .weights("v", 3, 3, 1, 1)
                                .node("Conv", "d", "r", "v")
                                .node("Add", "y", "d", "c")),
                test(
                        "ReLU after max pooling",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 3, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("MaxPool", "p", List.of("c"), window(2, 2, 0, 0, 0, 0))
                                .node("Relu", "y", "p")),
                test("ReLU of the input", model(13, 1, 3, 6, 6).node("Relu", "y", "x")),
                test(
                        "concatenation with a pooled branch, read by a convolution",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .weights("v", 2, 3, 3, 3)
                                .node("Conv", "c", "x", "w")
                                .node("Relu", "cr", "c")
                                .node("Conv", "d", List.of("x", "v"), window(3, 1, 1, 1, 1, 1))
                                .node("Relu", "dr", "d")
                                .node("MaxPool", "p", List.of("cr"), window(3, 1, 1, 1, 1, 1))
                                .node("Concat", "k", List.of("cr", "dr", "p"), Map.of("axis", 1))
                                .weights("u", 3, 10, 1, 1)
                                .node("Conv", "y", "k", "u")),
                test(
                        "concatenation of signed and unsigned parts",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Relu", "cr", "c")
                                .node("Concat", "y", List.of("cr", "x", "cr"), Map.of("axis", -3))),
                test(
                        "flatten and Gemm",
                        model(13, 1, 2, 3, 4)
                                .node("Flatten", "f", "x")
                                .weights("w", 5, 24)
                                .weights("b", 5)
                                .node(
                                        "Gemm",
                                        "y",
                                        List.of("f", "w", "b"),
                                        Map.of("transB", 1, "alpha", 0.5f, "beta", 2f))),
                test(
                        "two fully connected layers, softmax",
                        model(11, 1, 2, 3, 4)
                                .integers("shape", 0, -1)
                                .node("Reshape", "f", "x", "shape")
                                .weights("w", 24, 5)
                                .weights("b", 1, 5)
                                .node("MatMul", "m", "f", "w")
                                .node("Add", "a", "m", "b")
                                .node("Relu", "r", "a")
                                .weights("v", 5, 3)
                                .node("Gemm", "g", "r", "v")
                                .node("Softmax", "y", "g")),
                test(
                        "reshape by arithmetic on the shape",
                        model(13, -1, 2, 3, 4)
                                .node("Shape", "s", "x")
                                .integers("zero", 0)
                                .node("Constant", "minus", List.of(), Map.of("value", minusOne))
                                .node("Gather", "n", "s", "zero")
                                .node("Concat", "shape", List.of("n", "minus"), Map.of("axis", 0))
                                .node("Reshape", "f", "x", "shape")
                                .weights("w", 24, 5)
                                .node("MatMul", "y", "f", "w")),
                test(
                        "identity, dropout, constant weights",
                        model(13, 1, 3, 6, 6)
                                .integers("shape", 2, 3, 1, 1)
                                .node("ConstantOfShape", "w", List.of("shape"), Map.of("value", half))
                                .node("Identity", "i", "x")
                                .node("Conv", "c", "i", "w")
                                .node("Dropout", "y", "c")),
                test(
                        "weights stored in 8 bits",
                        model(13, 1, 3, 6, 6)
                                .tensor(int8)
                                .floats("s", new float[] {0.01f, 0.02f}, 2)
                                .node("DequantizeLinear", "w", List.of("q", "s"), Map.of("axis", 0))
                                .node("Conv", "y", "x", "w")),
                test(
                        "padding before a convolution",
                        model(11, 1, 3, 6, 6)
                                .integers("pads", 0, 0, 1, 2, 0, 0, 3, 0)
                                .node("Pad", "p", "x", "pads")
                                .weights("w", 4, 3, 3, 3)
                                .node("Conv", "y", "p", "w")),
                test(
                        "padding of channels and map",
                        model(10, 1, 3, 6, 6)
                                .node("Pad", "y", List.of("x"), Map.of("pads", new long[] {0, 1, 0, 1, 0, 2, 1, 0}))),
                test(
                        "LeakyRelu after a convolution",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 3, 3)
                                .node("Conv", "c", "x", "w")
                                .node("LeakyRelu", "y", List.of("c"), Map.of("alpha", 0.2f))),
                test(
                        "Sigmoid after batch normalisation",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 3, 3)
                                .node("Conv", "c", "x", "w")
                                .weights("g", 4)
                                .weights("s", 4)
                                .weights("m", 4)
                                .uniform("v", 0.1, 2, 4)
                                .node("BatchNormalization", "n", "c", "g", "s", "m", "v")
                                .node("Sigmoid", "y", "n")),
                test(
                        "Tanh and HardSigmoid",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Tanh", "t", "c")
                                .weights("v", 4, 4, 3, 3)
                                .node("Conv", "d", "t", "v")
                                .node("HardSigmoid", "y", "d")),
                test(
                        "HardSwish, Softplus and Elu",
                        model(14, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("HardSwish", "h", "c")
                                .weights("v", 4, 4, 3, 3)
                                .node("Conv", "d", "h", "v")
                                .node("Softplus", "p", "d")
                                .weights("u", 4, 4, 1, 1)
                                .node("Conv", "e", "p", "u")
                                .node("Elu", "y", "e")),
                test(
                        "Selu and Softsign",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Selu", "a", "c")
                                .weights("v", 4, 4, 1, 1)
                                .node("Conv", "d", "a", "v")
                                .node("Softsign", "y", "d")),
                test(
                        "ThresholdedRelu and Celu",
                        model(13, 1, 3, 6, 6)
                                .weights("u", 4, 3, 1, 1)
                                .node("Conv", "e", "x", "u")
                                .node("ThresholdedRelu", "f", List.of("e"), Map.of("alpha", 0f))
                                .weights("t", 4, 4, 1, 1)
                                .node("Conv", "g", "f", "t")
                                .node("Celu", "y", List.of("g"), Map.of("alpha", 0.7f))),
                test(
                        "Gelu and Mish",
                        model(20, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Gelu", "g", "c")
                                .weights("v", 4, 4, 1, 1)
                                .node("Conv", "d", "g", "v")
                                .node("Mish", "y", "d")),
                test(
                        "SiLU as a product, of the input",
                        model(13, 1, 3, 6, 6).node("Sigmoid", "s", "x").node("Mul", "y", "s", "x")),
                test(
                        "HardSwish as x * Clip(x + 3, 0, 6) / 6",
                        hardSwish().node("Mul", "m", "c", "l").node("Div", "y", "m", "six")),
                test(
                        "HardSwish as x * (Clip(x + 3, 0, 6) / 6)",
                        hardSwish().node("Div", "m", "l", "six").node("Mul", "y", "m", "c")),
                test(
                        "HardSwish as (x / 6) * Clip(x + 3, 0, 6)",
                        hardSwish().node("Div", "m", "c", "six").node("Mul", "y", "m", "l")),
                test(
                        "HardSwish as x * HardSigmoid(x), of batch normalisation",
                        model(14, 1, 3, 6, 6)
                                .weights("w", 4, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .floats("three", new float[] {3})
                                .node("Add", "a", "c", "three")
                                .node("HardSigmoid", "h", List.of("a"), Map.of("alpha", 1 / 6f, "beta", 0.5f))
                                .node("Mul", "y", "h", "a")),
                test(
                        "activation after a residual addition",
                        model(13, 1, 3, 6, 6)
                                .weights("w", 3, 3, 3, 3)
                                .node("Conv", "c", List.of("x", "w"), window(3, 1, 1, 1, 1, 1))
                                .node("Add", "s", "c", "x")
                                .node("LeakyRelu", "y", "s")),
                test(
                        "PRelu with one slope after max pooling",
                        model(13, 1, 3, 6, 6)
                                .floats("a", new float[] {0.3f}, 1, 1, 1)
                                .node("MaxPool", "p", List.of("x"), window(2, 2, 0, 0, 0, 0))
                                .node("PRelu", "y", "p", "a")),
                test(
                        "local response normalisation",
                        model(13, 1, 8, 5, 5)
                                .node("Relu", "r", "x")
                                .node(
                                        "LRN",
                                        "y",
                                        List.of("r"),
                                        Map.of("size", 5, "alpha", 0.5f, "beta", 0.75f, "bias", 1f))),
                test(
                        "split into two branches",
                        model(13, 1, 5, 6, 6)
                                .integers("sizes", 2, 3)
                                .split("Split", List.of("a", "b"), List.of("x", "sizes"), Map.of("axis", 1))
                                .weights("w", 4, 2, 1, 1)
                                .weights("v", 3, 3, 1, 1)
                                .node("Conv", "c", "a", "w")
                                .node("Conv", "d", "b", "v")
                                .node("Concat", "y", List.of("c", "d"), Map.of("axis", 1))),
                test(
                        "split by attribute, equal parts",
                        model(11, 1, 6, 4, 4)
                                .split("Split", List.of("a", "b", "c"), List.of("x"), Map.of("axis", -3))
                                .node("Concat", "y", List.of("c", "a", "b"), Map.of("axis", 1))),
                test(
                        "slice of channels",
                        model(13, 1, 7, 4, 4)
                                .integers("from", -2)
                                .integers("to", 0)
                                .integers("axis", 1)
                                .integers("step", -2)
                                .node("Slice", "y", "x", "from", "to", "axis", "step")),
                test(
                        "slice by attributes",
                        model(9, 1, 7, 4, 4)
                                .node(
                                        "Slice",
                                        "y",
                                        List.of("x"),
                                        Map.of(
                                                "starts",
                                                new long[] {1, 0},
                                                "ends",
                                                new long[] {5, 1000},
                                                "axes",
                                                new long[] {1, 2}))),
                test(
                        "gather of channels",
                        model(13, 1, 4, 3, 3)
                                .integers("i", 3, 0, -2, 0)
                                .node("Gather", "y", List.of("x", "i"), Map.of("axis", 1))),
                test(
                        "channel shuffle",
                        model(13, 1, 6, 4, 5)
                                .integers("five", 1, 2, 3, 4, 5)
                                .integers("four", 1, 6, 4, 5)
                                .node("Reshape", "r", "x", "five")
                                .node("Transpose", "t", List.of("r"), Map.of("perm", new long[] {0, 2, 1, 3, 4}))
                                .node("Reshape", "s", "t", "four")
                                .weights("w", 6, 3, 1, 1)
                                .node("Conv", "y", List.of("s", "w"), Map.of("group", 2))),
                test(
                        "channel shuffle with merged maps, flattened",
                        model(13, -1, 6, 4, 5)
                                .integers("three", 3, 2, -1)
                                .integers("two", 1, -1)
                                .node("Reshape", "r", "x", "three")
                                .node("Transpose", "t", List.of("r"), Map.of("perm", new long[] {1, 0, 2}))
                                .node("Reshape", "s", "t", "two")
                                .weights("w", 120, 4)
                                .node("MatMul", "y", "s", "w")),
                test(
                        "squeeze, unsqueeze and transpose of one pixel",
                        model(13, 1, 5, 3, 3)
                                .node("GlobalAveragePool", "g", "x")
                                .node("Transpose", "t", List.of("g"), Map.of("perm", new long[] {0, 2, 3, 1}))
                                .integers("a", 1, 2)
                                .node("Squeeze", "s", "t", "a")
                                .weights("w", 5, 4)
                                .node("MatMul", "m", "s", "w")
                                .integers("b", 2, 3)
                                .node("Unsqueeze", "u", "m", "b")
                                .weights("v", 3, 4, 1, 1)
                                .node("Conv", "y", "u", "v")),
                test(
                        "negation and arithmetic on shapes",
                        model(13, 1, 2, 3, 4)
                                .node("Neg", "n", "x")
                                .node("Shape", "s", "n")
                                .integers("one", 1)
                                .integers("end", 4)
                                .node("Slice", "chw", "s", "one", "end")
                                .integers("first", 0)
                                .node("Gather", "c", "chw", "first")
                                .integers("twelve", 12)
                                .node("Mul", "all", "c", "twelve")
                                .node("Concat", "to", List.of("one", "all"), Map.of("axis", 0))
                                .node("Reshape", "f", "n", "to")
                                .weights("w", 24, 5)
                                .node("MatMul", "y", "f", "w")),
                test(
                        "nodes out of order, dead node",
                        model(13, 1, 3, 6, 6)
                                .node("Relu", "y", "c")
                                .weights("w", 4, 3, 3, 3)
                                .node("Conv", "c", "x", "w")
                                .node("Sigmoid", "unused", "c")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("patterns")
    void equalsOnnxRuntime(String name, TestModel model) {
        OnnxGraph onnx = OnnxModelReader.read("test.onnx", model.bytes());
        FloatGraph translated = OnnxTranslator.translate(onnx);
        FloatGraph rewritten = Rewriter.rewrite(translated);
        SplitMix random = new SplitMix(SEED + 1);
        float[] input = new float[onnx.inputShape().elements()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) (random.nextDouble() * 4 - 2);
        }
        // ONNX itself asks for sorted nodes; the importer does not.
        float[] expected = name.startsWith("nodes out of order")
                ? FloatExecutor.run(translated, input)
                : OnnxRuntimeReference.run(model.bytes(), onnx.inputShape(), input);
        assertClose("translated", expected, FloatExecutor.run(translated, input), FLOAT_TOLERANCE);
        float[] scores = FloatExecutor.run(rewritten, input);
        if (rewritten.notes().stream().noneMatch(n -> n.contains("left out"))) {
            assertClose("rewritten", expected, scores, FLOAT_TOLERANCE);
        }
        assertClose("8 bits", scores, dequantised(rewritten, input), INT8_TOLERANCE);
    }

    @Test
    void aGateBecomesOnePostOperationOfItsConvolution() {
        List<TestModel> models = List.of(
                hardSwish().node("Mul", "m", "c", "l").node("Div", "y", "m", "six"),
                hardSwish().node("Div", "m", "l", "six").node("Mul", "y", "m", "c"),
                hardSwish().node("Div", "m", "c", "six").node("Mul", "y", "m", "l"));
        for (TestModel model : models) {
            FloatGraph graph = Rewriter.rewrite(OnnxTranslator.translate(OnnxModelReader.read("m", model.bytes())));
            assertEquals(1, graph.nodes().size());
            assertEquals(
                    ActivationFunction.Kind.HARD_SWISH,
                    graph.nodes().get(0).activation().orElseThrow().kind());
        }
    }

    @Test
    void theLaterConvolutionTakesTheResidual() {
        TestModel model = model(13, 1, 3, 6, 6)
                .weights("w", 3, 3, 1, 1)
                .node("Conv", "first", "x", "w")
                .node("Conv", "second", "x", "w")
                .node("Add", "s", "second", "first")
                .node("Relu", "y", "s");
        FloatGraph graph = Rewriter.rewrite(OnnxTranslator.translate(OnnxModelReader.read("m", model.bytes())));
        assertEquals(
                List.of("first_node", "second_node"),
                graph.nodes().stream().map(n -> n.name()).toList());
        assertEquals("first", graph.nodes().get(1).residual().orElseThrow());
        assertEquals(0f, graph.nodes().get(1).low());
    }

    @Test
    void aConvolutionWithAnotherReaderKeepsItsOutput() {
        TestModel model = model(13, 1, 3, 6, 6)
                .weights("w", 3, 3, 1, 1)
                .node("Conv", "c", "x", "w")
                .node("Add", "s", "c", "x")
                .node("Add", "y", "s", "c");
        FloatGraph graph = Rewriter.rewrite(OnnxTranslator.translate(OnnxModelReader.read("m", model.bytes())));
        assertEquals(3, graph.nodes().size());
        assertTrue(graph.nodes().get(1).op() instanceof FloatOp.Add);
        assertFalse(graph.nodes().get(0).residual().isPresent());
    }

    private static float[] dequantised(FloatGraph graph, float[] input) {
        Workload workload = Quantiser.quantise(graph, List.of(input), "test", 0, "a test");
        ActivationTensor[] last = new ActivationTensor[1];
        ReferenceExecutor.execute(workload, (layer, output) -> last[0] = output);
        float scale = workload.requantisation(workload.network().size() - 1).outputScale();
        ActivationTensor output = last[0];
        float[] values = new float[output.shape().elements()];
        int at = 0;
        for (int c = 0; c < output.shape().channels(); c++) {
            for (int h = 0; h < output.shape().height(); h++) {
                for (int w = 0; w < output.shape().width(); w++) {
                    values[at++] = output.value(c, h, w) * scale;
                }
            }
        }
        return values;
    }

    private static void assertClose(String what, float[] expected, float[] actual, double tolerance) {
        assertEquals(expected.length, actual.length, what + ": number of outputs");
        double largest = 1e-6;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - actual[i]));
        }
        double shown = error / largest;
        assertTrue(shown <= tolerance, what + ": largest error is " + shown + " of the largest output, seed " + SEED);
    }
}
