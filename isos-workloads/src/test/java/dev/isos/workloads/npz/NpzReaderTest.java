package dev.isos.workloads.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NpzReaderTest {
    @TempDir
    private Path folder;

    private Map<String, NpyArray> read(byte[] array, int limit) throws IOException {
        Path file = Files.write(folder.resolve("w.npz"), NpzFiles.archive(Map.of("a", array)));
        return NpzReader.read(file, Map.of("a", limit, "absent", 1));
    }

    private void refused(String message, byte[] array, int limit) {
        IsosException e = assertThrows(IsosException.class, () -> read(array, limit));
        assertTrue(e.getMessage().endsWith(message), e.getMessage());
    }

    @Test
    void typesAndShapes() throws IOException {
        NpyArray real = read(NpzFiles.array("<f4", false, "(2, 1, 2)", NpzFiles.floats(1, -2.5f, 0, 3)), 4)
                .get("a");
        assertEquals(List.of(2, 1, 2), real.shape());
        assertArrayEquals(new float[] {1, -2.5f, 0, 3}, real.floats());
        Map<String, NpyArray> whole = read(NpzFiles.array("|i1", false, "(3,)", new byte[] {1, -2, 3}), 9);
        assertEquals(Set.of("a"), whole.keySet());
        assertArrayEquals(new byte[] {1, -2, 3}, whole.get("a").raw());
        assertEquals(
                NpyArray.Type.UINT8,
                read(NpzFiles.array("|u1", false, "()", new byte[1]), 9)
                        .get("a")
                        .type());
    }

    @Test
    void whatIsNotReadIsNamed() throws IOException {
        refused(
                "array 'a' has type '<f8', expected |i1, |u1 or <f4",
                NpzFiles.array("<f8", false, "(1,)", new byte[8]),
                9);
        refused("array 'a' is in Fortran order, expected C order", NpzFiles.array("|i1", true, "(1,)", new byte[1]), 9);
        refused(
                "array 'a' has more elements than the 9 expected",
                NpzFiles.array("|i1", false, "(999999999, 999999999)", new byte[1]),
                9);
        refused(
                "array 'a' has not as many values as its shape [4] says",
                NpzFiles.array("|i1", false, "(4,)", new byte[3]),
                9);
        refused(
                "array 'a' has not as many values as its shape [4] says",
                NpzFiles.array("|i1", false, "(4,)", new byte[5]),
                9);
        refused("array 'a' does not start like a NumPy array", new byte[3], 9);
        Path file = Files.write(folder.resolve("no.npz"), new byte[] {1, 2, 3});
        assertTrue(assertThrows(IsosException.class, () -> NpzReader.read(file, Map.of()))
                .getMessage()
                .endsWith("it is no zip archive with arrays"));
    }

    /** Its content is damaged, so that whoever unpacks it fails. */
    @Test
    void whatNobodyAskedForIsNotUnpacked() throws IOException {
        byte[] archive = NpzFiles.archive(
                Map.of("a", NpzFiles.array("|i1", false, "(1,)", new byte[] {7}), "bomb", new byte[9000]));
        String text = new String(archive, java.nio.charset.StandardCharsets.ISO_8859_1);
        int content = text.indexOf("bomb.npy") + "bomb.npy".length();
        for (int i = 0; i < 8; i++) {
            archive[content + i] = -1;
        }
        Path file = Files.write(folder.resolve("w.npz"), archive);
        assertArrayEquals(
                new byte[] {7}, NpzReader.read(file, Map.of("a", 1)).get("a").raw());
        assertThrows(IsosException.class, () -> NpzReader.read(file, Map.of("bomb", 9000)));
    }

    @Test
    @SharedData
    void anArchiveThatNumPyWrote() {
        Path file = SharedDataFolder.path("sparsity/eyerissv2_mobilenet0.5_sparse_masks.npz");
        assertThrows(IsosException.class, () -> NpzReader.read(folder.resolve("none.npz"), Map.of()));
        assertEquals(Map.of(), NpzReader.read(file, Map.of("absent", 1)));
    }
}
