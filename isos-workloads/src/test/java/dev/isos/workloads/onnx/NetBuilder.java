package dev.isos.workloads.onnx;

import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes whole networks the way PyTorch's exporter spells them: batch normalisation folded into convolutions, GELU and SiLU
 * by parts, attention as products, reshapes and transpositions. Weights are drawn from a seed, of the size that keeps
 * activations at theirs. Tensors go by name; {@link #channels} knows their channels.
 */
final class NetBuilder {
    /** Activation functions between layers. */
    enum Act {
        NONE,
        RELU,
        RELU6,
        SILU,
        HARD_SWISH,
        GELU,
        LEAKY
    }

    final TestModel model;
    private final Map<String, Integer> channels = new TreeMap<>();
    private int next;

    NetBuilder(int opset, long seed, long... dims) {
        model = new TestModel(opset, seed, dims);
        channels.put("x", (int) dims[1]);
    }

    int channels(String x) {
        return channels.get(x);
    }

    private String name(String prefix) {
        return prefix + "_" + next++;
    }

    private String set(String name, int c) {
        channels.put(name, c);
        return name;
    }

    /** Any node with one output of {@code c} channels. */
    String op(String operator, int c, Map<String, Object> attributes, String... inputs) {
        String y = name(operator);
        model.node(operator, y, List.of(inputs), attributes);
        return set(y, c);
    }

    String op(String operator, String x, String... more) {
        List<String> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(List.of(more));
        return op(operator, channels.getOrDefault(x, 0), Map.of(), inputs.toArray(String[]::new));
    }

    String constant(float value) {
        String name = name("const");
        model.floats(name, new float[] {value});
        return name;
    }

    String scalar(float value) {
        String name = name("scalar");
        model.floats(name, new float[] {value}, new long[0]);
        return name;
    }

    String integers(long... values) {
        String name = name("ints");
        model.integers(name, values);
        return name;
    }

    String uniform(double low, double high, long... dims) {
        String name = name("w");
        model.uniform(name, low, high, dims);
        return name;
    }

    String weights(double gain, long... dims) {
        double fan = 1;
        for (int i = 1; i < dims.length; i++) {
            fan *= dims[i];
        }
        double bound = Math.sqrt(3 * gain / fan);
        return uniform(-bound, bound, dims);
    }

    String act(String x, Act act) {
        return switch (act) {
            case NONE -> x;
            case RELU -> op("Relu", x);
            case RELU6 -> op("Clip", x, scalar(0), scalar(6));
            case SILU -> op("Mul", x, op("Sigmoid", x));
            case HARD_SWISH -> op("HardSwish", x);
            case LEAKY -> op("LeakyRelu", channels(x), Map.of("alpha", 0.1f), x);
            case GELU -> {
                String erf = op("Erf", op("Div", x, scalar((float) Math.sqrt(2))));
                String gate = op("Mul", x, op("Add", erf, scalar(1)));
                yield op("Mul", gate, scalar(0.5f));
            }
        };
    }

    String conv(String x, int out, int kernel, int stride, int pad, int groups, Act act) {
        return conv(x, out, kernel, kernel, stride, pad, pad, groups, 1, act);
    }

    String conv(String x, int out, int kernel, int stride, Act act) {
        return conv(x, out, kernel, stride, kernel / 2, 1, act);
    }

    String conv(
            String x,
            int out,
            int rows,
            int columns,
            int stride,
            int padRows,
            int padColumns,
            int groups,
            int dilation,
            Act act) {
        int in = channels(x);
        double gain = act == Act.NONE ? 1 : 2;
        String w = weights(gain, out, in / groups, rows, columns);
        String b = uniform(-0.1, 0.1, out);
        String y = op(
                "Conv",
                out,
                Map.of(
                        "dilations", new long[] {dilation, dilation},
                        "group", groups,
                        "kernel_shape", new long[] {rows, columns},
                        "pads", new long[] {padRows, padColumns, padRows, padColumns},
                        "strides", new long[] {stride, stride}),
                x,
                w,
                b);
        return act(y, act);
    }

    String depthwise(String x, int kernel, int stride, Act act) {
        return conv(x, channels(x), kernel, stride, kernel / 2, channels(x), act);
    }

    String bn(String x) {
        int c = channels(x);
        return op(
                "BatchNormalization",
                x,
                uniform(0.8, 1.2, c),
                uniform(-0.1, 0.1, c),
                uniform(-0.1, 0.1, c),
                uniform(0.8, 1.2, c));
    }

    String maxPool(String x, int kernel, int stride, int pad) {
        return op("MaxPool", channels(x), window(kernel, stride, pad, false), x);
    }

    String maxPoolCeil(String x, int kernel, int stride, int pad) {
        return op("MaxPool", channels(x), window(kernel, stride, pad, true), x);
    }

    String avgPool(String x, int kernel, int stride, int pad) {
        Map<String, Object> window = window(kernel, stride, pad, false);
        window.put("count_include_pad", 1);
        return op("AveragePool", channels(x), window, x);
    }

    private static Map<String, Object> window(int kernel, int stride, int pad, boolean ceil) {
        Map<String, Object> window = new TreeMap<>();
        window.put("kernel_shape", new long[] {kernel, kernel});
        window.put("strides", new long[] {stride, stride});
        window.put("pads", new long[] {pad, pad, pad, pad});
        window.put("ceil_mode", ceil ? 1 : 0);
        return window;
    }

    String add(String a, String b) {
        return op("Add", a, b);
    }

    String concat(String... parts) {
        int c = Arrays.stream(parts).mapToInt(this::channels).sum();
        return op("Concat", c, Map.of("axis", 1), parts);
    }

    String global(String x) {
        return op("GlobalAveragePool", x);
    }

    String fc(String x, int in, int out) {
        return op("Gemm", out, Map.of("transB", 1), x, weights(1, out, in), uniform(-0.1, 0.1, out));
    }

    /** Global average pooling, flattening and a classifier; ends the network. */
    void classify(String x, int classes) {
        int c = channels(x);
        output(fc(op("Flatten", global(x)), c, classes));
    }

    void output(String x) {
        model.node("Identity", "y", x);
    }

    /** A further output of the model. */
    void further(String x) {
        model.graph().addOutput(TestModel.value(x));
    }

    /** Squeeze-and-excitation as torchvision has it: pooling, two 1x1 convolutions, a gate. */
    String se(String x, int squeezed, Act inner, boolean hard) {
        int c = channels(x);
        String s = op("ReduceMean", c, Map.of("axes", new long[] {2, 3}, "keepdims", 1), x);
        s = conv(conv(s, squeezed, 1, 1, inner), c, 1, 1, Act.NONE);
        s = hard ? op("HardSigmoid", c, Map.of("alpha", 1 / 6f), s) : op("Sigmoid", s);
        return op("Mul", x, s);
    }

    String layerNorm(String x, int features) {
        return op(
                "LayerNormalization",
                channels.getOrDefault(x, features),
                Map.of("axis", -1, "epsilon", 1e-5f),
                x,
                uniform(0.8, 1.2, features),
                uniform(-0.1, 0.1, features));
    }

    /** As exporters before operator set 17 write it. */
    String layerNormByParts(String x, int features) {
        Map<String, Object> last = Map.of("axes", new long[] {-1});
        String mean = op("ReduceMean", features, last, x);
        String centred = op("Sub", x, mean);
        String variance = op("ReduceMean", features, last, op("Pow", centred, scalar(2)));
        String deviation = op("Sqrt", op("Add", variance, scalar(1e-5f)));
        String y = op("Div", centred, deviation);
        y = op("Mul", y, uniform(0.8, 1.2, features));
        return op("Add", y, uniform(-0.1, 0.1, features));
    }

    /** A linear layer over the last axis: MatMul and Add. */
    String linear(String x, int in, int out) {
        double bound = Math.sqrt(3.0 / in);
        String product = op("MatMul", out, Map.of(), x, uniform(-bound, bound, in, out));
        return op("Add", uniform(-0.1, 0.1, out), product);
    }

    String transpose(String x, long... perm) {
        return op("Transpose", channels.getOrDefault(x, 0), Map.of("perm", perm), x);
    }

    String reshape(String x, long... dims) {
        return op("Reshape", x, integers(dims));
    }

    String upsample(String x, int factor, String mode) {
        String scales = name("scales");
        model.floats(scales, new float[] {1, 1, factor, factor}, 4);
        boolean nearest = mode.equals("nearest");
        return op(
                "Resize",
                channels(x),
                nearest
                        ? Map.of("mode", mode, "coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor")
                        : Map.of("mode", mode, "coordinate_transformation_mode", "pytorch_half_pixel"),
                x,
                "",
                scales);
    }

    String transposedConv(String x, int out, int kernel, int stride, int pad) {
        int in = channels(x);
        double bound = Math.sqrt(3.0 * stride * stride / (in * kernel * kernel));
        return op(
                "ConvTranspose",
                out,
                Map.of(
                        "kernel_shape", new long[] {kernel, kernel},
                        "pads", new long[] {pad, pad, pad, pad},
                        "strides", new long[] {stride, stride}),
                x,
                uniform(-bound, bound, in, out, kernel, kernel),
                uniform(-0.1, 0.1, out));
    }

    /** Channels from .. to - 1. */
    String channels(String x, int from, int to) {
        return op("Slice", to - from, Map.of(), x, integers(from), integers(to), integers(1));
    }

    /** Every second position along an axis, as the focus of YOLOv5. */
    String every(String x, int axis, int start) {
        return op(
                "Slice",
                channels(x),
                Map.of(),
                x,
                integers(start),
                integers(Integer.MAX_VALUE),
                integers(axis),
                integers(2));
    }

    /** An index without dimensions. */
    String index(long value) {
        String name = name("index");
        model.tensor(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addInt64Data(value)
                .build());
        return name;
    }

    String concatTokens(String first, String rest) {
        return op("Concat", channels(rest), Map.of("axis", 1), first, rest);
    }

    /** Channel-last ReLU6 as tf2onnx leaves it: there and back again. */
    String keras6(String x) {
        String last = transpose(x, 0, 2, 3, 1);
        return transpose(op("Min", op("Relu", last), scalar(6)), 0, 3, 1, 2);
    }

    /** Attention of several heads over tokens [1, T, D], as PyTorch spells its own. */
    String attention(String x, int tokens, int width, int heads) {
        int d = width / heads;
        String qkv = reshape(linear(x, width, 3 * width), 1, tokens, 3, heads, d);
        qkv = transpose(qkv, 2, 0, 3, 1, 4);
        String[] parts = new String[3];
        for (int i = 0; i < 3; i++) {
            parts[i] = op("Gather", width, Map.of("axis", 0), qkv, index(i));
        }
        String keys = transpose(parts[1], 0, 1, 3, 2);
        String scores = op("Mul", op("MatMul", parts[0], keys), scalar((float) (1 / Math.sqrt(d))));
        String shares = op("Softmax", tokens, Map.of("axis", -1), scores);
        String mixed = transpose(op("MatMul", width, Map.of(), shares, parts[2]), 0, 2, 1, 3);
        return linear(reshape(mixed, 1, tokens, width), width, width);
    }

    String mlp(String x, int width, int hidden) {
        return linear(act(linear(x, width, hidden), Act.GELU), hidden, width);
    }
}
