package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorShapeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The node tests of the ONNX project: expected outputs computed by its authors. */
@SharedData
class NodeTestsTest {
    private static final double TOLERANCE = 1e-4;

    @Test
    void everySupportedNodeTestAgrees() throws IOException {
        List<Path> folders;
        try (Stream<Path> list = Files.list(SharedDataFolder.path("onnx_node_tests"))) {
            folders = list.sorted().toList();
        }
        int passed = 0;
        TreeMap<String, String> refused = new TreeMap<>();
        for (Path folder : folders) {
            String name = folder.getFileName().toString();
            ModelProto.Builder model =
                    ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx"))).toBuilder();
            GraphProto.Builder graph = model.getGraphBuilder();
            // Conv and GlobalAveragePool, the only operators here in older sets, have not changed since the first.
            for (OperatorSetIdProto.Builder set : model.getOpsetImportBuilderList()) {
                set.setVersion(Math.max(OnnxModelReader.MIN_OPSET, set.getVersion()));
            }
            List<float[]> computed = new ArrayList<>(List.of(values(folder.resolve("input_0.pb"))));
            if (Set.of("Add", "Concat").contains(graph.getNode(0).getOpType()) && equalInputs(folder)) {
                computed.add(values(folder.resolve("input_1.pb")));
                stacked(graph);
            }
            singleBatch(graph);
            // All other inputs become constants, as weights are in trained networks.
            for (int i = computed.size(); Files.exists(folder.resolve("input_" + i + ".pb")); i++) {
                TensorProto tensor = tensor(folder.resolve("input_" + i + ".pb"));
                graph.addInitializer(
                        tensor.toBuilder().setName(graph.getInput(i).getName()));
            }
            try {
                FloatGraph translated = OnnxTranslator.translate(
                        OnnxModelReader.read(name, model.build().toByteArray()));
                int perSample = translated.inputShape().elements();
                float[] input = interleaved(computed, perSample / computed.size());
                float[] expected = values(folder.resolve("output_0.pb"));
                double tolerance = TOLERANCE;
                if (graph.getNode(0).getOpType().equals("QLinearConv")) {
                    // In real values; the float graph does not round, so up to half a unit is right.
                    input = real(folder, input, 1);
                    expected = real(folder, expected, 6);
                    tolerance = 0.501 * values(folder.resolve("input_6.pb"))[0];
                }
                float[] actual = new float[expected.length];
                int at = 0;
                for (int from = 0; from < input.length; from += perSample) {
                    float[] sample = Arrays.copyOfRange(input, from, from + perSample);
                    float[] output = FloatExecutor.run(translated, sample);
                    System.arraycopy(output, 0, actual, at, output.length);
                    at += output.length;
                }
                assertEquals(expected.length, at, name);
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], actual[i], tolerance * Math.max(1, Math.abs(expected[i])), name);
                }
                passed++;
            } catch (IsosException e) {
                refused.put(name, e.getMessage());
            }
        }
        // What is refused, and why.
        TreeMap<String, String> reasons = new TreeMap<>(Map.of(
                "test_gemm_all_attributes", "transposes its input, expected transA = 0; put a Transpose before it"));
        assertEquals(reasons.keySet(), refused.keySet(), refused.toString());
        reasons.forEach((name, reason) -> assertTrue(refused.get(name).endsWith(reason), refused.get(name)));
        assertEquals(43, passed);
    }

    private static float[] real(Path folder, float[] stored, int scaleInput) throws IOException {
        float scale = values(folder.resolve("input_" + scaleInput + ".pb"))[0];
        float zero = values(folder.resolve("input_" + (scaleInput + 1) + ".pb"))[0];
        float[] values = new float[stored.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (stored[i] - zero) * scale;
        }
        return values;
    }

    private static boolean equalInputs(Path folder) throws IOException {
        return tensor(folder.resolve("input_0.pb"))
                .getDimsList()
                .equals(tensor(folder.resolve("input_1.pb")).getDimsList());
    }

    /** Two inputs become one with the channels of both, which the first node splits: an image network has one input. */
    private static void stacked(GraphProto.Builder graph) {
        String first = graph.getInput(0).getName();
        String second = graph.getInput(1).getName();
        boolean map = graph.getNode(0).getOpType().equals("Add");
        graph.removeInput(1);
        TensorShapeProto.Builder shape = shape(graph.getInputBuilder(0).setName("stacked"));
        int channels = map && shape.getDimCount() == 3 ? 0 : 1;
        TensorShapeProto.Dimension.Builder dim = shape.getDimBuilder(channels);
        dim.setDimValue(2 * dim.getDimValue());
        NodeProto split = NodeProto.newBuilder()
                .setOpType("Split")
                .addInput("stacked")
                .addOutput(first)
                .addOutput(second)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1))
                .build();
        NodeProto node = graph.getNode(0);
        graph.clearNode().addNode(split).addNode(node);
    }

    /** Samples of the inputs in turn. */
    private static float[] interleaved(List<float[]> inputs, int perSample) {
        float[] all = new float[inputs.size() * inputs.get(0).length];
        int at = 0;
        for (int from = 0; from < inputs.get(0).length; from += perSample) {
            for (float[] input : inputs) {
                System.arraycopy(input, from, all, at, perSample);
                at += perSample;
            }
        }
        return all;
    }

    private static TensorShapeProto.Builder shape(ValueInfoProto.Builder input) {
        return input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
    }

    /**
     * Gives the input a batch size of one: elementwise operators do not care about a batch before their tensor of rank 3,
     * and all others here treat the samples of a batch one by one, a third dimension being the height of their maps.
     */
    private static void singleBatch(GraphProto.Builder graph) {
        Set<String> elementwise = Set.of("Relu", "Clip", "Dropout", "Add");
        TensorShapeProto.Builder shape = shape(graph.getInputBuilder(0));
        TensorShapeProto.Dimension one =
                TensorShapeProto.Dimension.newBuilder().setDimValue(1).build();
        if (shape.getDimCount() != 3) {
            shape.setDim(0, one);
        } else if (elementwise.contains(graph.getNode(graph.getNodeCount() - 1).getOpType())) {
            shape.addDim(0, one);
        } else {
            shape.setDim(0, one).addDim(one);
        }
    }

    private static TensorProto tensor(Path file) throws IOException {
        return TensorProto.parseFrom(Files.readAllBytes(file));
    }

    private static float[] values(Path file) throws IOException {
        return TensorReader.read(file.toString(), "tensor", tensor(file)).floats();
    }
}
