package dev.isos.workloads.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Disos.fuzzCases=200000} makes a job of it; {@code -Disos.fuzzSeed} starts elsewhere. */
final class MutatedFilesTest {
    private static final int CASES = Integer.getInteger("isos.fuzzCases", 1000);
    private static final long SEED = Long.getLong("isos.fuzzSeed", 1);

    @TempDir
    private Path folder;

    @Test
    void importersRefuseWhatIsWrongInASentence() throws IOException {
        MutatedFiles fuzz = new MutatedFiles(folder);
        for (int i = 0; i < CASES; i++) {
            fuzz.run(SEED + i);
        }
        assertEquals(List.of(), fuzz.failures());
        assertTrue(fuzz.outcomes().size() > 8, "too little was refused or loaded: " + fuzz.outcomes());
    }
}
