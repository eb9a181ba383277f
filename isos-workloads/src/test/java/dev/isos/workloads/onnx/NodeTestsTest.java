package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.isos.api.error.IsosException;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            singleBatch(graph);
            // All inputs but the first become constants, as weights are in trained networks.
            for (int i = 1; Files.exists(folder.resolve("input_" + i + ".pb")); i++) {
                TensorProto tensor = tensor(folder.resolve("input_" + i + ".pb"));
                graph.addInitializer(
                        tensor.toBuilder().setName(graph.getInput(i).getName()));
            }
            try {
                FloatGraph translated = OnnxTranslator.translate(
                        OnnxModelReader.read(name, model.build().toByteArray()));
                float[] input = values(folder.resolve("input_0.pb"));
                float[] expected = values(folder.resolve("output_0.pb"));
                double tolerance = TOLERANCE;
                if (graph.getNode(0).getOpType().equals("QLinearConv")) {
                    // In real values; the float graph does not round, so up to half a unit is right.
                    input = real(folder, input, 1);
                    expected = real(folder, expected, 6);
                    tolerance = 0.501 * values(folder.resolve("input_6.pb"))[0];
                }
                int perSample = translated.inputShape().elements();
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
                "test_add", "input x has 3 dimensions, expected 1 x C x H x W",
                "test_add_bcast", "input x has 3 dimensions, expected 1 x C x H x W",
                "test_concat_2d_axis_1", "has a constant as input 1, expected a computed tensor",
                "test_concat_3d_axis_1", "input value0 has 3 dimensions, expected 1 x C x H x W",
                "test_gemm_all_attributes", "transposes its input, expected transA = 0",
                "test_softmax_axis_1", "input x has 3 dimensions, expected 1 x C x H x W"));
        assertEquals(reasons.keySet(), refused.keySet(), refused.toString());
        reasons.forEach((name, reason) -> assertTrue(refused.get(name).endsWith(reason), refused.get(name)));
        assertEquals(38, passed);
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

    /**
     * Gives the input a batch size of one: elementwise operators do not care about a batch before their tensor of rank 3,
     * and all others here treat the samples of a batch one by one.
     */
    private static void singleBatch(GraphProto.Builder graph) {
        Set<String> elementwise = Set.of("Relu", "Clip", "Dropout");
        TensorShapeProto.Builder shape =
                graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
        if (shape.getDimCount() != 3) {
            shape.getDimBuilder(0).setDimValue(1);
        } else if (elementwise.contains(graph.getNode(0).getOpType())) {
            shape.addDim(0, TensorShapeProto.Dimension.newBuilder().setDimValue(1));
        }
    }

    private static TensorProto tensor(Path file) throws IOException {
        return TensorProto.parseFrom(Files.readAllBytes(file));
    }

    private static float[] values(Path file) throws IOException {
        return TensorReader.read(file.toString(), "tensor", tensor(file)).floats();
    }
}
