package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.plugin.ApiVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isos new-plugin}: the files; {@code .ci/plugin} builds and runs them with Maven. */
class NewPluginTest {
    @TempDir
    private Path folder;

    @Test
    void theFilesNameEachOtherAndNoPlaceholderIsLeft() throws IOException {
        Path project = folder.resolve("tiny-array");
        Invocation made = Invocation.of(null, "new-plugin", project.toString(), "--package", "org.lab.tiny");
        assertEquals(0, made.exitCode(), made.err());
        assertTrue(made.out().contains("-a tiny-array --plugins target/plugins"), made.out());
        Map<String, String> files = read(project);
        assertEquals(
                Stream.of(
                                "README.md",
                                "pom.xml",
                                "src/main/java/org/lab/tiny/SerialDataflow.java",
                                "src/main/java/org/lab/tiny/SerialModel.java",
                                "src/main/java/org/lab/tiny/SerialPlugin.java",
                                "src/main/resources/META-INF/services/dev.isos.api.plugin.IsosPlugin",
                                "src/test/java/org/lab/tiny/SerialDataflowTest.java")
                        .toList(),
                files.keySet().stream().toList());
        assertEquals(
                "org.lab.tiny.SerialPlugin\n",
                files.get("src/main/resources/META-INF/services/dev.isos.api.plugin.IsosPlugin"));
        assertAll(files.entrySet().stream()
                .map(file -> () -> assertFalse(
                        Pattern.compile("__[a-z]+__").matcher(file.getValue()).find(), file.getKey())));
        assertAll(files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".java"))
                .map(file -> () -> assertTrue(file.getValue().startsWith("package org.lab.tiny;\n"), file.getKey())));
        ApiVersion api = ApiVersion.CURRENT;
        assertTrue(files.get("src/main/java/org/lab/tiny/SerialPlugin.java")
                .contains("new ApiVersion(" + api.major() + ", " + api.minor() + ")"));
    }

    /** A plug-in of Maven without a version resolves to whatever is newest, or to the oldest that a Maven knows. */
    @Test
    void everyVersionInThePomIsANumber() throws IOException {
        Path project = folder.resolve("tiny");
        assertEquals(0, Invocation.of(null, "new-plugin", project.toString()).exitCode());
        String pom = Files.readString(project.resolve("pom.xml"));
        assertFalse(pom.replace("${isos.repository}", "").contains("${"), pom);
        Matcher plugin =
                Pattern.compile("<plugin>(.*?)</plugin>", Pattern.DOTALL).matcher(pom);
        int plugins = 0;
        while (plugin.find()) {
            plugins++;
            assertTrue(plugin.group(1).matches("(?s).*<version>\\d+(\\.\\d+)+</version>.*"), plugin.group(1));
        }
        assertEquals(7, plugins, "clean, resources, compiler, surefire, jar, install, deploy");
    }

    @Test
    void whatIsThereIsNotOverwritten() throws IOException {
        Path project = Files.createDirectory(folder.resolve("mine"));
        Path mine = Files.writeString(project.resolve("pom.xml"), "mine");
        Invocation refused = Invocation.of(null, "new-plugin", project.toString());
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("is not empty"), refused.err());
        assertEquals("mine", Files.readString(mine));
        refused = Invocation.of(null, "new-plugin", mine.toString(), "--id", "x");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("is a file"), refused.err());
    }

    @Test
    void namesThatMavenOrJavaRefuseAreRefusedHere() {
        for (String[] wrong : new String[][] {
            {"--id", "Big"}, {"--id", "a b"}, {"--id", "../x"}, {"--package", "a.class.b"}, {"--package", "1x"}
        }) {
            Path project = folder.resolve("new");
            Invocation refused = Invocation.of(null, "new-plugin", project.toString(), wrong[0], wrong[1]);
            assertEquals(2, refused.exitCode());
            assertTrue(refused.err().contains("'" + wrong[1] + "' cannot be"), refused.err());
            assertFalse(Files.exists(project));
        }
    }

    private static Map<String, String> read(Path project) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(project)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(project.relativize(path).toString().replace('\\', '/'), Files.readString(path));
            }
        }
        return files;
    }
}
