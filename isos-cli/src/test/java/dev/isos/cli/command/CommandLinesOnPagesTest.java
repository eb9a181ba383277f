package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command lines on pages give their numbers again. */
class CommandLinesOnPagesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void ofAComparison() throws IOException {
        FakeIsos isos = new FakeIsos();
        Path out = folder.resolve("it's a folder");
        Invocation made = Invocation.of(
                isos,
                "compare",
                "-w",
                "resnet50-99, resnet50-90",
                "-a",
                "sparten,isosceles",
                "--seed",
                "5",
                "--verify",
                "--baseline",
                "isosceles",
                "--set",
                "lanes = 32",
                "--prune",
                "magnitude:0.5",
                "-q",
                "--out",
                out.toString());
        assertEquals(0, made.exitCode(), made.err());
        JsonNode results = MAPPER.readTree(out.resolve("results.json").toFile());
        String page = Files.readString(out.resolve("report.html"));
        List<String> commands = commands(page);
        assertEquals(1 + results.get("runs").size(), commands.size());
        for (int i = 0; i < results.get("runs").size(); i++) {
            JsonNode run = again(isos, commands.get(i + 1), "run");
            for (String key : List.of("workload", "accelerator", "cycles", "traffic", "verified")) {
                assertEquals(results.get("runs").get(i).get(key), run.get(key), commands.get(i + 1));
            }
        }
        assertEquals(
                results.get("comparisons"),
                again(isos, commands.get(0), "compare").get("comparisons"));
        assertTrue(page.contains("id=\"table-speed\"") && page.contains("id=\"chart-energy-parts\""));
    }

    @Test
    void ofASweep() throws IOException {
        FakeIsos isos = new FakeIsos();
        Path spec = folder.resolve("a b.yaml");
        Files.writeString(
                spec,
                "workloads: [resnet50-81, resnet50-90]\naccelerators: [isosceles, sparten]\nparameters:\n  lanes: 16..64\n");
        Path out = folder.resolve("out");
        String store = folder.resolve("store").toString();
        Invocation made = Invocation.of(
                isos, "sweep", spec.toString(), "--seed", "4", "-q", "--out", out.toString(), "--store", store);
        assertEquals(0, made.exitCode(), made.err());
        JsonNode results = MAPPER.readTree(out.resolve("results.json").toFile());
        String page = Files.readString(out.resolve("report.html"));
        List<String> commands = commands(page);
        JsonNode points = results.get("points");
        assertTrue(points.size() > 4, points.size() + " points");
        assertEquals(1 + points.size(), commands.size());
        for (int i = 0; i < points.size(); i++) {
            JsonNode run = again(isos, commands.get(i + 1), "run");
            assertEquals(points.get(i).get("workload"), run.get("workload").get("id"));
            assertEquals(points.get(i).get("accelerator"), run.get("accelerator"));
            assertEquals(
                    points.get(i).get("metrics").get("cycles").asLong(),
                    run.get("cycles").asLong());
        }
        assertEquals(
                points,
                again(isos, commands.get(0) + " --store " + folder.resolve("another"), "sweep")
                        .get("points"));
        assertTrue(page.contains("\"name\":\"geometric mean\""));
    }

    private static List<String> commands(String page) {
        return Pattern.compile("<div class=\"command\"><code>(.*?)</code>")
                .matcher(page)
                .results()
                .map((MatchResult m) -> m.group(1).replace("&#39;", "'").replace("&amp;", "&"))
                .toList();
    }

    /** Carries out a command line of a page. */
    private static JsonNode again(FakeIsos isos, String line, String command) throws IOException {
        List<String> words = words(line);
        assertEquals(List.of("./isos", command), words.subList(0, 2));
        words.addAll(List.of("--format", "json", "-q"));
        Invocation again = Invocation.of(isos, words.subList(1, words.size()).toArray(String[]::new));
        assertEquals(0, again.exitCode(), line + "\n" + again.err());
        return MAPPER.readTree(again.out());
    }

    /** Words of a POSIX shell's line: plain ones and ones in single quotes. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Pattern.compile("(?:'[^']*'|\\\\.|[^\\s'])+")
                .matcher(line)
                .results()
                .forEach(m -> words.add(m.group().replaceAll("'([^']*)'", "$1").replaceAll("\\\\(.)", "$1")));
        return words;
    }
}
