package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code isos sweep}. */
class SweepTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SPEC = """
            workloads: [resnet50-81, resnet50-90]
            accelerators: isosceles
            parameters:
              lanes: [1, 32..128]
              filterBuffer: [1 MiB, 2 MiB]
            objectives: [cycles, energyPj.total]
            """;

    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("spec.yaml"), text);
    }

    private int stores;

    /** Each on a store of its own, unless it names one. */
    private String ok(String... args) {
        List<String> words = new ArrayList<>(List.of(args));
        if (!words.contains("--store")) {
            words.addAll(List.of("--store", folder.resolve("store" + stores++).toString()));
        }
        Invocation result = Invocation.of(isos, words.toArray(String[]::new));
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(0, isos.unreleased());
        return result.out();
    }

    @Test
    void everyCombinationIsAPointAndTheBestAreMarked() throws IOException {
        String spec = write(SPEC).toString();
        String json = ok("sweep", spec, "-q", "--format", "json");
        Schemas.check("sweep", json);
        Schemas.check("sweep-spec", new YAMLMapper().readTree(SPEC).toString());
        JsonNode document = MAPPER.readTree(json);
        assertEquals(2 * 3 * 2, document.get("points").size());
        assertEquals(6, document.get("geometricMeans").size());
        // The fake cannot run with one lane; with more it is faster, at the same energy.
        assertEquals(4, document.get("infeasible").size());
        assertEquals("conv0 does not fit", document.at("/infeasible/0/reason").asText());
        List<String> best = StreamSupport.stream(document.get("points").spliterator(), false)
                .filter(point -> point.get("pareto").asBoolean())
                .map(point -> point.at("/accelerator/name").asText())
                .distinct()
                .toList();
        assertEquals(List.of("isosceles:lanes=128:filterBuffer=1MiB", "isosceles:lanes=128:filterBuffer=2MiB"), best);
        double first = document.at("/points/4/metrics/cycles").asDouble();
        double second = document.at("/points/10/metrics/cycles").asDouble();
        assertEquals(
                Math.sqrt(first * second),
                document.at("/geometricMeans/4/metrics/cycles").asDouble(),
                1e-6 * first);
        assertEquals(json, ok("sweep", spec, "-q", "--format", "json", "--threads", "1"));
        assertEquals(
                1 + 12 + 6, ok("sweep", spec, "-q", "--format", "csv").lines().count());
        String table = ok("sweep", spec, "-q");
        assertTrue(table.lines().allMatch(line -> line.length() <= 80), table);
        assertTrue(table.contains("* 4 of 16 points"), table);
    }

    @Test
    void limitsTakePointsOutOfTheFront() throws IOException {
        String spec = write(SPEC + "limits: {cycles: 700000}\n").toString();
        JsonNode document = MAPPER.readTree(ok("sweep", spec, "-q", "--format", "json"));
        for (JsonNode point : document.get("points")) {
            boolean within = point.at("/metrics/cycles").asDouble() <= 700_000;
            assertEquals(within, point.get("withinLimits").asBoolean());
            assertTrue(within || !point.get("pareto").asBoolean());
        }
        assertTrue(ok("sweep", spec, "-q").contains("over: 10 cost more"), ok("sweep", spec, "-q"));
    }

    @Test
    void whatIsInTheStoreIsNotRunAgain() throws IOException {
        String spec = write(SPEC).toString();
        Path store = folder.resolve("kept");
        Path rows = store.resolve("points.jsonl");
        String json = ok("sweep", spec, "-q", "--format", "json", "--store", store.toString());
        assertEquals(12, isos.runs.size());
        // those that cannot run among them
        assertEquals(16, Files.readAllLines(rows).size());
        assertEquals(json, ok("sweep", spec, "-q", "--format", "json", "--store", store.toString()));
        assertEquals(12, isos.runs.size());
        assertEquals(16, Files.readAllLines(rows).size());
        // More points: those that are new.
        write(SPEC.replace("128", "256"));
        ok("sweep", spec, "-q", "--store", store.toString());
        assertEquals(16, isos.runs.size());
        // Another seed is another result.
        ok("sweep", spec, "-q", "--seed", "2", "--store", store.toString());
        assertEquals(32, isos.runs.size());
    }

    @Test
    void everySweepHasAStoreBesideWhereItRuns() throws IOException {
        String name = "sweep-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        Path spec = Files.writeString(folder.resolve(name + ".yaml"), SPEC);
        Path store = Path.of(name + ".isos-sweep");
        try {
            assertEquals(0, Invocation.of(isos, "sweep", spec.toString(), "-q").exitCode());
            assertEquals(16, Files.readAllLines(store.resolve("points.jsonl")).size());
        } finally {
            for (String file : List.of("points.jsonl", "store.json", "lock")) {
                Files.deleteIfExists(store.resolve(file));
            }
            Files.deleteIfExists(store);
        }
    }

    @Test
    void aPointThatFailsIsKeptWithItsReasonAndStopsNothing() throws IOException {
        isos.failuresOfRuns.put(
                "resnet50-90", new IsosException(ErrorCode.SIMULATION_FAILED, "the machine stands still at cycle 7"));
        String spec = write(SPEC).toString();
        Path store = folder.resolve("kept");
        String[] sweep = {"sweep", spec, "-q", "--format", "json", "--store", store.toString()};
        for (int i = 0; i < 2; i++) {
            Invocation failed = Invocation.of(isos, sweep);
            assertEquals(1, failed.exitCode(), failed.err());
            assertEquals(
                    "isos: 6 of 16 points failed, such as isosceles:lanes=32:filterBuffer=1MiB on resnet50-90: the machine"
                            + " stands still at cycle 7\n",
                    failed.err());
            JsonNode document = MAPPER.readTree(failed.out());
            assertEquals(6, document.get("points").size());
            assertEquals(10, document.get("infeasible").size());
            assertEquals(6, isos.runs.size());
            isos.failuresOfRuns.clear();
        }
        assertEquals(
                6,
                Files.readAllLines(store.resolve("points.jsonl")).stream()
                        .filter(row -> row.contains("\"failure\":\"SIMULATION_FAILED\",\"reason\":\"the machine stands"))
                        .count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    workloads: a                              | FILE line 1: the sweep has no key 'accelerators'
                    acelerators: a                            | FILE line 1: the sweep has the unknown key 'acelerators'; did you mean 'accelerators'?
                    '- a'                                     | FILE line 1: expected keys and values of the sweep
                    'workloads: {a: b}~accelerators: c'       | FILE line 1: key 'workloads': expected a value or a list of values
                    'workloads: a~accelerators: b~parameters: 3' | FILE line 3: key 'parameters': expected keys and values
                    'workloads: a~accelerators: b~objectives: speed' | FILE line 3: key 'objectives': unknown value 'speed'; known are cycles, seconds, traffic.total, energyPj.total, areaMm2
                    'workloads: a~accelerators: b~limits: {areaMm2: big}' | FILE line 3: key 'areaMm2': expected a number, got 'big'
                    'workloads: a~accelerators: b~maximumRuns: 0' | FILE line 3: key 'maximumRuns': expected a whole number of 1 to 10000, got '0'
                    'workloads: a~accelerators: b~limits: {areaMm2: [1, 2]}' | FILE line 3: key 'areaMm2': expected one value, got a list
                    'workloads: a~accelerators: b~limits: {areaMm2: 0x10}' | FILE line 3: key 'areaMm2': expected a number, got '0x10': a number is decimal
                    'workloads: a~accelerators: b~limits: {areaMm2: 0}' | FILE line 3: key 'areaMm2': expected a number above 0, got '0'
                    'workloads: a~accelerators: b~maximumRuns: [5, 6]' | FILE line 3: key 'maximumRuns': expected one value, got a list
                    'workloads: a~accelerators: b~maximumRuns: 1_000' | FILE line 3: key 'maximumRuns': expected a whole number, got '1_000': a number has no underscore
                    'workloads: a~accelerators: b~maximumRuns: 010' | FILE line 3: key 'maximumRuns': expected a whole number, got '010': a number has no leading zero, which would make it octal to some
                    'workloads: [a, a]~accelerators: b'       | FILE line 1: key 'workloads': 'a' is there twice
                    'workloads: a~accelerators: b~objectives: [cycles, cycles]' | FILE line 3: key 'objectives': 'cycles' is there twice
                    'workloads: a~accelerators: b~---~workloads: c' | FILE line 4: expected the end of the file
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lanes: 1_6' | FILE line 4: key 'lanes': expected a whole number, got '1_6': a number has no underscore
                    'workloads: a~accelerators:'              | FILE line 2: expected a value, got nothing
                    'workloads: a~workloads: b'               | FILE line 2: key 'workloads' is there twice
                    'workloads: resnet50-81~accelerators: isoceles' | unknown accelerator 'isoceles'; did you mean 'isosceles'?
                    'workloads: resnet50-18~accelerators: isosceles' | unknown workload 'resnet50-18'; did you mean 'resnet50-98'?
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lains: 3' | FILE line 4: key 'lains': no accelerator has the key 'lains'; did you mean 'lanes'?
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lanes: 64..999999' | FILE line 4: key 'lanes': expected 1 to 4096, got '999999'
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  mapping: blok' | FILE line 4: key 'mapping': unknown mapping 'blok'; did you mean 'block'?
                    'workloads: resnet50-81~accelerators: isosceles:lanez=3' | FILE: accelerators isosceles:lanez=3: unknown key 'lanez'; did you mean 'lanes'?
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lanes: 1..256..1' | FILE: 256 configurations on 1 workloads are 256 runs, more than the 200 that 'maximumRuns' allows
                    """)
    void aSentenceSaysWhatIsWrong(String text, String sentence) throws IOException {
        Path spec = write(text.replace('~', '\n'));
        Invocation refused = Invocation.of(
                isos, "sweep", spec.toString(), "--out", folder.resolve("out").toString());
        assertEquals("isos: " + sentence.replace("FILE", spec.toString()) + "\n", refused.err());
        assertEquals(2, refused.exitCode());
        assertEquals("", refused.out());
        assertFalse(Files.exists(folder.resolve("out")));
    }
}
