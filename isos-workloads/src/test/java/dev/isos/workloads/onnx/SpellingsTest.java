package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.workload.WorkloadRequest;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions, constants and shapes in the spellings of exporters, against ONNX Runtime. */
class SpellingsTest {
    private static TestModel x(int opset) {
        return new TestModel(opset, 5, 1, 3, 8, 8).weights("w", 4, 3, 1, 1).node("Conv", "c", "x", "w");
    }

    private static TestModel numbers(TestModel model, double... values) {
        for (int i = 0; i < values.length; i++) {
            model.floats("n" + i, new float[] {(float) values[i]});
        }
        return model;
    }

    /** Each is one layer after rewriting: a convolution with a table or a range. */
    static Stream<Arguments> functions() {
        return Stream.of(
                Arguments.of(
                        "GELU by Erf",
                        numbers(x(13), Math.sqrt(2), 1, 0.5)
                                .node("Div", "a", "c", "n0")
                                .node("Erf", "b", "a")
                                .node("Add", "d", "b", "n1")
                                .node("Mul", "e", "c", "d")
                                .node("Mul", "y", "e", "n2")),
                Arguments.of(
                        "GELU by Tanh and Pow",
                        numbers(x(13), 3, 0.044715, Math.sqrt(2 / Math.PI), 1, 0.5)
                                .node("Pow", "a", "c", "n0")
                                .node("Mul", "b", "a", "n1")
                                .node("Add", "d", "c", "b")
                                .node("Mul", "e", "d", "n2")
                                .node("Tanh", "f", "e")
                                .node("Add", "g", "f", "n3")
                                .node("Mul", "h", "c", "n4")
                                .node("Mul", "y", "h", "g")),
                Arguments.of(
                        "QuickGELU",
                        numbers(x(13), 1.702)
                                .node("Mul", "a", "c", "n0")
                                .node("Sigmoid", "b", "a")
                                .node("Mul", "y", "c", "b")),
                Arguments.of(
                        "Mish by parts",
                        numbers(x(13), 1)
                                .node("Exp", "a", "c")
                                .node("Add", "b", "a", "n0")
                                .node("Log", "d", "b")
                                .node("Tanh", "e", "d")
                                .node("Mul", "y", "e", "c")),
                Arguments.of(
                        "Sigmoid by Exp and Div",
                        numbers(x(13), 1)
                                .node("Neg", "a", "c")
                                .node("Exp", "b", "a")
                                .node("Add", "d", "b", "n0")
                                .node("Div", "y", "n0", "d")),
                Arguments.of(
                        "HardSwish by Max and Min",
                        numbers(x(13), 3, 0, 6)
                                .node("Add", "a", "c", "n0")
                                .node("Max", "b", "a", "n1")
                                .node("Min", "d", "b", "n2")
                                .node("Mul", "e", "c", "d")
                                .node("Div", "y", "e", "n2")),
                Arguments.of(
                        "HardSigmoid by Clip",
                        numbers(x(9), 3, 6)
                                .node("Add", "a", "c", "n0")
                                .node("Clip", "b", List.of("a"), Map.of("min", 0f, "max", 6f))
                                .node("Div", "y", "b", "n1")),
                Arguments.of(
                        "LeakyRelu by Max of two",
                        numbers(x(13), 0.1).node("Mul", "a", "c", "n0").node("Max", "y", "c", "a")),
                Arguments.of("square", x(13).node("Mul", "y", "c", "c")),
                Arguments.of("ReLU by Max", numbers(x(13), 0).node("Max", "y", "n0", "c")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void oneLayer(String name, TestModel model) {
        ImportedNetwork network = check(model);
        assertEquals(1, network.graph.nodes().size(), name);
    }

    private static ImportedNetwork check(TestModel model) {
        ImportedNetwork network = new ImportedNetwork(model.bytes(), WorkloadRequest.DEFAULT_CALIBRATION);
        assertTrue(network.floatSqnr() > 90, "float " + network.floatSqnr());
        assertTrue(network.sqnr() > 25, "8 bits " + network.sqnr());
        return network;
    }

    /** Constants that the graph works out, and shapes that people bring. */
    static Stream<Arguments> graphs() {
        return Stream.of(
                Arguments.of(
                        "standardised weights",
                        numbers(new TestModel(13, 5, 1, 3, 8, 8), 1e-5)
                                .weights("v", 4, 3, 3, 3)
                                .node("ReduceMean", "m", List.of("v"), Map.of("axes", new long[] {1, 2, 3}))
                                .node("Sub", "d", "v", "m")
                                .node("Mul", "q", "d", "d")
                                .node("ReduceMean", "s", List.of("q"), Map.of("axes", new long[] {1, 2, 3}))
                                .node("Add", "t", "s", "n0")
                                .node("Sqrt", "r", "t")
                                .node("Div", "u", "d", "r")
                                .node("Conv", "y", "x", "u")),
                Arguments.of(
                        "weights by Where, Range, Equal, Expand, Tile, Transpose and Slice in two dimensions",
                        new TestModel(13, 5, 1, 4, 6, 6)
                                .weights("v", 8, 4)
                                .integers("zero", 6, new int[] {0})
                                .integers("four", 6, new int[] {4})
                                .integers("one", 6, new int[] {1})
                                .node("Range", "r", "zero", "four", "one")
                                .integers("shape", 8, 4)
                                .node("Expand", "e", "r", "shape")
                                .integers("two", 6, new int[] {2}, 1)
                                .node("Equal", "is", "e", "two")
                                .floats("half", new float[] {0.5f})
                                .node("Where", "chosen", "is", "half", "v")
                                .integers("from", 1, 0)
                                .integers("to", 7, 4)
                                .integers("step", 2, 1)
                                .integers("axes", 0, 1)
                                .node("Slice", "cut", "chosen", "from", "to", "axes", "step")
                                .integers("times", 2, 1)
                                .node("Tile", "tiled", "cut", "times")
                                .node("Transpose", "turned", List.of("tiled"), Map.of("perm", new long[] {1, 0}))
                                .integers("back", -1, 4, 1, 1)
                                .node("Transpose", "again", List.of("turned"), Map.of("perm", new long[] {1, 0}))
                                .node("Reshape", "filters", "again", "back")
                                .node("Conv", "y", "x", "filters")),
                Arguments.of(
                        "a bias by Ceil, Floor, Pow, Min, Mod, Split and ScatterND",
                        numbers(new TestModel(13, 5, 1, 3, 6, 6).weights("w", 4, 3, 1, 1), 2, 0.25)
                                .uniform("v", -3, 3, 8)
                                .split("Split", List.of("a", "b"), List.of("v"), Map.of("axis", 0))
                                .node("Ceil", "ca", "a")
                                .node("Floor", "fb", "b")
                                .node("Pow", "p", "ca", "n0")
                                .node("Min", "m", "p", "fb")
                                .node("Mod", "o", List.of("m", "n0"), Map.of("fmod", 1))
                                .node("Mul", "s", "o", "n1")
                                .tensor(TensorProto.newBuilder()
                                        .setName("at")
                                        .setDataType(7)
                                        .addDims(2)
                                        .addDims(1)
                                        .addInt64Data(3)
                                        .addInt64Data(0)
                                        .build())
                                .floats("new", new float[] {0.75f, -0.5f}, 2)
                                .node("ScatterND", "bias", "s", "at", "new")
                                .node("Conv", "y", "x", "w", "bias")),
                Arguments.of(
                        "a batch of signals",
                        new TestModel(13, 5, 2, 3, 20)
                                .weights("w", 6, 1, 5)
                                .node(
                                        "Conv",
                                        "c",
                                        List.of("x", "w"),
                                        Map.of("group", 3, "strides", new long[] {2}, "pads", new long[] {1, 2}))
                                .node("Relu", "r", "c")
                                .node("MaxPool", "p", List.of("r"), Map.of("kernel_shape", new long[] {2}))
                                .node("GlobalAveragePool", "g", "p")
                                .node("Flatten", "f", "g")
                                .weights("k", 6, 4)
                                .node("MatMul", "y", "f", "k")),
                Arguments.of(
                        "three outputs, one of them read",
                        further(x(13).node("Relu", "r", "c")
                                .node("MaxPool", "p", List.of("r"), Map.of("kernel_shape", new long[] {2, 2}))
                                .weights("v", 2, 4, 3, 3)
                                .node("Conv", "y", "r", "v"))),
                Arguments.of(
                        "a slope per channel",
                        x(13).uniform("s", 0.1, 0.4, 4, 1, 1).node("PRelu", "y", "c", "s")),
                Arguments.of(
                        "reductions over one axis and over channels",
                        x(13).node("ReduceMax", "a", List.of("c"), Map.of("axes", new long[] {3}))
                                .node("ReduceMean", "b", List.of("a"), Map.of("axes", new long[] {1}))
                                .node("ReduceSum", "y", "b", "axes")
                                .integers("axes", 2)),
                Arguments.of(
                        "one vector in the order of channel-last",
                        x(13).node("Relu", "r", "c")
                                .node("Transpose", "t", List.of("r"), Map.of("perm", new long[] {0, 2, 3, 1}))
                                .node("Flatten", "f", "t")
                                .weights("k", 256, 5)
                                .node("Gemm", "y", "f", "k")));
    }

    private static TestModel further(TestModel model) {
        model.graph().addOutput(TestModel.value("r"));
        model.graph().addOutput(TestModel.value("p"));
        return model;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("graphs")
    void sameOutputs(String name, TestModel model) {
        check(model);
    }

    /** A function that calls another one, which takes its slope from the call or has its default. */
    private static TestModel functions(int opset, String... outputs) {
        AttributeProto.AttributeType number = AttributeProto.AttributeType.FLOAT;
        return new TestModel(opset, 5, 1, 3, 8, 8)
                .weights("v", 4, 3, 3, 3)
                .weights("w", 4, 4, 1, 1)
                .node("LeakyRelu", "z", "a")
                .reference("alpha", number, "slope")
                .function("Leaky", List.of("a"), List.of("z"), TestModel.attribute("slope", 0.5f))
                .node("Conv", "s", "a", "weights", "bias")
                .node("Leaky", "z", "s")
                .reference("slope", number, "slope")
                .local()
                .function("Block", List.of("a", "weights", "bias"), List.of(outputs));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18, 23})
    void functionsOfTheModel(int opset) {
        check(functions(opset, "z", "s")
                .split("Block", List.of("c", "before"), List.of("x", "v"), Map.of("slope", 0.25f))
                .local()
                .split("Block", List.of("d", "e"), List.of("c", "w"), Map.of())
                .local()
                .node("Add", "y", "d", "before"));
    }

    /** Tokens of two heads, or of heads that the graph itself separates. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void attentionInOneNode(boolean separated) {
        TestModel model = new TestModel(23, 5, 1, 12, 16).integers("heads", 1, 12, 2, 8);
        for (String name : List.of("q", "k", "v")) {
            model.weights("w" + name, 16, 16).node("MatMul", name, "x", "w" + name);
            model.node("Reshape", name + "r", name, "heads")
                    .node("Transpose", name + "t", List.of(name + "r"), Map.of("perm", new long[] {0, 2, 1, 3}));
        }
        if (separated) {
            model.node("Attention", "y", List.of("qt", "kt", "vt"), Map.of("scale", 0.05f));
        } else {
            model.node("Attention", "y", List.of("q", "k", "v"), Map.of("q_num_heads", 2, "kv_num_heads", 2));
        }
        check(model);
    }

    /** Which ONNX Runtime refuses, though the format allows it. */
    @Test
    void functionsPassInputsOnAndLeaveOutputsOut() {
        TestModel model = functions(18, "z", "s", "a")
                .split("Block", List.of("c", "", "same"), List.of("x", "v", ""), Map.of())
                .local()
                .node("Conv", "d", "same", "v")
                .node("Add", "y", "c", "d");
        TestModel plain = new TestModel(18, 5, 1, 3, 8, 8)
                .weights("v", 4, 3, 3, 3)
                .node("Identity", "same", "x")
                .node("Conv", "s", "x", "v")
                .node("LeakyRelu", "c", List.of("s"), Map.of("alpha", 0.5f))
                .node("Conv", "d", "same", "v")
                .node("Add", "y", "c", "d");
        assertEquals(operations(plain), operations(model));
    }

    private static List<String> operations(TestModel model) {
        FloatGraph graph = OnnxTranslator.translate(OnnxModelReader.read("model.onnx", model.bytes()));
        return graph.nodes().stream()
                .map(node -> node.operator() + " of " + node.inputs().size())
                .toList();
    }
}
