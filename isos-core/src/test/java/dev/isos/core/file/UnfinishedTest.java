package dev.isos.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedTest {
    @TempDir
    private Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** Another process: holds what is being written until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Unfinished held = Unfinished.of(Path.of(args[0]), args[1]);
            Files.createDirectory(held.path());
            Files.writeString(held.path().resolve("part"), "half");
            System.out.println("held");
            Thread.sleep(TimeUnit.MINUTES.toMillis(1));
        }
    }

    private Process holder(String name) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holder.class.getName(),
                        folder.toString(),
                        name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("held", out.readLine());
        return process;
    }

    @Test
    void oneProcessAtATimeAndAKilledOneBlocksNobody() throws IOException, InterruptedException {
        Process other = holder("a/out");
        IOException taken = assertThrows(IOException.class, () -> Unfinished.of(folder, "a/out"));
        assertTrue(Unfinished.isTaken(taken));
        assertEquals("another process of Isos, or this one, is writing it", IoReason.of(taken));
        // Something else may be written beside it, also under the same last name, and sweeps nothing of it.
        Unfinished.of(folder, "b/out").close();
        assertEquals(2, files().size(), files().toString());
        other.destroyForcibly().waitFor();
        assertEquals(2, files().size(), files().toString());
        // The next one to write anything here tidies up.
        try (Unfinished next = Unfinished.of(folder, "c")) {
            assertEquals(1, files().size(), files().toString());
            assertTrue(Files.notExists(next.path()));
        }
        assertEquals(List.of(), files());
    }

    @Test
    void theSameProcessCannotWriteTwiceAndKeepsItsLockWhenOthersAreTried() throws IOException, InterruptedException {
        try (Unfinished first = Unfinished.of(folder, "out")) {
            Files.writeString(first.path(), "half");
            assertTrue(Unfinished.isTaken(assertThrows(IOException.class, () -> Unfinished.of(folder, "out"))));
            Unfinished.sweep(folder);
            assertTrue(Files.exists(first.path()));
            // To open and close the lock's file in this process would end the lock.
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx32m",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Holder.class.getName(),
                            folder.toString(),
                            "out")
                    .redirectErrorStream(true)
                    .start();
            assertTrue(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("TakenException"));
            assertEquals(1, other.waitFor());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void onlyOurOwnIsSwept() throws IOException {
        Files.writeString(folder.resolve(".x.isos-0123abcd.lock"), "");
        Files.createDirectories(folder.resolve(".x.isos-0123abcd.tmp/a/b"));
        Path target = Files.writeString(folder.resolve("target"), "mine");
        Files.createSymbolicLink(folder.resolve(".x.isos-0123abcd.tmp/link"), target);
        List<String> foreign =
                List.of(".x.isos-0123.lock", ".y.isos-0123abcd.tmp", ".z.lock", "target", "x.isos-0123abcd.lock");
        for (String name : foreign) {
            Files.writeString(folder.resolve(name), "mine");
        }
        Files.createDirectory(folder.resolve(".d.isos-0123abcd.lock"));
        Unfinished.sweep(folder);
        assertEquals(
                Stream.concat(Stream.of(".d.isos-0123abcd.lock"), foreign.stream())
                        .sorted()
                        .toList(),
                files());
        assertEquals("mine", Files.readString(target));
    }

    @Test
    void namesAsLongAsFilesMayHave() throws IOException {
        for (String letter : List.of("n", "\u00E4", "\u6F22")) {
            int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
            try (Unfinished one = Unfinished.of(folder, letter.repeat(255 / bytes));
                    Unfinished other = Unfinished.of(folder, letter.repeat(255 / bytes - 1))) {
                Files.writeString(one.path(), "1");
                Files.writeString(other.path(), "2");
            }
        }
        assertEquals(List.of(), files());
    }
}
