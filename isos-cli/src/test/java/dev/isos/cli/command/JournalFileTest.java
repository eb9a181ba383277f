package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --journal}: what became of the file is noticed; -Disos.all changes every digit. */
class JournalFileTest {
    private static final int STEP = System.getProperty("isos.all") == null ? 11 : 1;

    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();
    private Path journal;
    private String spec;
    private String result;
    private byte[] whole;

    @BeforeEach
    void sweepOnce() throws IOException {
        journal = folder.resolve("journal");
        spec = Files.writeString(folder.resolve("spec.yaml"), """
                        workloads: resnet50-81
                        accelerators: isosceles
                        parameters: {lanes: 32..128}
                        """).toString();
        result = sweep().out();
        whole = Files.readAllBytes(journal);
        assertEquals(3, Files.readAllLines(journal).size());
    }

    private Invocation sweep() {
        return Invocation.of(
                isos, "sweep", spec, "-q", "--format", "json", "--journal", journal.toString(), "--threads", "1");
    }

    @Test
    void everyChangedDigitIsFoundAndToldWithItsLine() throws IOException {
        Random random = new Random(5);
        int line = 1;
        int changed = 0;
        int digits = 0;
        for (int i = 0; i < whole.length; i++) {
            if (whole[i] == '\n') {
                line++;
            } else if (whole[i] >= '0' && whole[i] <= '9' && digits++ % STEP == 0) {
                byte[] bytes = whole.clone();
                bytes[i] = (byte) ('0' + (whole[i] - '0' + 1 + random.nextInt(9)) % 10);
                Files.write(journal, bytes);
                int before = isos.runs.size();
                Invocation refused = sweep();
                assertEquals(2, refused.exitCode(), refused.err());
                assertTrue(refused.err().startsWith("isos: journal " + journal + " line " + line + " "), refused.err());
                assertEquals(1, refused.errLines().size(), refused.err());
                assertEquals(before, isos.runs.size());
                changed++;
            }
        }
        assertTrue(changed * STEP > 300, changed + " digits");
        String text = new String(whole, StandardCharsets.UTF_8);
        Files.writeString(journal, text.replaceFirst("\"cycles\":(\\d)", "\"cycles\":9$1"));
        assertEquals(
                "isos: journal " + journal
                        + " line 1 is damaged: its checksum does not fit; without that line its run"
                        + " is done again\n",
                sweep().err());
    }

    @Test
    void whereverALineIsCutShortTheSweepGoesOn() throws IOException {
        for (int length = whole.length; length >= 0; length -= 37) {
            Files.write(journal, java.util.Arrays.copyOf(whole, length));
            int kept = (int) new String(whole, 0, length, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            int before = isos.runs.size();
            Invocation again = sweep();
            assertEquals(result, again.out(), again.err());
            assertEquals(3 - kept, isos.runs.size() - before);
            assertEquals(3, Files.readAllLines(journal).size());
        }
    }

    @Test
    void linesOfTheFormatWithoutChecksumsAreRead() throws IOException {
        String old = new String(whole, StandardCharsets.UTF_8).replaceAll(",\"crc32\":\"[0-9a-f]{8}\"", "");
        Files.writeString(journal, old);
        int before = isos.runs.size();
        assertEquals(result, sweep().out());
        assertEquals(before, isos.runs.size());
        assertEquals(old, Files.readString(journal));
    }

    @Test
    void whatIsNoJournalStaysAsItIs() throws IOException {
        for (String notes :
                List.of("my notes", "my notes\n", "{\"kez", "{\"key\":\"a\"}\n", "null\n", "\u0000\u0000")) {
            Files.writeString(journal, notes);
            Invocation refused = sweep();
            assertEquals(2, refused.exitCode(), notes);
            assertEquals(
                    "isos: journal " + journal + " line 1 was not written by a sweep, or is damaged\n", refused.err());
            assertEquals(notes, Files.readString(journal));
        }
        Files.delete(journal);
        Files.createDirectory(journal);
        assertEquals("isos: cannot write journal " + journal + ": it is no regular file\n", sweep().err());
    }
}
