package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.io.TempDir;

class SharedDataTest {

    @TempDir
    private Path folder;

    private String before;

    @BeforeEach
    void pointToTheFolder() {
        before = System.getProperty(SharedDataFolder.PROPERTY);
        System.setProperty(SharedDataFolder.PROPERTY, folder.toString());
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(SharedDataFolder.PROPERTY);
        } else {
            System.setProperty(SharedDataFolder.PROPERTY, before);
        }
    }

    @Test
    void theMarkCarriesTheTagThatSelectsItsTests() {
        assertEquals("shared-data", SharedData.class.getAnnotation(Tag.class).value());
    }

    @Test
    void runsWhereTheFolderExists() {
        assertFalse(SharedDataCondition.evaluate(folder).isDisabled());
    }

    @Test
    void skipsWithTheNameOfTheMissingFolder() {
        Path missing = folder.resolve("missing");
        ConditionEvaluationResult result = SharedDataCondition.evaluate(missing);
        assertTrue(result.isDisabled());
        assertEquals(
                "shared data folder missing: " + missing, result.getReason().orElseThrow());
    }

    @Test
    void thePropertyNamesTheFolder() {
        assertEquals(folder, SharedDataFolder.root());
    }

    @Test
    void withoutThePropertyTheFolderIsBesideTheRepository() {
        System.setProperty(SharedDataFolder.PROPERTY, " ");
        assertTrue(SharedDataFolder.root().isAbsolute());
        assertTrue(SharedDataFolder.root().endsWith(Path.of("shared", "data")));
    }

    @Test
    void findsFilesBelowTheFolder() throws IOException {
        Path file = Files.createDirectories(folder.resolve("models")).resolve("a.onnx");
        Files.createFile(file);
        assertEquals(file, SharedDataFolder.path("models/a.onnx"));
    }

    @Test
    void refusesWhatIsMissingOrElsewhere() {
        Exception missing = assertThrows(IllegalArgumentException.class, () -> SharedDataFolder.path("models/b.onnx"));
        assertEquals("Missing in the shared data: " + folder.resolve("models/b.onnx"), missing.getMessage());
        assertThrows(IllegalArgumentException.class, () -> SharedDataFolder.path("../elsewhere"));
        assertThrows(IllegalArgumentException.class, () -> SharedDataFolder.path("/etc"));
    }
}
