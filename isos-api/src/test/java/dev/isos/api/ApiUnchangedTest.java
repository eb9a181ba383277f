package dev.isos.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.plugin.ApiVersion;
import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything that a plug-in can name is written down in {@code src/test/resources/api.txt}: types, members with their
 * signatures, and the values of constants, which the compiler copies into the classes that use them. A change of the API fails
 * here until it is made in that file too; it then needs a line in CHANGELOG.md, and a higher {@link ApiVersion}: a minor one
 * where lines are added, a major one where lines go or change.
 */
class ApiUnchangedTest {
    private static final Path WRITTEN_DOWN = Path.of("src/test/resources/api.txt");

    @Test
    void theApiIsWhatIsWrittenDown() throws Exception {
        List<String> now = api();
        Path copy = Files.writeString(Path.of("target/api.txt"), String.join("\n", now) + "\n");
        List<String> before = Files.readAllLines(WRITTEN_DOWN);
        List<String> added = new ArrayList<>(now);
        added.removeAll(before);
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(now);
        String what = "The API has changed. If that is meant: raise ApiVersion, add a line to CHANGELOG.md and copy "
                + copy + " to " + WRITTEN_DOWN + ".";
        assertEquals("", "gone:  ".repeat(Math.min(1, gone.size())) + String.join("\ngone:  ", gone), what);
        assertEquals("", "added: ".repeat(Math.min(1, added.size())) + String.join("\nadded: ", added), what);
        assertEquals(before, now, what);
    }

    /** Guards the other test: one that sees no class would pass with an empty file. */
    @Test
    void theListHasTheEntryPointAndItsMembers() throws Exception {
        List<String> api = api();
        assertTrue(api.contains("public abstract interface dev.isos.api.plugin.IsosPlugin"), api.toString());
        assertTrue(
                api.contains("  public abstract java.lang.String dev.isos.api.plugin.IsosPlugin.id()"), api.toString());
        assertTrue(
                api.contains("  public static final int dev.isos.api.network.Layer.NETWORK_INPUT = -1"),
                api.toString());
    }

    private static List<String> api() throws Exception {
        Path classes = Path.of(ApiVersion.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> names;
        try (Stream<Path> files = Files.walk(classes)) {
            names = files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace(File.separatorChar, '.'))
                    .sorted()
                    .toList();
        }
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name);
            if (visible(type)) {
                lines.add(type.toGenericString() + supertypes(type));
                Stream.of(type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                        .flatMap(Arrays::stream)
                        .filter(member -> visible(member.getModifiers()) && !member.isSynthetic())
                        .map(ApiUnchangedTest::line)
                        .sorted()
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    private static boolean visible(Class<?> type) {
        return visible(type.getModifiers())
                && (type.getEnclosingClass() == null || visible(type.getEnclosingClass()))
                && !type.isAnonymousClass()
                && !type.isLocalClass();
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String supertypes(Class<?> type) {
        StringBuilder text = new StringBuilder();
        if (type.isRecord()) {
            // two components of one type that change places are a change
            text.append(Stream.of(type.getRecordComponents())
                    .map(component -> component.getName())
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        if (type.getGenericSuperclass() != null && type.getSuperclass() != Object.class && !type.isRecord()) {
            text.append(" extends ").append(type.getGenericSuperclass().getTypeName());
        }
        for (var implemented : type.getGenericInterfaces()) {
            text.append(text.indexOf(" is ") < 0 ? " is " : ", ").append(implemented.getTypeName());
        }
        return text.toString();
    }

    private static String line(Member member) {
        if (member instanceof Field field) {
            return "  " + field.toGenericString() + constant(field);
        }
        return "  " + ((java.lang.reflect.Executable) member).toGenericString();
    }

    /** The value of a field that the compiler may copy. */
    private static String constant(Field field) {
        boolean copied = field.getType().isPrimitive() || field.getType() == String.class;
        if (!copied || !Modifier.isStatic(field.getModifiers()) || !Modifier.isFinal(field.getModifiers())) {
            return "";
        }
        try {
            return " = " + field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
