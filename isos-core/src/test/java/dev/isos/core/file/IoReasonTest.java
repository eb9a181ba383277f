package dev.isos.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class IoReasonTest {
    @TempDir
    private Path folder;

    private static String reason(Executable action) {
        return IoReason.of(assertThrows(IOException.class, action));
    }

    @Test
    void whatTheOperatingSystemSaysIsPutIntoWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        Path none = folder.resolve("none");
        assertEquals("no such file or folder", reason(() -> Files.readString(none)));
        assertEquals("no such file or folder", reason(() -> new FileOutputStream(none + "/x").close()));
        assertEquals("it is a folder", reason(() -> Files.readAllBytes(folder)));
        assertEquals("it is a folder", reason(() -> new FileOutputStream(folder.toFile()).close()));
        assertEquals("a file is in the way", reason(() -> Files.readAllBytes(file.resolve("x"))));
        assertEquals("a file is in the way", reason(() -> Files.createDirectory(file)));
        assertEquals("its name is too long", reason(() -> Files.createFile(folder.resolve("n".repeat(300)))));
        assertEquals("too many symbolic links lead to it", reason(() -> Files.readAllBytes(folder.resolve("loop"))));
        assertEquals("a folder with files is in the way", reason(() -> Files.delete(folder)));
        Files.write(file, new byte[] {(byte) 0xC3});
        assertEquals("it is not UTF-8 text", reason(() -> Files.readString(file)));
    }

    @Test
    void aFullDiskIsCalledFull() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full));
        assertEquals("the disk is full", reason(() -> Files.write(full, new byte[1])));
        try (FileOutputStream out = new FileOutputStream(full.toFile())) {
            assertEquals("the disk is full", reason(() -> out.write(1)));
        }
    }

    @Test
    void noNameOfAClassIsShown() {
        assertEquals("permission denied", IoReason.of(new AccessDeniedException("/a")));
        assertEquals("the file system is read-only", reason("Read-only file system"));
        assertEquals("the disk quota is used up", reason("Disk quota exceeded"));
        assertEquals("it would be larger than files may be", IoReason.of(new IOException("File too large")));
        assertEquals("it is not UTF-8 text", IoReason.of(new MalformedInputException(1)));
        assertEquals("it ends too early", IoReason.of(new EOFException()));
        assertEquals("it is damaged", IoReason.of(new ZipException("invalid LOC header (bad signature)")));
        assertEquals("it cannot be read or written", IoReason.of(new IOException()));
        assertEquals("it cannot be read or written", IoReason.of(new FileSystemException("/secret/path")));
        assertEquals(
                "it cannot be read or written", IoReason.of(new IOException("java.io.FooException: bar went wrong")));
        assertEquals("it cannot be read or written", IoReason.of(new IOException("caused by SomeError")));
        assertEquals("Kein Platz", reason("Kein Platz"));
    }

    @Test
    void parsersKeepTheirClassesToThemselves() {
        assertEquals(
                "Number value length (1001) exceeds the maximum allowed (1000)",
                IoReason.ofParser(
                        new IllegalStateException("Number value length (1001) exceeds the maximum allowed (1000, from"
                                + " `StreamReadConstraints.getMaxNumberLength()`)\n at [Source: (String)\"a\"]")));
        assertEquals(
                "expected <block end>, but found",
                IoReason.ofParser(new IllegalStateException(
                        "expected <block end>, but found <org.yaml.snakeyaml.tokens.BlockEntryToken object>")));
        assertEquals("unreadable", IoReason.ofParser(new NullPointerException()));
        assertEquals(
                "cannot make an instance of",
                IoReason.ofParser(new IllegalStateException("cannot make an instance of org.yaml.snakeyaml.Yaml")));
        assertEquals(
                123,
                IoReason.ofParser(new IllegalStateException("x".repeat(500))).length());
    }

    private static String reason(String system) {
        return IoReason.of(new FileSystemException("/path", null, system));
    }
}
