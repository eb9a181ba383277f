package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.core.IsosPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link HostileInputs}: 10,000 with {@code -Disos.all}, else 300; {@code -Disos.fuzzCases} and {@code -Disos.fuzzSeed} choose. */
final class HostileInputTest {
    @TempDir
    private Path folder;

    @Test
    void whateverComesIsRunOrRefusedInOneSentenceAndInTime() throws IOException {
        HostileInputs inputs = new HostileInputs(IsosPlatform.load(Optional.empty()), folder);
        int cases = Integer.getInteger("isos.fuzzCases", System.getProperty("isos.all") == null ? 300 : 10_000);
        inputs.run(Long.getLong("isos.fuzzSeed", 1), cases);
        System.out.print(inputs.table());
        assertEquals(List.of(), inputs.finds(), String.join("\n", inputs.finds()));
    }
}
