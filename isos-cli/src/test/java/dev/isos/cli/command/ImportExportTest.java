package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportExportTest {
    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();

    private Invocation invoke(String... args) {
        Invocation result = Invocation.of(isos, args);
        assertEquals(0, isos.unreleased());
        return result;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void exportWritesTheFileAndSaysWhatIsInIt() throws IOException {
        Path out = folder.resolve("a.fake");
        Invocation result = invoke("export", "-w", "resnet50-81", "-o", out.toString(), "--format", "json");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("resnet50-81", Files.readString(out));
        assertEquals(List.of("a.fake"), files());
        Schemas.check("workload", result.out());
        assertTrue(result.out().contains("\"fileBytes\" : 11"), result.out());
    }

    @Test
    void importReadsWhatAnImporterUnderstands() throws IOException {
        Path model = Files.writeString(folder.resolve("m.fake"), "");
        Path out = folder.resolve("b.fake");
        Invocation result = invoke("import", model.toString(), "-o", out.toString(), "--seed", "5", "--prune", "half");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(5, isos.requests.get(0).seed());
        assertEquals("half", isos.requests.get(0).prune());
        assertTrue(result.out().contains("conv0"), result.out());
        assertTrue(result.out().contains("not zero"), result.out());
    }

    @Test
    void csvHasARowPerLayer() {
        Invocation result = invoke(
                "export", "-w", "resnet50-81", "-o", folder.resolve("a.fake").toString(), "--format", "csv");
        assertEquals(3, result.outLines().size(), result.out());
        assertTrue(result.outLines().get(0).startsWith("name,op,outputShape,"), result.out());
    }

    @Test
    void nothingIsLeftOfAnExportThatFails() throws IOException {
        Path out = folder.resolve("a.fake");
        Invocation result =
                invoke("export", "-w", "resnet50-81", "-o", out.toString(), "--seed", "" + FakeIsos.REFUSED_SEED);
        assertEquals(2, result.exitCode());
        assertEquals("isos: layer conv0 has no such form", result.err().strip());
        assertEquals(List.of(), files());
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeAnythingIsLoaded() {
        Invocation extension = invoke(
                "export", "-w", "resnet50-81", "-o", folder.resolve("a.pdf").toString());
        assertEquals(2, extension.exitCode());
        assertTrue(extension.err().contains("expected a file name that ends in .fake"), extension.err());
        Invocation nowhere = invoke(
                "export", "-w", "resnet50-81", "-o", folder.resolve("no/a.fake").toString());
        assertEquals(2, nowhere.exitCode());
        assertTrue(nowhere.err().contains("no such folder"), nowhere.err());
        assertTrue(isos.requests.isEmpty());
    }

    @Test
    void theDefaultNameIsTheModelsInThisFolder() {
        assertEquals(Path.of("net.isos"), ImportCommand.defaultOutput("some/where/net.onnx"));
        assertEquals(Path.of("resnet50-81.isos"), ImportCommand.defaultOutput("resnet50-81"));
        assertFalse(ImportCommand.defaultOutput(".onnx").toString().isEmpty());
    }
}
