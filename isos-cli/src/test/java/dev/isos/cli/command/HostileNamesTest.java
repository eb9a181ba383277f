package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.report.console.PlainText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names from files and arguments that would move the cursor, open a line or turn the direction: every command shows them
 * harmlessly, in as many lines as their escapes take where they are the names.
 */
class HostileNamesTest {
    private static final String NASTY = "c\u001B[2K\r\nverified yes\t\u202E\u200B\u009B1m=1+1";

    /** A name as nasty as a description may have: without control characters of ASCII. */
    private static final String NAME = "c verified yes\u202E\u200B\u009B1m=1+1\u2028x";

    private static final String SHOWN = "c verified yes\\u202e\\u200b\\u009b1m=1+1\\u2028x";

    private static Platform isos;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    private Path network(Path where, String name) throws IOException {
        Files.createDirectories(where);
        String quoted = PlainText.json(new ObjectMapper().writeValueAsString(name));
        return Files.writeString(where.resolve(name + ".yaml"), """
                name: %s
                input: {shape: [3, 16, 16], signed: true}
                layers:
                  - {name: %s, op: convolution, filters: 8, kernel: 3, pad: 1, density: 0.6}
                  - {name: last, op: convolution, filters: 8, kernel: 1, density: 0.5}
                """.formatted(quoted, quoted));
    }

    private static List<String> harmless(String text) {
        assertTrue(
                text.codePoints()
                        .allMatch(c -> c == '\n'
                                || c >= ' '
                                        && c != 0x7F
                                        && Character.getType(c) != Character.CONTROL
                                        && Character.getType(c) != Character.FORMAT),
                text);
        return text.lines().toList();
    }

    @Test
    void everyTableShowsThemOnTheirLines() throws IOException {
        Path nasty = network(folder.resolve("a"), NAME);
        Path plain = network(folder.resolve("b"), SHOWN);
        List<List<String>> commands = List.of(
                List.of("run", "-a", "isosceles", "--layers", "--verify", "-w"),
                List.of("compare", "-a", "isosceles,sparten", "-w"),
                List.of("map", "-a", "isosceles", "-w"),
                List.of("export", "-o", folder + "/x.isos", "-w"),
                List.of("import", "-o", folder + "/x.isos"));
        for (List<String> command : commands) {
            List<List<String>> shown = new ArrayList<>();
            for (Path file : List.of(nasty, plain)) {
                List<String> args = new ArrayList<>(command);
                args.addAll(List.of(file.toString(), "--no-cache", "-q"));
                Invocation result = Invocation.of(isos, args.toArray(String[]::new));
                assertEquals(0, result.exitCode(), result.err());
                harmless(result.err());
                shown.add(harmless(result.out().replaceAll("\\(seed.*|.*simulated in.*|SHA-256.*|.*source.*", "")));
            }
            assertEquals(shown.get(1).size(), shown.get(0).size(), command + ":\n" + String.join("\n", shown.get(0)));
            assertTrue(
                    shown.get(0).stream().anyMatch(line -> line.contains("c verified yes\\u202e")),
                    String.join("\n", shown.get(0)));
        }
    }

    @Test
    void jsonAndCsvKeepTheData() throws IOException {
        String file = network(folder, NAME).toString();
        Invocation json =
                Invocation.of(isos, "run", "-w", file, "-a", "isosceles", "--no-cache", "-q", "--format", "json");
        harmless(json.out());
        assertEquals(
                NAME,
                new ObjectMapper().readTree(json.out()).at("/layers/0/name").asText());
        Invocation csv = Invocation.of(
                isos, "run", "-w", file, "-a", "isosceles", "--no-cache", "-q", "--format", "csv", "--layers");
        assertTrue(csv.out().contains(NAME), csv.out());
    }

    @Test
    void messagesQuoteThemHarmlessly() throws IOException {
        List<List<String>> wrong = List.of(
                List.of("run", "-w", NASTY, "-a", "isosceles"),
                List.of("run", "-w", "resnet50-81", "-a", NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--set", NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--" + NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--format", NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--out", folder + "/spec/" + NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--trace", folder + "/none/" + NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--labels", NASTY),
                List.of("run", "-w", "resnet50-81", "-a", "isosceles", "--plugins", NASTY),
                List.of("run", "-w", network(folder.resolve("c"), NASTY).toString(), "-a", "isosceles"),
                List.of("sweep", NASTY),
                List.of(
                        "sweep",
                        Files.writeString(folder.resolve("spec"), "\"" + NASTY.replaceAll("\\p{Cntrl}", "") + "\": 1\n")
                                .toString()),
                List.of("compare", "-w", "resnet50-81", "-a", "isosceles", "--vary", NASTY),
                List.of("import", NASTY),
                List.of("list", NASTY),
                List.of(NASTY));
        for (List<String> args : wrong) {
            Invocation refused = Invocation.of(isos, args.toArray(String[]::new));
            assertEquals(2, refused.exitCode(), args + ": " + refused.err());
            assertEquals(1, harmless(refused.err()).size(), refused.err());
            assertEquals("", refused.out());
        }
    }
}
