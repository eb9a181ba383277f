package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link HostileInputs}: 10,000 with {@code -Disos.all}, else 300; {@code -Disos.fuzzCases} and {@code -Disos.fuzzSeed} choose. */
final class HostileInputTest {
    private static Platform isos;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    @Test
    void whateverComesIsRunOrRefusedInOneSentenceAndInTime() throws IOException {
        HostileInputs inputs = new HostileInputs(isos, folder);
        int cases = Integer.getInteger("isos.fuzzCases", System.getProperty("isos.all") == null ? 300 : 10_000);
        inputs.run(Long.getLong("isos.fuzzSeed", 1), cases);
        System.out.print(inputs.table());
        assertEquals(List.of(), inputs.finds(), String.join("\n", inputs.finds()));
    }

    private static void refused(String expected, String... args) {
        Invocation result = Invocation.of(isos, args);
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(1, result.errLines().size(), result.err());
        assertTrue(result.err().contains(expected), result.err());
    }

    /** Beyond the bound the sentence names file, layer, demand and bound, and with a larger factor the work is done. */
    @Test
    void workIsRefusedByItsSizeUnlessMoreIsAllowed() throws IOException {
        String wide = Files.writeString(
                        folder.resolve("wide.yaml"),
                        "input: {shape: [1, 4, 4]}\nlayers:\n  - {name: a, op: max-pooling, kernel: 3, pad: 500}\n")
                .toString();
        refused(
                "wide.yaml, layer a: its 1x4x4 inputs and 1x1002x1002 outputs ask for",
                "run",
                "-w",
                wide,
                "-a",
                "isosceles",
                "-q");
        System.setProperty("isos.bounds", "2");
        try {
            assertEquals(
                    0,
                    Invocation.of(isos, "run", "-w", wide, "-a", "systolic-os", "-q")
                            .exitCode());
            System.setProperty("isos.bounds", "many");
            refused("the property isos.bounds is 'many'", "run", "-w", wide, "-a", "isosceles", "-q");
        } finally {
            System.clearProperty("isos.bounds");
        }
    }

    @Test
    void hardwareThatNeverEndsIsNotOpened() throws IOException {
        String net = Files.writeString(
                        folder.resolve("net.yaml"),
                        "input: {shape: [1, 4, 4]}\nlayers:\n  - {name: a, op: convolution, filters: 2, kernel: 3}\n")
                .toString();
        for (String file : List.of("/dev/zero", folder.toString())) {
            refused(
                    "is a folder, pipe or device, expected a regular file",
                    "run",
                    "-w",
                    net,
                    "-a",
                    "isosceles",
                    "--hardware",
                    file,
                    "-q");
        }
        Path digits =
                Files.writeString(folder.resolve("d.yaml"), "extends: isosceles\nlanes: " + "9".repeat(500_000) + "\n");
        refused(
                "a number has at most 64 characters",
                "run",
                "-w",
                net,
                "-a",
                "isosceles",
                "--hardware",
                digits.toString(),
                "-q");
    }

    @Test
    @SharedData
    void smallFilesOfLargeDemand() {
        refused("layer a: its 1x4x4 inputs and 1x10002x10002 outputs ask for", run("bigpad.yaml", "isosceles"));
        refused("layer stem has", run("s575.isos", "isosceles-optimal"));
        refused("layer c: its 3x8x1048576 inputs and 4x8x1048576 outputs ask for", run("m1339.onnx", "isosceles"));
    }

    private static String[] run(String file, String accelerator) {
        return new String[] {
            "run", "-w", SharedDataFolder.path("cases/slow/" + file).toString(), "-a", accelerator, "-q", "--no-cache"
        };
    }
}
