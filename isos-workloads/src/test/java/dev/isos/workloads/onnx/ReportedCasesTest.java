package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models in which one operator is spelled or shaped as people bring it. */
@SharedData
class ReportedCasesTest {
    private static final Platform ISOS = IsosPlatform.load(Optional.empty());

    private static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(SharedDataFolder.path("cases/" + name + ".onnx"));
    }

    private static ImportedNetwork imported(byte[] model) {
        return new ImportedNetwork(model, WorkloadRequest.DEFAULT_CALIBRATION);
    }

    private static RunResult run(Workload workload, String machine) {
        Workload checked = workload.withReference(ReferenceExecutor.execute(workload));
        RunResult result = ISOS.run(
                checked,
                ISOS.accelerator(new AcceleratorRequest(
                        machine, Optional.empty(), List.of(), Optional.empty(), Optional.empty())),
                RunOptions.defaults());
        assertTrue(result.verified(), machine);
        return result;
    }

    private static long macs(Workload workload) {
        return workload.network().layers().stream()
                .mapToLong(l -> l.denseMacs())
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "pad-chain, 6912",
        "pad-with-axes, 27648",
        "two-heads, 27440",
        "image-last-channel, 21168",
        "conv-1d, 1080",
        "half-precision, 21168",
        "batch-4, 84672",
        "prelu-per-channel, 24304",
        "squeeze-excite, 25104", // 24,320 of the convolutions and 784 products with the gate
        "upsample-nearest, 33712",
        "gelu-by-erf, 24304",
        "relu-as-max, 24304",
        "global-max-as-reducemax, 21184",
    })
    void runsAndGivesTheOutputsOfOnnxRuntime(String name, long macs) throws IOException {
        ImportedNetwork network = imported(bytes(name));
        // Half precision in ONNX Runtime's own arithmetic differs from float32 by its rounding.
        assertTrue(network.floatSqnr() > (name.startsWith("half") ? 50 : 100), name + " " + network.floatSqnr());
        assertTrue(network.sqnr() > 25, name + " " + network.sqnr());
        assertEquals(macs, macs(network.workload));
        RunResult first = run(network.workload, "isosceles");
        RunResult second = run(network.workload, "sparten");
        assertEquals(first.outputSha256(), second.outputSha256());
    }

    @Test
    void paddedMapsHaveTheSizeThatTheShapesSay() throws IOException {
        assertEquals(new FeatureMapShape(4, 8, 8), output("pad-chain"));
        assertEquals(new FeatureMapShape(4, 16, 16), output("pad-with-axes"));
    }

    @Test
    void theFirstOutputIsTheNetworks() throws IOException {
        Workload workload = imported(bytes("two-heads")).workload;
        assertEquals("conv_y", workload.network().output().name());
        assertEquals(3, workload.network().size());
    }

    private static FeatureMapShape output(String name) throws IOException {
        return imported(bytes(name)).workload.network().output().outputShape();
    }

    /** The same as the operator that it stands for: cycles, traffic and output. */
    @Test
    void anotherSpellingIsTheSameFunction() throws IOException {
        assertSame("gelu-by-erf", 20, "Gelu");
        assertSame("relu-as-max", 13, "Relu");
        assertSame("global-max-as-reducemax", 13, "GlobalMaxPool");
    }

    private static void assertSame(String name, long opset, String operator) throws IOException {
        ModelProto model = ModelProto.parseFrom(bytes(name));
        List<String> spelling = List.of("Div", "Erf", "Add", "Mul", "Max", "ReduceMax", "Constant");
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        List<NodeProto> replaced = new ArrayList<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (spelling.contains(node.getOpType())) {
                replaced.add(node);
            } else {
                if (!replaced.isEmpty()
                        && graph.getNodeList().stream()
                                .noneMatch(n -> n.getOpType().equals(operator))) {
                    graph.addNode(control(operator, replaced, graph));
                }
                graph.addNode(node);
            }
        }
        if (graph.getNodeList().stream().noneMatch(n -> n.getOpType().equals(operator))) {
            graph.addNode(control(operator, replaced, graph));
        }
        ModelProto.Builder control = model.toBuilder().setGraph(graph);
        control.getOpsetImportBuilder(0).setVersion(opset);
        Workload theirs = imported(control.build().toByteArray()).workload;
        Workload ours = imported(bytes(name)).workload;
        RunResult expected = run(theirs, "isosceles");
        RunResult actual = run(ours, "isosceles");
        assertEquals(expected.cycles(), actual.cycles(), name);
        assertEquals(expected.traffic(), actual.traffic(), name);
        assertEquals(expected.outputSha256(), actual.outputSha256(), name);
    }

    private static NodeProto control(String operator, List<NodeProto> replaced, GraphProto.Builder before) {
        String last = before.getNode(before.getNodeCount() - 1).getOutput(0);
        NodeProto end = replaced.get(replaced.size() - 1);
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(end.getName())
                .addInput(last)
                .addOutput(end.getOutput(0))
                .build();
    }
}
