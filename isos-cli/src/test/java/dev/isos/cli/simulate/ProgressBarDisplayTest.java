package dev.isos.cli.simulate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.report.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarDisplayTest {
    private static final int LEAST_BAR = 20;

    private static String drawn(int columns) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Console console = new Console(err, err, Map.of("COLUMNS", String.valueOf(columns)), true, true);
        try (ProgressBarDisplay display = new ProgressBarDisplay(console, 157)) {
            display.preparing("googlenet-58-inception3a");
            display.skipped("one");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 120})
    void theBarIsLongEnoughToBeRead(int columns) {
        Matcher bar = Pattern.compile("\\[([=> ]*)\\]").matcher(drawn(columns));
        assertTrue(bar.find(), drawn(columns));
        assertTrue(bar.group(1).length() >= LEAST_BAR, bar.group(1).length() + " characters");
    }

    @Test
    void aWideTerminalAlsoNamesTheWorkload() {
        assertTrue(drawn(140).contains("googlenet"), drawn(140));
        assertTrue(!drawn(80).contains("googlenet"), drawn(80));
    }
}
