package dev.isos.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that docs/plugins.md is written around, as the plug-in of a stranger. */
class WeightStationaryExampleTest {
    private static final Path MAIN = Path.of("..", "examples", "weight-stationary", "src", "main");
    private static final String SERVICE = "META-INF/services/dev.isos.api.plugin.IsosPlugin";

    @Test
    void aDataflowWithItsMachineTakesLessThan150Lines() throws IOException {
        long lines = 0;
        for (Path source : sources()) {
            lines += Files.readAllLines(source).size();
        }
        assertTrue(lines < 150, lines + " lines");
    }

    @Test
    void runsFromAFolderAndIsVerified(@TempDir Path folder) throws IOException {
        List<String> options =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()));
        sources().forEach(s -> options.add(s.toString()));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new)));
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        try (OutputStream out = Files.newOutputStream(plugins.resolve("weight-stationary.jar"));
                JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> classes = Files.walk(folder.resolve("com"))) {
            for (Path file : classes.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
                jar.write(Files.readAllBytes(file));
            }
            jar.putNextEntry(new JarEntry(SERVICE));
            jar.write(Files.readAllBytes(MAIN.resolve("resources").resolve(SERVICE)));
        }
        Platform isos = IsosPlatform.load(Optional.of(plugins));
        assertEquals(List.of(), isos.pluginProblems());
        for (long seed = 1; seed <= 10; seed++) {
            Workload workload = PlainReference.withReference(RandomWorkloads.network(seed));
            RunResult result = isos.run(
                    workload, isos.accelerator(AcceleratorRequest.of("weight-stationary")), RunOptions.defaults());
            assertTrue(result.verified(), "seed " + seed);
            assertEquals(
                    workload.reference().stream()
                            .mapToLong(LayerReference::effectualMacs)
                            .sum(),
                    result.macs().performed(),
                    "seed " + seed);
            assertTrue(result.energyPj().dram() > 0 && result.energyPj().sram() > 0, "seed " + seed);
            isos.release(workload);
        }
    }

    @Test
    void theCodeOfTheTutorialIsThatOfTheExample() throws IOException {
        Set<String> example = new HashSet<>();
        for (Path source : sources()) {
            Files.readAllLines(source).forEach(line -> example.add(line.strip()));
        }
        boolean code = false;
        int shown = 0;
        for (String line : Files.readAllLines(Path.of("..", "docs", "plugins.md"))) {
            if (line.startsWith("```")) {
                code = line.equals("```java");
            } else if (code) {
                assertTrue(example.contains(line.strip()), line);
                shown++;
            }
        }
        assertTrue(shown > 60, shown + " lines of code");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(MAIN.resolve("java"))) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
    }
}
