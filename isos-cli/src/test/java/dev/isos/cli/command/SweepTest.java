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
    void constraintsTakePointsOutOfTheFront() throws IOException {
        String spec = write(SPEC + "constraints: cycles <= 700000\n").toString();
        JsonNode document = MAPPER.readTree(ok("sweep", spec, "-q", "--format", "json"));
        for (JsonNode point : document.get("points")) {
            boolean within = point.at("/metrics/cycles").asDouble() <= 700_000;
            assertEquals(within, point.get("admitted").asBoolean());
            assertTrue(within || !point.get("pareto").asBoolean());
        }
        assertTrue(ok("sweep", spec, "-q").contains("out: 10 do not meet the constraints"), ok("sweep", spec, "-q"));
    }

    private List<String> configurations(String more) throws IOException {
        String spec = write("""
                workloads: resnet50-81
                accelerators: isosceles
                """ + more).toString();
        JsonNode document = MAPPER.readTree(ok("sweep", spec, "-q", "--format", "json"));
        Schemas.check("sweep", document.toString());
        return StreamSupport.stream(document.get("points").spliterator(), false)
                .map(point -> point.at("/accelerator/name").asText() + " " + point.get("seed"))
                .toList();
    }

    @Test
    void keysThatGoTogetherAreVariedTogether() throws IOException {
        assertEquals(
                List.of(
                        "isosceles:mapping=block:lanes=16:filterBuffer=1MiB 1",
                        "isosceles:mapping=block:lanes=32:filterBuffer=2MiB 1",
                        "isosceles:mapping=block:lanes=64:filterBuffer=2MiB 1"),
                configurations("""
                        parameters: {mapping: block}
                        zip: [{lanes: 16..64, filterBuffer: [1 MiB, 2 MiB, 2 MiB]}]
                        """));
    }

    @Test
    void constraintsOnParametersTakeCombinationsAway() throws IOException {
        assertEquals(
                List.of("isosceles:lanes=8:filterBuffer=4MiB 1", "isosceles:lanes=32:filterBuffer=1MiB 1"),
                configurations("""
                        parameters: {lanes: 8..32..x4, filterBuffer: [1 MiB, 4 MiB]}
                        constraints: [lanes * filterBuffer == 32 * MiB, cycles > 0]
                        """));
    }

    @Test
    void everySeedIsAGroupOfItsOwn() throws IOException {
        assertEquals(
                List.of(
                        "isosceles:lanes=8 -9223372036854775808",
                        "isosceles:lanes=8 3",
                        "isosceles:lanes=8 4",
                        "isosceles:lanes=8 5"),
                configurations("""
                        seeds: [-9223372036854775808, 3..5..1]
                        parameters: {lanes: 8}
                        """));
    }

    @Test
    void anyNumberOfTheResultIsAnObjective() throws IOException {
        String spec = write(SPEC.replace("[cycles, energyPj.total]", "[max macs.dense, min cycles]"))
                .toString();
        JsonNode document = MAPPER.readTree(ok("sweep", spec, "-q", "--format", "json"));
        assertEquals("max macs.dense", document.at("/objectives/0").asText());
        assertTrue(document.at("/points/0/metrics/macs.dense").asDouble() > 0);
        String table = ok("sweep", spec, "-q");
        assertTrue(table.replaceAll("\\s+", " ").contains("in max macs.dense, cycles."), table);
        assertTrue(ok("sweep", spec, "-q", "--format", "csv")
                .lines()
                .findFirst()
                .orElse("")
                .contains("macs.dense"));
    }

    @Test
    void whatTheTimeDoesNotAllowIsTold() throws IOException {
        String spec = write("""
                workloads: resnet50-81
                accelerators: isosceles
                parameters: {lanes: 8..200..1}
                budget: {points: 1000, time: 0 s}
                """).toString();
        JsonNode document = MAPPER.readTree(ok("sweep", spec, "-q", "--format", "json"));
        int points = document.get("points").size();
        assertTrue(points >= 1 && points < 193, "those that were begun at once: " + points);
        assertEquals(193 - points, document.get("unevaluated").asInt());
        assertTrue(ok("sweep", spec, "-q").contains("Left out because the time of the budget was over: "));
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
                        .filter(row ->
                                row.contains("\"failure\":\"SIMULATION_FAILED\",\"reason\":\"the machine stands"))
                        .count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    workloads: a                              | FILE line 1 column 1: the sweep has no key 'accelerators'
                    acelerators: a                            | FILE line 1 column 14: the sweep has the unknown key 'acelerators'; did you mean 'accelerators'?
                    '- a'                                     | FILE line 1 column 1: expected keys and values of the sweep
                    'workloads: {a: b}~accelerators: c'       | FILE line 1 column 12: key 'workloads': expected a value or a list of values
                    'workloads: a~accelerators: b~parameters: 3' | FILE line 3 column 13: key 'parameters': expected keys and values
                    'workloads: a~accelerators: b~objectives: speed' | FILE line 3 column 13: key 'objectives': no number of the result is called 'speed'; known are cycles, seconds, macs.dense, macs.effectual, macs.performed, macUtilization, traffic.weights, traffic.inputs, traffic.outputs, traffic.residuals, traffic.total, energyPj.mac, energyPj.sram, energyPj.dram, energyPj.other, energyPj.total, areaMm2, bound.compute, bound.memory, bound.other
                    'workloads: a~accelerators: b~objectives: maximal cycles' | FILE line 3 column 13: key 'objectives': expected a number of the result, or min or max and such a number, got 'maximal cycles'
                    'workloads: a~accelerators: b~fidelity: exact' | FILE line 3 column 11: key 'fidelity': expected event, stepped or analytical, got 'exact'
                    'workloads: a~accelerators: b~seeds: [1, 1]' | FILE line 3 column 8: key 'seeds': '1' is there twice
                    'workloads: a~accelerators: b~seeds: [1..3..1, 2]' | FILE line 3 column 8: key 'seeds': '2' is there twice
                    'workloads: a~accelerators: b~seeds: [7, 3..1]' | FILE line 3 column 8: key 'seeds': expected a range that grows from a value above 0, got '3..1'
                    'workloads: a~accelerators: b~seeds: one'  | FILE line 3 column 8: key 'seeds': expected a whole number, or a range such as 1..4..1, got 'one'
                    'workloads: a~accelerators: b~seeds: 99999999999999999999' | FILE line 3 column 8: key 'seeds': expected a whole number of -9223372036854775808 to 9223372036854775807, got '99999999999999999999'
                    'workloads: a~accelerators: b~budget: {time: soon}' | FILE line 3 column 16: key 'time': expected a time such as '300 s', got 'soon'
                    'workloads: resnet50-81~accelerators: isosceles~constraints: lanes <=' | FILE line 3 column 14: constraint 'lanes <=': character 7: missing second operand for operator
                    'workloads: resnet50-81~accelerators: isosceles~constraints: [lanes > 0, lains > 0]' | FILE line 3 column 26: constraint 'lains > 0': unknown name 'lains'; did you mean 'lanes'?
                    'workloads: resnet50-81~accelerators: isosceles~constraints: lanes * 2' | FILE line 3 column 14: constraint 'lanes * 2': expected a condition, such as 'lanes <= 64'
                    'workloads: resnet50-81~accelerators: isosceles~constraints: lanes ^ 9 > 1' | FILE line 3 column 14: constraint 'lanes ^ 9 > 1': character 7: undefined operator '^'
                    'workloads: resnet50-81~accelerators: isosceles~constraints: RANDOM() > 0.5' | FILE line 3 column 14: constraint 'RANDOM() > 0.5': undefined function 'RANDOM'
                    'workloads: resnet50-81~accelerators: isosceles~constraints: lanes < 1e999' | FILE line 3 column 14: constraint 'lanes < 1e999': an exponent has one or two digits
                    'workloads: resnet50-81~accelerators: isosceles~constraints: lanes > 4096' | FILE: none of 1 combinations meets the constraints on parameters
                    'workloads: resnet50-81~accelerators: isosceles~zip: [{lanes: [1, 2], filterBuffer: 1 MiB}]' | FILE line 3 column 15: key 'lanes': expected as many values of each key that goes with it, got 2 of 'lanes' and 1 of 'filterBuffer'
                    'workloads: resnet50-81~accelerators: isosceles~zip: [{}]' | FILE line 3 column 7: key 'zip': expected keys with values
                    'workloads: resnet50-81~accelerators: isosceles~parameters: {lanes: 16..8}' | FILE line 3 column 21: key 'lanes': expected a range that grows from a value above 0, got '16..8'
                    'workloads: resnet50-81~accelerators: isosceles~parameters: {lanes: 16..64..x1}' | FILE line 3 column 21: key 'lanes': expected a range that grows from a value above 0, got '16..64..x1'
                    'workloads: resnet50-81~accelerators: isosceles~parameters: {lanes: 1..4}~zip: [{lanes: 3}]' | FILE line 4 column 15: key 'lanes': expected values of 'lanes' in one place, but it already has some from FILE line 3 column 21: key 'lanes'
                    'workloads: a~accelerators: b~limits: {areaMm2: 3}' | FILE line 3 column 9: the sweep has the unknown key 'limits'; known are workloads, accelerators, seeds, fidelity, parameters, zip, constraints, objectives, search, budget
                    'workloads: a~accelerators: b~budget: {points: 0}' | FILE line 3 column 18: key 'points': expected a whole number of 1 to 1000000, got '0'
                    'workloads: a~accelerators: b~budget: {points: [5, 6]}' | FILE line 3 column 18: key 'points': expected one value, got a list
                    'workloads: a~accelerators: b~budget: {points: 1_000}' | FILE line 3 column 18: key 'points': expected a whole number, got '1_000': a number has no underscore
                    'workloads: a~accelerators: b~budget: {points: 010}' | FILE line 3 column 18: key 'points': expected a whole number, got '010': a number has no leading zero, which would make it octal to some
                    'workloads: [a, a]~accelerators: b'       | FILE line 1 column 12: key 'workloads': 'a' is there twice
                    'workloads: a~accelerators: b~objectives: [cycles, cycles]' | FILE line 3 column 13: key 'objectives': 'cycles' is there twice
                    'workloads: a~accelerators: b~objectives: [cycles, max cycles]' | FILE line 3 column 13: key 'objectives': 'cycles' is there twice
                    'workloads: [&w a, *w]~accelerators: b'   | FILE line 1 column 19: expected a value, got the alias '*w'; write the value itself
                    'workloads: a~accelerators: b~---~workloads: c' | FILE line 4 column 1: expected the end of the file
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lanes: 1_6' | FILE line 4 column 10: key 'lanes': expected a whole number, got '1_6': a number has no underscore
                    'workloads: a~accelerators:'              | FILE line 2 column 14: expected a value, got nothing
                    'workloads: a~workloads: b'               | FILE line 2 column 1: key 'workloads' is there twice
                    'workloads: resnet50-81~accelerators: isoceles' | FILE line 2 column 15: key 'accelerators': unknown accelerator 'isoceles'; did you mean 'isosceles'?
                    'workloads: resnet50-18~accelerators: isosceles' | FILE line 1 column 12: key 'workloads': unknown workload 'resnet50-18'; did you mean 'resnet50-98'?
                    'workloads: isosceles~accelerators: isosceles' | FILE line 1 column 12: key 'workloads': unknown workload 'isosceles'; known are resnet50-81, resnet50-90, resnet50-95, resnet50-96, resnet50-98, resnet50-99, mobilenetv1-75, mobilenetv1-89, vgg16-68, vgg16-90, googlenet-58-inception3a
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lains: 3' | FILE line 4 column 10: key 'lains': no accelerator has the key 'lains'; did you mean 'lanes'?
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lanes: 64..999999' | FILE line 4 column 10: key 'lanes': expected 1 to 4096, got '999999'
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  mapping: blok' | FILE line 4 column 12: key 'mapping': unknown mapping 'blok'; did you mean 'block'?
                    'workloads: resnet50-81~accelerators: [isosceles, isosceles:lanez=3]' | FILE line 2 column 27: key 'accelerators': accelerator isosceles:lanez=3: unknown key 'lanez'; did you mean 'lanes'?
                    'workloads: resnet50-81~accelerators: isosceles~parameters:~  lanes: 1..256..1' | FILE: 256 configurations on 1 workload would be more than the budget of 200 points
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
