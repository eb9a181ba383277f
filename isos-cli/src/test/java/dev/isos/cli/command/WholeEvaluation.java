package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The whole evaluation, every figure of it, simulated once for all tests that look at it. */
final class WholeEvaluation {
    private static WholeEvaluation whole;

    private final Path folder;
    private final JsonNode results;
    private final String text;

    private WholeEvaluation() throws IOException {
        folder = Files.createTempDirectory(Path.of("target"), "evaluation").toAbsolutePath();
        Invocation run =
                Invocation.of(IsosPlatform.load(Optional.empty()), "reproduce", "-q", "--out", folder.toString());
        assertEquals(0, run.exitCode(), run.err());
        text = run.out();
        results = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
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
