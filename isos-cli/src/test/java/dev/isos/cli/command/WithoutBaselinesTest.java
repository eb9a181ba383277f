package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product without the jar of the baselines: the same without their accelerators. */
class WithoutBaselinesTest {
    private static final String CLASS_PATH = Arrays.stream(
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                            .split(File.pathSeparator))
            .filter(entry -> !entry.contains("isos-baselines"))
            .collect(Collectors.joining(File.pathSeparator));

    @TempDir
    private Path temp;

    private record Said(int exitCode, String out, String err) {}

    private Said isos(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                CLASS_PATH,
                Main.class.getName()));
        command.addAll(List.of(args));
        Path err = temp.resolve("err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.MINUTES));
        return new Said(process.exitValue(), out, Files.readString(err));
    }

    @Test
    void itsOwnAcceleratorsWork() throws IOException, InterruptedException {
        Said list = isos("list", "accelerators");
        assertEquals(0, list.exitCode(), list.err());
        assertTrue(list.out().contains("isosceles"), list.out());
        for (String other : List.of("sparten", "scnn", "fused-layer", "systolic")) {
            assertFalse(list.out().contains(other), list.out());
        }
        Path network = Files.writeString(temp.resolve("tiny.yaml"), """
                input: {shape: [4, 8, 8], density: 0.5}
                layers:
                  - {name: a, op: convolution, filters: 8, kernel: 3, pad: 1, weightDensity: 0.4}
                  - {name: b, op: convolution, filters: 4}
                """);
        Said run = isos("run", "-w", network.toString(), "-a", "isosceles", "--format", "json", "-q");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = new ObjectMapper().readTree(run.out());
        assertTrue(result.path("verified").asBoolean(), run.out());
        assertTrue(result.path("versions").path("isos-baselines").isMissingNode(), run.out());
    }

    @Test
    void whatNeedsThemIsRefusedInOneSentence() throws IOException, InterruptedException {
        for (List<String> args : List.of(
                List.of("run", "-w", "resnet50-96", "-a", "sparten"), List.of("reproduce", "--figure", "speedup"))) {
            Said said = isos(args.toArray(String[]::new));
            assertEquals(2, said.exitCode(), said.err());
            assertEquals("", said.out());
            assertTrue(said.err().matches("isos: [^\n]*unknown accelerator '[a-z-]+'[^\n]*\n"), said.err());
        }
    }
}
