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

/** The page of a comparison: the command lines on it give its numbers again. */
class ComparePageTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void commandLinesOnThePageRepeatItsRuns() throws IOException {
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
        List<String> commands = Pattern.compile("<div class=\"command\"><code>(.*?)</code>")
                .matcher(page)
                .results()
                .map((MatchResult m) -> m.group(1).replace("&#39;", "'").replace("&amp;", "&"))
                .toList();
        assertEquals(1 + results.get("runs").size(), commands.size());
        for (int i = 0; i < results.get("runs").size(); i++) {
            List<String> words = words(commands.get(i + 1));
            assertEquals(List.of("./isos", "run"), words.subList(0, 2));
            words.addAll(List.of("--format", "json", "-q"));
            Invocation again =
                    Invocation.of(isos, words.subList(1, words.size()).toArray(String[]::new));
            assertEquals(0, again.exitCode(), again.err());
            JsonNode run = MAPPER.readTree(again.out());
            for (String key : List.of("workload", "accelerator", "cycles", "traffic", "verified")) {
                assertEquals(results.get("runs").get(i).get(key), run.get(key), commands.get(i + 1));
            }
        }
        List<String> whole = words(commands.get(0));
        whole.addAll(List.of("--format", "json", "-q"));
        Invocation again = Invocation.of(isos, whole.subList(1, whole.size()).toArray(String[]::new));
        assertEquals(results.get("comparisons"), MAPPER.readTree(again.out()).get("comparisons"));
        assertTrue(page.contains("id=\"table-speed\"") && page.contains("id=\"chart-energy-parts\""));
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
