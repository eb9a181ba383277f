package dev.isos.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Studies are for programs too: no text in code or data of the module names a command or an option of the command line. */
class NoCommandLineTest {
    private static final Pattern COMMAND_LINE = Pattern.compile(
            "(?<![\\w-])--[a-z][a-z-]*|\\./isos\\b|\\bisos (bench|compare|list|map|reproduce|run|schema|sweep|validate)\\b");

    private static List<String> commandLines(String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = COMMAND_LINE.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    @Test
    void commandLinesAreFound() {
        assertEquals(List.of("--store"), commandLines("badInput(\"--store \" + file)"));
        assertEquals(List.of("./isos", "--set"), commandLines("./isos run --set lanes=4"));
        assertEquals(List.of("isos sweep"), commandLines("\"was not written by 'isos sweep'\""));
        assertEquals(List.of(), commandLines("i--; // Isos runs; well-known isos-study"));
    }

    @Test
    void noneIsInTheModule() throws IOException {
        int files = 0;
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(Path.of("src", "main"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files++;
                commandLines(Files.readString(file)).forEach(each -> found.add(file + ": " + each));
            }
        }
        assertTrue(files > 40, files + " files");
        assertEquals(List.of(), found);
    }
}
