package dev.isos.workloads.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.builtin.BuiltInWorkloads;
import dev.isos.workloads.export.OnnxRuntimeOracle.Difference;
import dev.isos.workloads.onnx.OnnxImporter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every built-in workload and every trained model, exported and run by ONNX Runtime, against the integer reference: every
 * output of every layer. All of them with {@code -Disos.all}, else three built-in ones and the small trained ones.
 */
final class ExportedNetworksTest {
    private static final boolean ALL = System.getProperty("isos.all") != null;
    private static final List<String> ALWAYS = List.of("mobilenetv1-89", "googlenet-58", "googlenet-58-inception3a");

    static Stream<String> builtIn() {
        return new BuiltInWorkloads().workloads().stream().map(WorkloadDescriptor::id);
    }

    static Stream<String> trained() {
        return Stream.of(
                "mobilenet_v1_0.25_96_vww",
                "resnet8_cifar10",
                "squeezenet_v1_0_pruned",
                "squeezenet_v1_1",
                "mobilenet_v1_1.0_224",
                "resnet34_face");
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void builtInNetworksGiveTheSameOutputs(String id) throws IOException {
        Assumptions.assumeTrue(ALL || ALWAYS.contains(id), "only with -Disos.all");
        check(new BuiltInWorkloads().create(id, WorkloadRequest.defaults()));
    }

    @SharedData
    @ParameterizedTest
    @MethodSource("trained")
    void trainedNetworksGiveTheSameOutputs(String name) throws IOException {
        Assumptions.assumeTrue(ALL || name.contains("vww") || name.contains("resnet8"), "only with -Disos.all");
        check(new OnnxImporter().load(SharedDataFolder.path("models/" + name + ".onnx"), WorkloadRequest.defaults()));
    }

    private void check(Workload workload) throws IOException {
        byte[] model = OnnxRuntimeOracle.export(workload);
        Map<String, byte[]> outputs = OnnxRuntimeOracle.run(workload, OnnxRuntimeOracle.withAllLayers(workload, model));
        Map<String, Difference> differences = OnnxRuntimeOracle.compare(workload, outputs);
        assertEquals(workload.network().size(), differences.size());
        long different = 0;
        long elements = 0;
        int largest = 0;
        for (Difference d : differences.values()) {
            different += d.different();
            elements += d.elements();
            largest = Math.max(largest, d.largest());
        }
        String found = String.format(
                Locale.ROOT,
                "%s: %d bytes, %d of %d outputs of %d layers differ, by %d at most",
                workload.info().id(),
                model.length,
                different,
                elements,
                differences.size(),
                largest);
        if (ALL) {
            System.out.println(found);
        }
        assertEquals(0, different, found);
        // and as it is written, without the layers as outputs: the runtime fuses what it can
        Layer last = workload.network().output();
        byte[] plain = OnnxRuntimeOracle.run(workload, model).get(last.name());
        Difference end =
                OnnxRuntimeOracle.compare(workload, Map.of(last.name(), plain)).get(last.name());
        assertEquals(0, end.different(), last.name() + ": " + end);
    }
}
