package dev.isos.report.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static Console console(boolean terminal, Map<String, String> environment) {
        return new Console(System.out, System.err, environment, terminal, terminal);
    }

    @Test
    void whatTheUserSaysComesBeforeTheTerminal() {
        Map<String, String> both = Map.of("COLUMNS", "100", "ISOS_TERMINAL_COLUMNS", "120");
        assertEquals(100, console(true, both).columns());
        assertEquals(100, console(false, both).columns());
        Map<String, String> terminal = Map.of("ISOS_TERMINAL_COLUMNS", "120");
        assertEquals(120, console(true, terminal).columns());
        assertEquals(80, console(false, terminal).columns(), "a pipe has no width");
        assertEquals(80, console(true, Map.of("ISOS_TERMINAL_COLUMNS", "0")).columns());
        assertEquals(80, console(true, Map.of("COLUMNS", "wide")).columns());
        assertEquals(40, console(true, Map.of("COLUMNS", "3")).columns());
    }

    @Test
    void coloursAndUnicodeOnlyWhereTheyAreRead() {
        assertTrue(console(true, Map.of("LANG", "de_DE.UTF-8")).unicode());
        assertFalse(console(true, Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "C")).unicode());
        assertFalse(console(true, Map.of()).unicode());
        assertFalse(console(false, Map.of("LANG", "C.utf8")).unicode());
        assertTrue(console(true, Map.of()).colour());
        assertFalse(console(true, Map.of("NO_COLOR", "1")).colour());
        assertFalse(console(false, Map.of()).colour());
    }
}
