package dev.isos.cli.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the POMs must say before they can be published. */
class PublishedFormTest {
    private static final Path REPOSITORY = Path.of("..");

    static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(REPOSITORY)) {
            return folders.map(folder -> folder.resolve("pom.xml"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void hasANameADescriptionAndAModuleName(Path pom) throws IOException {
        String text = Files.readString(pom);
        assertTrue(text.matches("(?s).*\\n  <name>[^<]+</name>.*"), "a name");
        assertTrue(text.matches("(?s).*\\n  <description>[^<]+</description>.*"), "a description");
        if (!text.contains("<packaging>pom</packaging>")) {
            assertTrue(
                    text.matches("(?s).*<isos.moduleName>dev\\.isos\\.[a-z.]+</isos.moduleName>.*"), "a module name");
        }
    }

    /** The rest is written once, in the POM that all others inherit from. */
    @Test
    void theBomSaysWhoseTheyAre() throws IOException {
        String bom = Files.readString(REPOSITORY.resolve("isos-bom/pom.xml"));
        for (String element : List.of("url", "licenses", "developers", "scm")) {
            assertTrue(Pattern.compile("\n  <" + element + "[ >]").matcher(bom).find(), element);
        }
        String version = only("\n  <version>([^<]+)</version>", bom);
        assertEquals(version, only("<isos.bom.version>([^<]+)</isos.bom.version>", bom));
    }

    @Test
    void noVersionOfAPluginOfMavenIsLeftToMaven() throws IOException {
        Set<String> pinned = new TreeSet<>();
        Set<String> used = new TreeSet<>(Set.of(
                "maven-clean-plugin",
                "maven-install-plugin",
                "maven-deploy-plugin",
                "maven-site-plugin",
                "maven-resources-plugin",
                "maven-compiler-plugin",
                "maven-surefire-plugin",
                "maven-jar-plugin"));
        List<Path> poms = Stream.concat(modules().stream(), Stream.of(REPOSITORY.resolve("pom.xml")))
                .toList();
        for (Path pom : poms) {
            Matcher plugin =
                    Pattern.compile("<plugin>(.*?)</plugin>", Pattern.DOTALL).matcher(Files.readString(pom));
            while (plugin.find()) {
                String name = only("<artifactId>([a-z-]+)</artifactId>", plugin.group(1));
                used.add(name);
                if (plugin.group(1).contains("<version>${" + name + ".version}</version>")) {
                    assertTrue(pinned.add(name), name + " is pinned twice");
                }
            }
        }
        assertFalse(pinned.isEmpty());
        assertEquals(pinned, used);
    }

    private static String only(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }
}
