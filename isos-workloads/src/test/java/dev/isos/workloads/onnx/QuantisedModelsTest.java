package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.rewrite.Rewriter;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.quantise.Quantiser;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that hold tensors in 8 bits: our 8-bit outputs against those of ONNX Runtime. */
class QuantisedModelsTest {
    /**
     * Weights of uint8 activations are of 7 bits: on processors without VNNI, ONNX Runtime adds two products of uint8 and int8 in 16
     * bits, saturating.
     */
    private static final int SEVEN_BITS = 63;

    private static final long SEED = 77;
    private static final Map<String, Object> PADS = Map.of("pads", new long[] {1, 1, 1, 1});

    /** Quantisation of one tensor and back. */
    private static TestModel qdq(TestModel model, String from, String to) {
        return model.node("QuantizeLinear", to + "_q", from, to + "_s", to + "_z")
                .node("DequantizeLinear", to, to + "_q", to + "_s", to + "_z");
    }

    /** 8-bit weights of a convolution and biases in units of input times weights. */
    private static TestModel weights(
            TestModel model, String name, int limit, double inputScale, int outputs, int... rest) {
        long[] dims = new long[rest.length + 1];
        float[] scales = new float[outputs];
        float[] biasScales = new float[outputs];
        int[] zeros = new int[outputs];
        int[] biases = new int[outputs];
        dims[0] = outputs;
        for (int i = 0; i < rest.length; i++) {
            dims[i + 1] = rest[i];
        }
        for (int k = 0; k < outputs; k++) {
            scales[k] = 0.01f + 0.003f * k;
            biasScales[k] = (float) inputScale * scales[k];
            biases[k] = 100 * (k - outputs / 2);
        }
        return model.bytes(name, true, -limit, limit, dims)
                .floats(name + "_s", scales, outputs)
                .integers(name + "_z", TensorProto.DataType.INT8_VALUE, zeros, outputs)
                .integers(name + "_b", TensorProto.DataType.INT32_VALUE, biases, outputs)
                .floats(name + "_bs", biasScales, outputs)
                .integers(name + "_bz", TensorProto.DataType.INT32_VALUE, zeros, outputs)
                .node("DequantizeLinear", name + "_f", List.of(name, name + "_s", name + "_z"), Map.of("axis", 0))
                .node(
                        "DequantizeLinear",
                        name + "_bf",
                        List.of(name + "_b", name + "_bs", name + "_bz"),
                        Map.of("axis", 0));
    }

