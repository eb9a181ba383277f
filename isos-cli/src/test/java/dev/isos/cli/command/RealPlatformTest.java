package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.study.evaluation.Evaluation;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line over everything that it finds on its class path. */
class RealPlatformTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String EVERY_ACCELERATOR =
            String.join(",", Evaluation.builtIn().accelerators());

    private static Platform isos;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    private static JsonNode json(String... args) throws IOException {
        Invocation result = Invocation.of(isos, args);
        assertEquals(0, result.exitCode(), result.err());
        return MAPPER.readTree(result.out());
    }

    @Test
    void whatTheEvaluationNamesIsThere() throws IOException {
        Evaluation evaluation = Evaluation.builtIn();
        assertEquals(List.of(), isos.pluginProblems());
        assertTrue(
                ids("accelerators").containsAll(evaluation.accelerators()),
                ids("accelerators").toString());
        assertTrue(
                ids("workloads").containsAll(evaluation.workloads()),
                ids("workloads").toString());
        assertTrue(ids("mappings").containsAll(List.of("single", "block")));
        assertTrue(ids("importers").contains("onnx"));
    }

    /** The segments of poolings, which totals leave out, take no time. */
    @Test
    void segmentsOfAPlanHaveTheirSimulatedCycles() throws IOException {
        JsonNode map = json(
                "map",
                "-w",
                "../docs/examples/network.yaml",
                "-a",
                "isosceles",
                "--simulate",
                "--format",
                "json",
                "-q");
        long sum = 0;
        for (JsonNode segment : map.get("segments")) {
            if (segment.get("layers").get(0).get("name").asText().matches("branch|mean")) {
                assertEquals(0, segment.get("simulatedCycles").asLong(), segment.toString());
            }
            sum += segment.get("simulatedCycles").asLong();
        }
        assertTrue(sum > 0);
        assertEquals(map.get("simulatedCycles").asLong(), sum);
    }

    @Test
    void validationKeepsToItsSchemaAndTellsTheBounds() {
        Invocation json = Invocation.of(
                isos, "validate", "--cases", "3", "--seed", "23", "--no-networks", "--format", "json", "-q");
        // three cases are too few for the bound of their mean, so either outcome is right
        assertEquals(json.out().contains("\"passed\" : true") ? 0 : 1, json.exitCode(), json.err());
        Schemas.check("validation", json.out());
        Invocation table = Invocation.of(isos, "validate", "--cases", "3", "--seed", "23", "--no-networks", "-q");
        assertTrue(table.out().contains("equal in 3 of 3"), table.out());
        assertEquals(json.exitCode() == 0, table.out().contains("all bounds hold"), table.out());
        assertEquals(2, Invocation.of(isos, "validate", "--cases", "0").exitCode());
    }

    @Test
    void hardwareFilesKeepToTheSchemaThatEditorsUse() throws IOException {
        String file = Files.readString(Path.of("../docs/examples/hardware.yaml"));
        for (String kind : List.of("hardware", "hardware isosceles")) {
            String schema = Invocation.of(isos, ("schema " + kind).split(" ")).out();
            assertEquals(List.of(), Schemas.problemsOfYaml(schema, file));
            for (String wrong : List.of("lanes: 32 -> lanez: 32", "512 KiB -> 512 KB", "lanes: 32 -> lanes: 0")) {
                String[] change = wrong.split(" -> ");
                assertTrue(file.contains(change[0]));
                assertFalse(
                        Schemas.problemsOfYaml(schema, file.replace(change[0], change[1]))
                                .isEmpty(),
                        wrong);
            }
        }
        JsonNode run = json(
                "run",
                "-q",
                "-w",
                "../docs/examples/network.yaml",
                "-a",
                "isosceles",
                "--format",
                "json",
                "--hardware",
                "../docs/examples/hardware.yaml");
        assertEquals("half-isosceles", run.at("/accelerator/hardware").asText());
        assertEquals("64 GB/s", run.at("/accelerator/changes/dram.bandwidth").asText());
        assertEquals(5, run.at("/accelerator/changes").size());
    }

    @Test
    void aSweepOfARealMachineFindsWhatBeatsTheRest() throws IOException {
        Path spec = Files.writeString(folder.resolve("sweep.yaml"), """
                workloads: ../docs/examples/network.yaml
                accelerators: [isosceles, isosceles:fidelity=analytical:lanes=8]
                parameters: {lanes: 4..16, queues: [64 B, 8 KiB]}
                objectives: [cycles, areaMm2]
                """);
        String[] sweep = {"sweep", "-q", spec.toString(), "--format", "json", "--store", folder + "/a"};
        JsonNode document = json(sweep);
        Schemas.check("sweep", document.toString());
        assertEquals(
                3 * 2 + 2,
                document.get("points").size() + document.get("infeasible").size());
        assertTrue(
                document.get("infeasible").size() >= 2,
                document.get("infeasible").toString());
        for (JsonNode point : document.get("points")) {
            boolean executed = point.at("/accelerator/fidelity").asText().equals("event");
            assertEquals(executed, point.get("verified").asBoolean());
        }
        assertEquals(document, json(sweep), "from the store");
        sweep[sweep.length - 1] = folder + "/b";
        String[] oneThread = Arrays.copyOf(sweep, sweep.length + 2);
        oneThread[sweep.length] = "--threads";
        oneThread[sweep.length + 1] = "1";
        assertEquals(document, json(oneThread));
    }

    private static List<String> ids(String kind) throws IOException {
        return StreamSupport.stream(
                        json("list", kind, "--format", "json").get("entries").spliterator(), false)
                .map(entry -> entry.get("id").asText())
                .toList();
    }

    @Test
    @SharedData
    void aTrainedNetworkRunsVerifiedOnEveryAccelerator() throws IOException {
        String[] args = ("compare -q --format json --verify --no-cache --preprocess tensorflow -a " + EVERY_ACCELERATOR
                        + " -w " + SharedDataFolder.path("models/resnet8_cifar10.onnx") + " --image "
                        + SharedDataFolder.path("photos/cat_32.png"))
                .split(" ");
        JsonNode document = json(args);
        Schemas.check("comparison", document.toString());
        JsonNode runs = document.get("runs");
        assertEquals(EVERY_ACCELERATOR.split(",").length, runs.size());
        for (JsonNode run : runs) {
            assertTrue(run.get("verified").asBoolean());
            assertEquals(runs.at("/0/outputSha256"), run.get("outputSha256"));
            assertEquals(runs.at("/0/macs/effectual"), run.at("/macs/effectual"));
            JsonNode traffic = run.get("traffic");
            assertEquals(
                    traffic.get("total").asLong(),
                    traffic.get("weights").asLong()
                            + traffic.get("inputs").asLong()
                            + traffic.get("outputs").asLong()
                            + traffic.get("residuals").asLong());
        }
    }

    @Test
    @SharedData
    void aPrunedNetworkSeesTheCat() throws IOException {
        String[] args =
                ("run -q --format json --verify --no-cache -a isosceles --input-mean 104,117,123 --input-scale 1"
                                + " --channel-order BGR --label-offset 1 --labels "
                                + SharedDataFolder.path("imagenet_labels_1001.txt") + " --image "
                                + SharedDataFolder.path("photos/cat_256.png") + " -w "
                                + SharedDataFolder.path("models/squeezenet_v1_0_pruned.onnx"))
                        .split(" ");
        JsonNode run = json(args);
        Schemas.check("run", run.toString());
        assertTrue(run.get("verified").asBoolean());
        String best = run.at("/prediction/0/label").asText();
        String second = run.at("/prediction/1/label").asText();
        assertTrue((best + second).contains("cat"), best + "; " + second);
    }

    @Test
    @SharedData
    void damagedModelsAreRefusedInOneSentence() throws IOException {
        Path whole = SharedDataFolder.path("models/resnet8_cifar10.onnx");
        Path cut = Files.createTempFile("cut", ".onnx");
        try {
            byte[] bytes = Files.readAllBytes(whole);
            Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
            Invocation refused = Invocation.of(isos, "run", "-w", cut.toString(), "-a", "sparten");
            assertEquals(2, refused.exitCode(), refused.err());
            assertEquals("", refused.out());
            assertEquals(1, refused.errLines().size(), refused.err());
            assertTrue(refused.err().contains(cut.toString()), refused.err());
        } finally {
            Files.delete(cut);
        }
    }
}
