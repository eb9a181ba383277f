package dev.isos.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The launchers of the archive for a shell and for Windows: what they start is the same. */
class LaunchersTest {
    private static final Path ARCHIVE = Path.of("src/main/archive");

    /** The last line that starts Java, word by word and written as the shell's. */
    private static String[] command(List<String> lines, String first) {
        String line = lines.stream()
                .filter(l -> l.startsWith(first))
                .reduce((a, b) -> b)
                .orElseThrow();
        return line.replace("\"%ISOS_JAVA%\"", "exec \"$java\"")
                .replace("%ISOS_JAVA_OPTS%", "${ISOS_JAVA_OPTS-}")
                .replace("%~dp0..\\lib\\*", "$home/lib/*")
                .replace("%*", "\"$@\"")
                .split(" ");
    }

    @Test
    void bothStartTheSame() throws IOException {
        String[] shell = command(Files.readAllLines(ARCHIVE.resolve("isos")), "exec ");
        String[] windows = command(Files.readAllLines(ARCHIVE.resolve("isos.cmd")), "\"%ISOS_JAVA%\"");
        assertArrayEquals(shell, windows);
        assertTrue(List.of(windows).contains(Main.class.getName()), String.join(" ", windows));
    }

    /** Expanded inside a block, a folder such as {@code C:\Program Files (x86)} would end it. */
    @Test
    void theWindowsLauncherHasNoBlocks() throws IOException {
        List<String> lines = Files.readAllLines(ARCHIVE.resolve("isos.cmd"));
        assertEquals(
                List.of(),
                lines.stream()
                        .filter(l -> !l.startsWith("rem ") && l.matches(".*\\(\\s*|\\s*\\).*"))
                        .toList());
        assertEquals("exit /b %ERRORLEVEL%", lines.get(lines.size() - 1));
    }
}
