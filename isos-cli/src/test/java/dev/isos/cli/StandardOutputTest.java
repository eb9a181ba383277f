package dev.isos.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.report.console.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private static Optional<String> failureOf(String message) {
        StandardOutput output = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        });
        PrintStream out = new PrintStream(output);
        out.print("text");
        out.flush();
        return output.failure();
    }

    @Test
    void aReaderThatHasGoneIsNoFailure() {
        assertEquals(Optional.empty(), failureOf("Broken pipe"));
        assertEquals(Optional.of("the disk is full"), failureOf("No space left on device"));
    }

    @Test
    void colourNeedsATerminalAndConsent() {
        assertTrue(console(Map.of(), true).colour());
        assertFalse(console(Map.of(), false).colour());
        assertFalse(console(Map.of("NO_COLOR", "1"), true).colour());
        assertFalse(console(Map.of("TERM", "dumb"), true).colour());
    }

    @Test
    void columnsAreReadLeniently() {
        assertEquals(80, console(Map.of(), true).columns());
        assertEquals(120, console(Map.of("COLUMNS", "120"), true).columns());
        assertEquals(80, console(Map.of("COLUMNS", "wide"), true).columns());
        assertEquals(40, console(Map.of("COLUMNS", "1"), true).columns());
    }

    private static Console console(Map<String, String> environment, boolean terminal) {
        return new Console(System.out, System.err, environment, terminal, false);
    }
}
