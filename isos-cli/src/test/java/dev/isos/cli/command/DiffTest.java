package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code isos diff}, on results that the other commands wrote. */
class DiffTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() {
        made("run", "-w", "resnet50-96", "-a", "isosceles", "--out", path("a"));
        made("run", "-w", "resnet50-96", "-a", "sparten", "--out", path("b"));
        made("compare", "-w", "resnet50-96", "-a", "isosceles,sparten", "--out", path("two"));
    }

    private static Invocation made(String... words) {
        Invocation made = Invocation.of(new FakeIsos(), words);
        assertEquals(0, made.exitCode(), made.err());
        return made;
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static JsonNode json(String name) throws IOException {
        return MAPPER.readTree(folder.resolve(name).toFile());
    }

    @Test
    void numbersAreThoseOfTheResults() throws IOException {
        made("diff", path("a"), path("b/results.json"), "--out", path("d"));
        String text = Files.readString(folder.resolve("d/results.json"));
        Schemas.check("diff", text);
        JsonNode run = MAPPER.readTree(text).at("/runs/0");
        JsonNode a = json("a/results.json");
        JsonNode b = json("b/results.json");
        for (String cost : List.of("cycles", "traffic/total", "traffic/inputs", "energyPj/total", "energyPj/dram")) {
            JsonNode delta = run.at("/total/" + cost);
            assertEquals(a.at("/" + cost), delta.get("a"), cost);
            assertEquals(b.at("/" + cost), delta.get("b"), cost);
            assertEquals(
                    b.at("/" + cost).asDouble() - a.at("/" + cost).asDouble(),
                    delta.get("difference").asDouble());
        }
        for (int i = 0; i < a.get("layers").size(); i++) {
            assertEquals(a.at("/layers/" + i + "/name"), run.at("/layers/" + i + "/name"));
            assertEquals(a.at("/layers/" + i + "/cycles"), run.at("/layers/" + i + "/cost/cycles/a"));
            assertEquals(b.at("/layers/" + i + "/traffic/total"), run.at("/layers/" + i + "/cost/traffic/total/b"));
        }
        String page = Files.readString(folder.resolve("d/report.html"));
        assertTrue(page.contains("A: resnet50-96 on isosceles; B: resnet50-96 on sparten"));
        assertTrue(page.contains("./isos diff"));
        long lines = Files.readString(folder.resolve("d/results.csv")).lines().count();
        assertEquals(1 + 1 + run.get("blocks").size() + run.get("layers").size(), lines);
    }

    @Test
    void aResultDoesNotDifferFromItself() {
        Invocation same = made("diff", path("a"), path("a"), "--fail-above", "0%");
        assertTrue(same.out().contains("The configurations are the same, and so are the outputs."), same.out());
        assertTrue(same.out().contains("No layer differs."), same.out());
    }

    @Test
    void growthEndsWithOne() {
        Invocation grown = Invocation.of(new FakeIsos(), "diff", path("a"), path("b"), "--fail-above", "1%");
        assertEquals(1, grown.exitCode());
        assertTrue(grown.err().contains("resnet50-96 on sparten: cycles grew by "), grown.err());
        assertTrue(grown.err().contains("more than 1%"), grown.err());
        assertEquals(
                0, made("diff", path("a"), path("b"), "--fail-above", "100000").exitCode());
        assertEquals(0, made("diff", path("a"), path("b")).exitCode());
    }

    @Test
    void aRunThatIsGoneEndsWithOne() throws IOException {
        ObjectNode fewer = (ObjectNode) json("two/results.json");
        ((com.fasterxml.jackson.databind.node.ArrayNode) fewer.get("runs")).remove(1);
        Path file = folder.resolve("fewer.json");
        Files.writeString(file, fewer.toString());
        Invocation gone = Invocation.of(new FakeIsos(), "diff", path("two"), file.toString(), "--fail-above", "1%");
        assertEquals(1, gone.exitCode());
        assertTrue(gone.err().contains("resnet50-96 on sparten is not in "), gone.err());
        assertTrue(gone.out().contains("Only in A: resnet50-96 on sparten"), gone.out());
    }

    @Test
    void comparisonsAreComparedRunByRun() throws IOException {
        JsonNode both = MAPPER.readTree(
                made("diff", path("two"), path("two"), "--format", "json").out());
        assertEquals(2, both.get("runs").size());
        String csv = made("diff", path("two"), path("two"), "--format", "csv").out();
        assertTrue(csv.startsWith("a.workload,a.accelerator,b.workload,b.accelerator,kind,name,cycles.a,"), csv);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 120})
    void tablesFit(int columns) {
        String table = Invocation.of(
                        new FakeIsos(), Map.of("COLUMNS", Integer.toString(columns)), "diff", path("a"), path("b"))
                .out();
        table.lines().forEach(line -> assertTrue(line.length() <= columns, line));
        assertTrue(table.contains("cycles, from A to B"), table);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | expected a result of run, compare or reproduce as JSON",
                "[1 | is no JSON document",
                "{\"schemaVersion\":1,\"runs\":[]} | expected a result of run, compare or reproduce as JSON",
                "{\"schemaVersion\":7,\"runs\":[{}]} | schemaVersion is 7, expected 1",
                "{\"schemaVersion\":1,\"runs\":[{}]} | /runs/0/workload is missing",
                "{\"schemaVersion\":1,\"runs\":[3]} | /runs/0/workload is missing",
            })
    void whatIsNoResultIsRefusedInASentence(String content, String expected) throws IOException {
        Path file = folder.resolve("bad.json");
        Files.writeString(file, content);
        refused(expected, "diff", path("a"), file.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "/cycles, \"many\", /cycles is not what a run has there",
        "/cycles, null, /cycles is missing",
        "/traffic, 3, /traffic is not what a run has there",
        "/segments/0/layers, [], /segments/0/layers is missing",
        "/layers/1/traffic, null, /layers/1/traffic is missing",
        "/layers/0/macs, \"x\", /layers/0/macs is not what a run has there",
        "/segments, 3, /segments is no list",
        "/segments, [], /segments: expected one or more",
        "/segments/0/layers, [\"nothing\"], /segments/0/layers: expected layers of the run",
        "/cycles, -5, /cycles: expected at least 0",
        "/layers/1/cycles, -5, /layers/1/cycles: expected at least 0",
        "/layers/1/name, \"conv0\", /layers/1/name: layer 'conv0' appears twice",
        "/layers/1/inputLayers, [99], /layers/1/inputLayers: expected layers before this one",
        "/layers/1/residualLayer, 1, /layers/1/residualLayer: expected layers before this one",
        "/accelerator/changes, [], /accelerator/changes is not what a run has there",
    })
    void aDamagedPlaceIsNamed(String place, String value, String expected) throws IOException {
        JsonNode damaged = json("a/results.json");
        int slash = place.lastIndexOf('/');
        ((ObjectNode) damaged.at(place.substring(0, slash))).set(place.substring(slash + 1), MAPPER.readTree(value));
        Path file = folder.resolve("damaged.json");
        Files.writeString(file, damaged.toString());
        refused(expected, "diff", file.toString(), path("a"));
    }

    @Test
    void layersMayBeInNoSegment() throws IOException {
        ObjectNode fewer = (ObjectNode) json("a/results.json");
        ArrayNode layers = (ArrayNode) fewer.at("/segments/0/layers");
        assertTrue(layers.size() > 1);
        layers.remove(0);
        Path file = folder.resolve("no-segment.json");
        Files.writeString(file, fewer.toString());
        made("diff", path("a"), file.toString());
    }

    @Test
    void whatCannotBeReadOrUnderstoodIsRefused() {
        refused("does not exist", "diff", path("a"), path("nothing"));
        refused("missing", "diff", path("a"));
        refused("would replace", "diff", path("a"), path("b"), "--out", path("b"));
        refused(
                "expected a percentage of at least 0, such as 1%, got '-1'",
                "diff", path("a"), path("b"), "--fail-above=-1");
        refused("got 'much'", "diff", path("a"), path("b"), "--fail-above", "much");
    }

    private static void refused(String expected, String... words) {
        Invocation refused = Invocation.of(new FakeIsos(), words);
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains(expected), refused.err());
        assertEquals(1, refused.err().lines().count(), refused.err());
        assertFalse(refused.err().contains("Exception"), refused.err());
    }

    /** As results were before layers knew their operands and energy. */
    @Test
    void olderResultsAreRead() throws IOException {
        ObjectNode old = (ObjectNode) json("a/results.json");
        for (JsonNode layer : old.get("layers")) {
            ((ObjectNode) layer)
                    .remove(List.of("inputLayers", "residualLayer", "inputShape", "filterShape", "energyPj"));
        }
        for (JsonNode segment : old.get("segments")) {
            ((ObjectNode) segment).remove("energyPj");
        }
        Path file = folder.resolve("old.json");
        Files.writeString(file, old.toString());
        made("diff", file.toString(), path("b"), "--out", path("d-old"));
        assertFalse(Files.readString(folder.resolve("d-old/report.html")).contains("diff-1-energy"));
    }
}
