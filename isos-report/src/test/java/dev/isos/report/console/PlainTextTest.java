package dev.isos.report.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainTextTest {
    @Test
    void whatIsNotSeenOrMovesThingsIsShownAsAnEscape() {
        assertEquals("a\\u001b[31mred\\u0007", PlainText.line("a\u001B[31mred\u0007"));
        assertEquals("a\\nb\\tc\\rd", PlainText.line("a\nb\tc\rd"));
        assertEquals("a\nb\tc\\rd", PlainText.lines("a\nb\tc\rd"));
        assertEquals("\\u202egnp.\\u2066\\u200f\\u061c", PlainText.line("\u202Egnp.\u2066\u200F\u061C"));
        assertEquals("con\\u200bv\\u2060\\ufeff\\u00ad\\u200d", PlainText.line("con\u200Bv\u2060\uFEFF\u00AD\u200D"));
        assertEquals("\\u0085\\u009b\\u007f\\u2028\\u2029", PlainText.line("\u0085\u009B\u007F\u2028\u2029"));
        assertEquals("\\ud800x\\udc00", PlainText.line("\uD800x\uDC00"));
        assertEquals(
                "\\udb40\\udc41\\udb40\\udd00",
                PlainText.line(new StringBuilder()
                        .appendCodePoint(0xE0041)
                        .appendCodePoint(0xE0100)
                        .toString()));
        assertEquals("\\u3164\\uffff\\ue000", PlainText.line("\u3164\uFFFF\uE000"));
    }

    @Test
    void textOfAnyLanguageStays() {
        for (String text : new String[] {
            "", "conv1", "Gr\u00F6\u00DFe", "\u5C42", "\u05D0\u05D1", "e\u0301", "\uD83D\uDE00", "\u2764\uFE0F"
        }) {
            assertSame(text, PlainText.line(text));
        }
    }

    @Test
    void jsonKeepsItsData() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Random random = new Random(20261126);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 0; n < 20; n++) {
                int c = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(0x2100);
                text.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 'x' : c);
            }
            String json = PlainText.json(mapper.writeValueAsString(text.toString()));
            assertTrue(json.codePoints().allMatch(PlainText::harmless), json);
            assertEquals(text.toString(), mapper.readValue(json, String.class));
        }
    }

    @Test
    void headingsAreBoldWhereverTheyStandAndTextOfFilesIsNot() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Console console = new Console(out, out, Map.of(), true, true);
        console.result(console.heading("a\u001B[31m\nb") + "\nx\u001B[5m\n");
        console.message("cannot read 'a\n\u001B]0;title\u0007'");
        console.data("a,\u202E\r\n1,2\r\n");
        assertEquals(
                "\u001B[1ma\\u001b[31m\\nb\u001B[0m\nx\\u001b[5m\n"
                        + "isos: cannot read 'a\\n\\u001b]0;title\\u0007'" + System.lineSeparator()
                        + "a,\\u202e\n1,2\n",
                bytes.toString(StandardCharsets.UTF_8));
        bytes.reset();
        Console pipe = new Console(out, out, Map.of(), false, false);
        assertFalse(pipe.colour());
        pipe.data("a,\u202E\r\n");
        assertEquals("a,\u202E\r\n", bytes.toString(StandardCharsets.UTF_8), "a pipe gets the data");
    }

    @Test
    void columnsOfATerminal() {
        assertEquals(5, TextWidth.of("conv1"));
        assertEquals(4, TextWidth.of("\u5C42\uFF11"));
        assertEquals(1, TextWidth.of("e\u0301"));
        assertEquals(2, TextWidth.of("\uD83D\uDE00"));
        assertEquals(2, TextWidth.of("\uAC00"));
        assertEquals(2, TextWidth.of("\u1100\u1161\u11A8"), "one syllable");
        assertEquals(1, TextWidth.of("\u00E9"));
        assertEquals(1, TextWidth.of("\u2192"));
        assertEquals(1, TextWidth.of("\u2610"));
        assertEquals(2, TextWidth.of("\u2614"));
        assertEquals("\u5C42", TextWidth.cut("\u5C42\u5C42", 3));
        assertEquals("e\u0301", TextWidth.cut("e\u0301f", 1));
        assertEquals("", TextWidth.cut("\uD83D\uDE00", 1));
    }
}
