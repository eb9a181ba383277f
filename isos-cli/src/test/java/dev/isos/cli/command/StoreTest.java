package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of a sweep: what became of its files is noticed; -Disos.all changes every byte. */
class StoreTest {
    private static final int STEP = System.getProperty("isos.all") == null ? 29 : 1;

    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();
    private Path store;
    private Path rows;
    private String spec;
    private String result;
    private byte[] whole;

    @BeforeEach
    void sweepOnce() throws IOException {
        store = folder.resolve("store");
        rows = store.resolve("points.jsonl");
        spec = Files.writeString(folder.resolve("spec.yaml"), """
                        workloads: resnet50-81
                        accelerators: isosceles
                        parameters: {lanes: 32..128}
                        """).toString();
        Invocation first = sweep();
        assertEquals(0, first.exitCode(), first.err());
        result = first.out();
        whole = Files.readAllBytes(rows);
        assertEquals(3, Files.readAllLines(rows).size());
    }

    private Invocation sweep() {
        return sweep("-q");
    }

    private Invocation sweep(String option) {
        return Invocation.of(
                isos, "sweep", spec, option, "--format", "json", "--store", store.toString(), "--threads", "1");
    }

    private static String sentence(Invocation refused) {
        assertEquals(2, refused.exitCode(), refused.err());
        assertEquals("", refused.out());
        assertEquals(1, refused.errLines().size(), refused.err());
        return refused.err().strip();
    }

    @Test
    void aChangedByteCostsItsRowAndNothingElse() throws IOException {
        Random random = new Random(5);
        int changed = 0;
        for (int i = 0; i < whole.length; i += STEP) {
            byte[] bytes = whole.clone();
            bytes[i] ^= (byte) (1 << random.nextInt(7));
            Files.write(rows, bytes);
            int before = isos.runs.size();
            Invocation again = sweep();
            assertEquals(0, again.exitCode(), again.err());
            assertEquals(result, again.out(), "byte " + i);
            // an end of line that is gone, or a new one, damages what is on both sides of it
            int redone = isos.runs.size() - before;
            assertTrue(redone == 1 || redone == 2 && whole[i] == '\n', redone + " runs for byte " + i);
            changed++;
        }
        assertTrue(changed * STEP >= whole.length && changed > 100, changed + " bytes");
    }

    @Test
    void damagedRowsAreTold() throws IOException {
        String text = new String(whole, StandardCharsets.UTF_8);
        Files.writeString(rows, text.replaceFirst("\"cycles\":(\\d)", "\"cycles\":9$1"));
        Invocation query = Invocation.of(isos, "sweep", "query", store.toString(), "select count(*) from points");
        assertTrue(query.err().contains("store " + store + ": damaged rows are left out: 1\n"), query.err());
        assertTrue(query.out().contains("2"), query.out());
        Invocation again = sweep("-v");
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(
                again.err().contains("store " + store + ": damaged rows are left out and their points done again: 1\n"),
                again.err());
        assertEquals(result, again.out());
    }

    @Test
    void resultsDoNotGoIntoTheStore() {
        // the store that nobody names
        assertEquals(
                "isos: --out ./spec.isos-sweep is the store of the sweep; expected another folder",
                sentence(Invocation.of(isos, "sweep", spec, "-q", "--out", "./spec.isos-sweep")));
        assertTrue(Files.notExists(Path.of("spec.isos-sweep")));
    }

    @Test
    void whereverTheFileIsCutShortTheSweepGoesOn() throws IOException {
        for (int length = whole.length; length >= 0; length -= 37) {
            Files.write(rows, Arrays.copyOf(whole, length));
            int kept = (int) new String(whole, 0, length, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            int before = isos.runs.size();
            Invocation again = sweep();
            assertEquals(result, again.out(), again.err());
            assertEquals(3 - kept, isos.runs.size() - before);
            assertEquals(3, Files.readAllLines(rows).size());
        }
    }

    /** A file system may give a file its length before its bytes, and some bytes before others. */
    @Test
    void whatAPowerFailureLeavesIsDoneAgain() throws IOException {
        int second = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        byte[] holes = whole.clone();
        Arrays.fill(holes, second, second + 300, (byte) 0);
        Files.write(rows, holes);
        int before = isos.runs.size();
        assertEquals(result, sweep().out());
        assertEquals(1, isos.runs.size() - before);
        Files.write(rows, Arrays.copyOf(Arrays.copyOf(whole, second), second + 5000));
        assertEquals(result, sweep().out());
        assertEquals(3, isos.runs.size() - before);
        assertEquals(3, Files.readAllLines(rows).size());
    }

    @Test
    void whatIsNoStoreIsRefusedAndStaysAsItIs() throws IOException {
        Path header = store.resolve("store.json");
        String ours = Files.readString(header);
        Files.writeString(header, ours.replace("\"version\":1", "\"version\":2"));
        assertEquals(
                "isos: store " + store
                        + " has version 2 of the format, but only 1 is read; in another folder the sweep starts anew",
                sentence(sweep()));
        for (String other : List.of("", "[]", "{\"format\":\"x\"}", "notes")) {
            Files.writeString(header, other);
            assertEquals(
                    "isos: " + header + " is damaged, or not that of a store of a sweep", sentence(sweep()), other);
        }
        Files.delete(header);
        assertEquals("isos: folder " + store + " is no store of a sweep, and is not empty", sentence(sweep()));
        assertEquals(whole.length, Files.size(rows));
        store = folder.resolve("journal");
        Files.writeString(store, "{\"key\":\"0123\",\"run\":{}}\n");
        assertEquals(
                "isos: store " + store
                        + " is a journal of an earlier version of Isos, which is no longer read; in another"
                        + " folder the sweep starts anew",
                sentence(sweep()));
        Files.writeString(store, "my notes\n");
        assertEquals("isos: store " + store + " is no folder", sentence(sweep()));
        assertEquals("my notes\n", Files.readString(store));
        store = store.resolve("below");
        assertEquals("isos: cannot write store " + store + ": a file is in the way", sentence(sweep()));
    }

    @Test
    void whatIsLeftByOneWhoWasKilledWhileMakingAStoreIsNoObstacle() throws IOException {
        store = Files.createDirectory(folder.resolve("begun"));
        Files.createFile(store.resolve("lock"));
        Files.writeString(store.resolve("store.json.new"), "{\"form");
        assertEquals(result, sweep().out());
        assertTrue(Files.exists(store.resolve("store.json")));
    }
}
