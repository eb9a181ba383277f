package dev.isos.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.study.Isos;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of Isos as a library, compiled and run, and the lines for jshell in docs/library.md. */
class LibraryExamplesTest {
    private static final Path SOURCES =
            Path.of("..", "examples", "library", "src", "main", "java", "com", "example", "library");
    private static final int MOST_LINES = 25;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void compile() throws IOException {
        List<String> options =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()));
        sources().forEach(source -> options.add(source.toString()));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new)));
    }

    @Test
    void noneIsLongerThan25Lines() throws IOException {
        assertEquals(6, sources().size());
        for (Path source : sources()) {
            int lines = Files.readAllLines(source).size();
            assertTrue(lines <= MOST_LINES, source + " has " + lines + " lines");
        }
    }

    @Test
    void eachPrintsWhatItSays() throws Exception {
        long cycles = Isos.builder()
                .build()
                .run("googlenet-58-inception3a", "isosceles:lanes=32")
                .cycles();
        Map<String, String> expected = Map.of(
                "RunOne", String.format("(?s)%,d cycles, [0-9,]+ bytes off chip, verified: true\n", cycles),
                "CompareTwo", "sparten +1\\.00 times as fast\nisosceles +\\d+\\.\\d\\d times as fast\n",
                "SweepLanes", "(isosceles:dram\\.bandwidth=\\d+GB/s:lanes=\\d+ +[0-9,]+ cycles\n)+",
                "BuildNetwork",
                        "stem +[0-9,]+ effectual MACs\nreduce +[0-9,]+ effectual MACs\nexpand +[0-9,]+ effectual MACs\n",
                "AddPlugin", "\\d+ cycles\n");
        for (Map.Entry<String, String> example : expected.entrySet()) {
            String printed = run(example.getKey());
            assertTrue(printed.matches(example.getValue()), example.getKey() + " printed " + printed);
        }
    }

    @Test
    void thePageIsWritten() throws Exception {
        Path page = folder.resolve("page.html");
        assertEquals("wrote " + page + "\n", run("WriteReport", page.toString()));
        String html = Files.readString(page);
        assertTrue(html.startsWith("<!DOCTYPE html>") && html.contains("Accelerators compared with sparten"));
    }

    @Test
    void jshellRunsThePagesLines() throws IOException {
        String docs = Files.readString(Path.of("..", "docs", "library.md"));
        String block = docs.substring(docs.indexOf("```jshell\n") + 10);
        String last = "";
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.eval("import java.util.*;"); // as jshell does by default
            for (String line : block.substring(0, block.indexOf("```")).split("\n")) {
                for (SnippetEvent event : shell.eval(line)) {
                    assertEquals(Snippet.Status.VALID, event.status(), line);
                    assertEquals(null, event.exception(), line);
                    last = event.value();
                }
            }
        }
        assertTrue(last.startsWith("{sparten=Ratios["), last);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.sorted().toList();
        }
    }

    private static String run(String example, String... arguments) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        URL[] classes = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, LibraryExamplesTest.class.getClassLoader());
                PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            var main = loader.loadClass("com.example.library." + example).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) arguments);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
