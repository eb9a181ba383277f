package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every built-in workload and every trained model runs verified on ISOSceles and SparTen and is exported: all of them with
 * {@code -Disos.all}, else one built-in and the small trained ones. That ONNX Runtime computes the same from the exported
 * models is tested where the exporter is.
 */
class EveryNetworkTest {
    private static final boolean ALL = System.getProperty("isos.all") != null;
    private static final List<String> ALWAYS =
            List.of("mobilenetv1-89", "mobilenet_v1_0.25_96_vww.onnx", "resnet8_cifar10.onnx");

    private static Platform isos;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    static Stream<String> builtIn() {
        return isos.workloads().stream().map(workload -> workload.id());
    }

    static Stream<String> trained() throws IOException {
        try (Stream<Path> files = Files.list(SharedDataFolder.path("models"))) {
            return files
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".onnx"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void builtInWorkloadsRunAndAreExported(String id) throws IOException {
        check(id, id);
    }

    @SharedData
    @ParameterizedTest
    @MethodSource("trained")
    void trainedModelsRunAndAreExported(String name) throws IOException {
        check(name, SharedDataFolder.path("models/" + name).toString());
    }

    private void check(String name, String workload) throws IOException {
        Assumptions.assumeTrue(ALL || ALWAYS.contains(name), "only with -Disos.all");
        String cache = folder.resolve("cache").toString();
        Invocation result = Invocation.of(
                isos,
                "compare",
                "-q",
                "--format",
                "json",
                "--verify",
                "--cache",
                cache,
                "-a",
                "isosceles,sparten",
                "-w",
                workload);
        assertEquals(0, result.exitCode(), result.err());
        JsonNode runs = new ObjectMapper().readTree(result.out()).get("runs");
        assertEquals(2, runs.size());
        for (JsonNode run : runs) {
            assertTrue(run.get("verified").asBoolean(), name);
            assertEquals(runs.at("/0/outputSha256"), run.get("outputSha256"));
        }
        if (ALL) {
            System.out.printf(
                    "%s: %s cycles on isosceles, %s on sparten, verified%n",
                    name, runs.at("/0/cycles"), runs.at("/1/cycles"));
        }
        Path exported = folder.resolve("exported.onnx");
        result = Invocation.of(isos, "export", "-q", "--cache", cache, "-w", workload, "-o", exported.toString());
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(Files.size(exported) > 0);
    }
}