    /** A residual block, pooling and classifier between quantisations. */
    private static TestModel block(boolean signed, int reluZero, int otherZero) {
        TestModel model = new TestModel(13, SEED, 1, 3, 8, 8)
                .format("xq", 0.02, signed ? 0 : 128, signed)
                .format("r1", 0.05, reluZero, signed)
                .format("c2", 0.11, otherZero, signed)
                .format("p1", 0.05, reluZero, signed)
                .format("r2", 0.13, reluZero, signed)
                .format("g", 0.04, reluZero, signed)
                .format("z", 0.9, otherZero, signed);
        qdq(model, "x", "xq");
        weights(model, "w1", SEVEN_BITS, 0.02f, 4, 3, 3, 3)
                .node("Conv", "c1", List.of("xq", "w1_f", "w1_bf"), PADS)
                .node("Relu", "r1r", "c1");
        qdq(model, "r1r", "r1");
        model.node(
                "MaxPool", "p", List.of("r1"), Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}));
        qdq(model, "p", "p1");
        weights(model, "w2", SEVEN_BITS, 0.05f, 4, 4, 3, 3).node("Conv", "c2r", List.of("p1", "w2_f", "w2_bf"), PADS);
        qdq(model, "c2r", "c2");
        model.node("Add", "s", "c2", "p1").node("Relu", "r2r", "s");
        qdq(model, "r2r", "r2");
        model.node("GlobalAveragePool", "gr", "r2");
        qdq(model, "gr", "g");
        weights(model, "w3", SEVEN_BITS, 0.04f, 5, 4)
                .node("Flatten", "f", "g")
                .node("Gemm", "zr", List.of("f", "w3_f", "w3_bf"), Map.of("transB", 1));
        return model.node("QuantizeLinear", "zq", "zr", "z_s", "z_z").node("DequantizeLinear", "y", "zq", "z_s", "z_z");
    }

    /** The same kind of network in operators on integers. */
    private static TestModel integerOperators(boolean signed, int reluZero, int otherZero) {
        int limit = signed ? 127 : SEVEN_BITS;
        TestModel model = new TestModel(13, SEED, 1, 3, 8, 8)
                .format("xq", 0.02, signed ? 0 : 128, signed)
                .format("a", 0.06, otherZero, signed)
                .format("b", 0.08, otherZero, signed)
                .format("s", 0.1, otherZero, signed)
                .format("k", 0.1, otherZero, signed)
                .format("g", 0.03, otherZero, signed)
                .format("y8", 0.3, otherZero, signed)
                .format("v", 0.015, 0, true)
                .format("u", 0.015, 0, true)
                .node("QuantizeLinear", "x8", "x", "xq_s", "xq_z");
        weights(model, "w1", limit, 0.02f, 4, 3, 3, 3);
        weights(model, "w2", limit, 0.02f, 4, 3, 1, 1);
        return model.node(
                        "QLinearConv",
                        "a",
                        List.of("x8", "xq_s", "xq_z", "w1", "w1_s", "w1_z", "a_s", "a_z", "w1_b"),
                        PADS)
                .node("QLinearConv", "b", "x8", "xq_s", "xq_z", "w2", "w2_s", "w2_z", "b_s", "b_z", "w2_b")
                .node("QLinearAdd", "s", "a", "a_s", "a_z", "b", "b_s", "b_z", "s_s", "s_z")
                .microsoft()
                .node(
                        "QLinearConcat",
                        "k",
                        List.of("k_s", "k_z", "s", "s_s", "s_z", "b", "b_s", "b_z"),
                        Map.of("axis", 1))
                .microsoft()
                .node("QLinearGlobalAveragePool", "g", "k", "k_s", "k_z", "g_s", "g_z")
                .microsoft()
                .node("Flatten", "f", "g")
                .bytes("u", true, -limit, limit, 8, 5)
                .node("QLinearMatMul", "y8", "f", "g_s", "g_z", "u", "u_s", "u_z", "y8_s", "y8_z")
                .node("DequantizeLinear", "y", "y8", "y8_s", "y8_z");
    }

    static Stream<Arguments> exact() {
        return Stream.of(
                Arguments.of("QDQ int8", block(true, 0, 0), 0.9f),
                Arguments.of("QDQ uint8 with zero points 0 and 128", block(false, 0, 128), 0.9f),
                Arguments.of("QDQ int8 with zero points -128 and 0", block(true, -128, 0), 0.9f),
                Arguments.of("QLinear int8", integerOperators(true, 0, 0), 0.3f),
                Arguments.of("QLinear uint8 with zero point 128", integerOperators(false, 0, 128), 0.3f),
                Arguments.of(
                        "table of a function between formats",
                        new TestModel(13, SEED, 1, 3, 6, 6)
                                .format("xq", 0.02, 0, true)
                                .format("l", 0.015, 0, true)
                                .node("QuantizeLinear", "q", "x", "xq_s", "xq_z")
                                .node(
                                        "QLinearLeakyRelu",
                                        "l",
                                        List.of("q", "xq_s", "xq_z", "l_s", "l_z"),
                                        Map.of("alpha", 0.3f))
                                .microsoft()
                                .node("DequantizeLinear", "y", "l", "l_s", "l_z"),
                        0.015f));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exact")
    void equalsOnnxRuntimeBitForBit(String name, TestModel model, float scale) {
        FloatGraph graph = Rewriter.rewrite(OnnxTranslator.translate(OnnxModelReader.read("m", model.bytes())));
        for (int run = 0; run < 5; run++) {
            float[] input = input(graph, SEED + run);
            float[] expected = OnnxRuntimeReference.run(model.bytes(), graph.inputShape(), input);
            float[] actual = outputs(Quantiser.quantise(graph, List.of(input), "m", 0, "a test"));
            assertEquals(expected.length, actual.length);
            for (int i = 0; i < expected.length; i++) {
                long theirs = Math.round(expected[i] / scale);
                long ours = Math.round(actual[i] / scale);
                assertEquals(theirs, ours, name + ": output " + i + " in units, seed " + (SEED + run));
            }
        }
        assertTrue(
                graph.notes().stream().anyMatch(n -> n.contains("keep their scales")),
                graph.notes().toString());
        assertTrue(
                graph.notes().stream().noneMatch(n -> n.contains("anew")),
                graph.notes().toString());
    }

    static float[] input(FloatGraph graph, long seed) {
        SplitMix random = new SplitMix(seed);
        float[] input = new float[graph.inputShape().elements()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) (random.nextDouble() * 5 - 2.5);
        }
        return input;
    }

    /** Other zero points: as near as 8 bits of another range can be. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void otherZeroPointsAreRequantised(String name, TestModel model) {
        FloatGraph graph = Rewriter.rewrite(OnnxTranslator.translate(OnnxModelReader.read("m", model.bytes())));
        float[] input = input(graph, SEED);
        float[] expected = OnnxRuntimeReference.run(model.bytes(), graph.inputShape(), input);
        float[] actual = outputs(Quantiser.quantise(graph, List.of(input), "m", 0, "a test"));
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(error <= 0.04 * largest, name + ": error " + error + " of " + largest);
        assertTrue(
                graph.notes().stream().anyMatch(n -> n.contains("are quantised anew")),
                graph.notes().toString());
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("QDQ", block(false, 3, 120)), Arguments.of("QLinear", integerOperators(true, 0, -7)));
    }

    private static float[] outputs(Workload workload) {
        ActivationTensor[] last = new ActivationTensor[1];
        ReferenceExecutor.execute(workload, (layer, output) -> last[0] = output);
        ActivationTensor output = last[0];
        float scale = workload.requantisation(workload.network().size() - 1).outputScale();
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
}
