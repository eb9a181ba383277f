package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is told to end while it works. The signal is SIGTERM, which takes the same way through the JVM as that of
 * Ctrl-C, but is not ignored by processes that were started in the background.
 */
class InterruptionTest {
    private static final int SIGTERM_EXIT_CODE = 143;

    @TempDir
    private Path folder;

    @Test
    void whatWasFinishedIsToldAndKeptAndNothingElseIsLeft() throws IOException, InterruptedException {
        Path spec = Files.writeString(folder.resolve("sweep.yaml"), """
                workloads: %s
                accelerators: isosceles
                parameters: {schedulingPeriod: 1..900..1}
                budget: {points: 10000}
                """.formatted(
                        Path.of("../docs/examples/network.yaml").toAbsolutePath()));
        Path store = folder.resolve("store");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "sweep",
                        spec.toString(),
                        "--threads",
                        "1",
                        "--no-cache",
                        "--open",
                        "--store",
                        store.toString(),
                        "--out",
                        folder.resolve("out").toString())
                .redirectOutput(folder.resolve("stdout").toFile());
        builder.environment().put("BROWSER", "true");
        Process process = builder.start();
        String last = "";
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            Path page = store.resolve("report.html").toAbsolutePath();
            assertEquals("isos: page: " + page.toUri(), err.readLine());
            assertTrue(Files.readString(page).contains(">Running</b>"));
            String line = err.readLine();
            assertTrue(line != null && line.startsWith("isos: 1/900 "), line);
            process.toHandle().destroy(); // unlike Process.destroy, this leaves the stream open
            for (String next = line; next != null; next = err.readLine()) {
                last = next;
            }
        } finally {
            assertTrue(process.waitFor(10, TimeUnit.MINUTES));
        }
        assertEquals(SIGTERM_EXIT_CODE, process.exitValue());
        assertTrue(last.matches("isos: interrupted after \\d+ of 900 runs \\(.*\\); they are in .*"), last);
        int told = Integer.parseInt(last.replaceAll(".*after (\\d+) of.*", "$1"));
        List<String> lines = Files.readAllLines(store.resolve("points.jsonl"));
        assertTrue(lines.size() >= told, told + " were told, " + lines.size() + " are kept");
        assertEquals("", Files.readString(folder.resolve("stdout")));
        Matcher state = Pattern.compile(
                        ">Interrupted</b> <span class=\"progress\">(\\d+) of 900 points in .*; the same")
                .matcher(Files.readString(store.resolve("report.html")));
        assertTrue(state.find());
        assertTrue(Integer.parseInt(state.group(1)) >= told, state.group());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of("stdout", "store", "sweep.yaml"),
                    left.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }
}
