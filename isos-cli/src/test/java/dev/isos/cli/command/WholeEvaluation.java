package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.cli.Main;
import dev.isos.cli.TestCache;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The whole evaluation, every figure of it, simulated once in a build for all tests that look at it, in whichever JVM. */
public final class WholeEvaluation {
    private static WholeEvaluation whole;

    private final Path folder;
    private final JsonNode results;
    private final String text;

    private WholeEvaluation() throws IOException {
        Path target = Path.of("target").toAbsolutePath();
        folder = target.resolve("evaluation");
        // By its process where no build says which one it is.
        String build = System.getProperty(
                "isos.build", "process " + ProcessHandle.current().pid());
        // The JVMs of a build wait for the one that came first; what is there is whole.
        try (FileChannel file = FileChannel.open(
                        target.resolve("evaluation.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            assertTrue(lock.isValid());
            Path made = folder.resolve("made-by.txt");
            Path printed = target.resolve("evaluation.txt");
            if (Files.notExists(made) || !Files.readString(made).equals(build)) {
                deleteOldOne();
                reproduce(printed, target.resolve("evaluation-errors.txt"));
                Files.writeString(made, build);
            }
            text = Files.readString(printed);
        }
        results = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    }

    /** In a JVM with its optimising compiler, which so much work is worth. */
    private void reproduce(Path out, Path err) throws IOException {
        ProcessBuilder isos = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-XX:+UseParallelGC",
                        "-ea",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "reproduce",
                        "-q",
                        "--out",
                        folder.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        isos.environment().clear(); // such as the width of a terminal
        isos.environment().put("ISOS_CACHE", TestCache.FOLDER.toString());
        assertEquals(0, isos.start().onExit().join().exitValue(), Files.readString(err));
    }

    /** That of an earlier build. */
    private void deleteOldOne() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    public static synchronized WholeEvaluation get() throws IOException {
        if (whole == null) {
            whole = new WholeEvaluation();
        }
        return whole;
    }

    Path page() {
        return folder.resolve("report.html");
    }

    /** Of a figure. */
    Path picture(String chart) {
        return folder.resolve("figures").resolve(chart + ".svg");
    }

    Path pictures() {
        return folder.resolve("figures");
    }

    JsonNode results() {
        return results;
    }

    /** The one run of a workload on an accelerator as the paper has it. */
    public JsonNode published(String workload, String accelerator) {
        return StreamSupport.stream(results.get("runs").spliterator(), false)
                .filter(run -> run.at("/workload/id").asText().equals(workload))
                .filter(run -> run.at("/accelerator/name").asText().equals(accelerator))
                .reduce((one, another) -> {
                    throw new AssertionError("two runs of " + workload + " on " + accelerator);
                })
                .orElseThrow();
    }

    /** What the command prints. */
    String text() {
        return text;
    }
}
