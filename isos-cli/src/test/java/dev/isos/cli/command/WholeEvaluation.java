package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The whole evaluation, every figure of it, simulated once in a build for all tests that look at it, in whichever JVM. */
final class WholeEvaluation {
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
            Path printed = folder.resolve("printed.txt");
            if (Files.notExists(made) || !Files.readString(made).equals(build)) {
                deleteOldOne();
                Invocation run = Invocation.of(
                        IsosPlatform.load(Optional.empty()), "reproduce", "-q", "--out", folder.toString());
                assertEquals(0, run.exitCode(), run.err());
                Files.writeString(printed, run.out());
                Files.writeString(made, build);
            }
            text = Files.readString(printed);
        }
        results = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
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

    static synchronized WholeEvaluation get() throws IOException {
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

    /** What the command prints. */
    String text() {
        return text;
    }
}
