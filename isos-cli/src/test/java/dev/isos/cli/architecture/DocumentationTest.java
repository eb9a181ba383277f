package dev.isos.cli.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages speak of files, headings and classes that exist. */
class DocumentationTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

    /** A word in code type with two capitals, such as a class has, alone or with a package or a member. */
    private static final Pattern CLASS = Pattern.compile("`(?:[a-z]+\\.)*([A-Z][a-z]+[A-Z]\\w+)(?:\\.\\w+)?`");

    private static final Pattern DECLARATION = Pattern.compile("(?:class|record|interface|enum) (\\w+)");

    /** Classes of the Java platform that pages name, and those that the build generates. */
    private static final Set<String> OTHERS = Set.of("StrictMath", "ServiceLoader", "OnnxMl");

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(REPOSITORY)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !REPOSITORY.relativize(file).toString().contains("target"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = files(".md").stream()
                .filter(page -> !page.getFileName().toString().equals("CHANGELOG.md"))
                .toList();
        assertTrue(pages.size() > 20, pages.toString());
        return pages;
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult found :
                    LINK.matcher(Files.readString(page)).results().toList()) {
                String link = found.group(1);
                if (link.contains("://") || link.startsWith("mailto:")) {
                    continue;
                }
                links++;
                String[] parts = link.split("#", 2);
                Path to = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                if (!Files.exists(to) || parts.length > 1 && !headings(to).contains(parts[1])) {
                    broken.add(REPOSITORY.relativize(page) + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 100, links + " links");
    }

    private static Set<String> headings(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (MatchResult found :
                HEADING.matcher(Files.readString(page)).results().toList()) {
            anchors.add(found.group(1)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }

    @Test
    void classesThatPagesNameExist() throws IOException {
        Set<String> declared = new HashSet<>(OTHERS);
        for (Path source : files(".java")) {
            DECLARATION
                    .matcher(Files.readString(source))
                    .results()
                    .map(found -> found.group(1))
                    .forEach(declared::add);
        }
        List<String> unknown = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult found :
                    CLASS.matcher(Files.readString(page)).results().toList()) {
                if (!declared.contains(found.group(1))) {
                    unknown.add(REPOSITORY.relativize(page) + ": " + found.group(1));
                }
            }
        }
        assertEquals(List.of(), unknown);
    }
}
