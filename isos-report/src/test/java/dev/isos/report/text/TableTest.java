package dev.isos.report.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final List<Column<Integer>> COLUMNS = List.of(
            Column.text("name", "name", 0, i -> "row" + i),
            Column.number("value", "a\nvalue", 0, i -> i * 1_000, i -> Units.count(i * 1_000L)),
            Column.number("square", "square", 2, i -> i * i, i -> Units.count((long) i * i)),
            Column.text("note", "note", 1, i -> "note of " + i),
            Column.hidden("secret", i -> -i));

    private static String render(int width) {
        return new Table<>(COLUMNS).rows(List.of(1)).group("more", List.of(20)).render(width, t -> t);
    }

    @Test
    void numbersAlignRightAndWordsLeft() {
        assertEquals("""
                              a
                  name    value  square  note
                  row1    1,000       1  note of 1
                more
                  row20  20,000     400  note of 20
                """, render(80));
    }

    @Test
    void theLeastImportantColumnsGoFirst() {
        String narrow = render(31);
        assertTrue(narrow.contains("note of 20") && !narrow.contains("square"), narrow);
        String narrower = render(20);
        assertTrue(narrower.contains("20,000") && !narrower.contains("note"), narrower);
        assertEquals(render(20), render(1), "columns of priority 0 stay");
    }

    @Test
    void ofEquallyImportantColumnsTheRightmostGoesFirst() {
        List<Column<String>> columns = List.of(
                Column.text("a", "", 0, s -> s),
                Column.number("b", "b", 1, s -> 1, s -> "22"),
                Column.number("c", "c", 1, s -> 1, s -> "333"));
        assertEquals("    b\nx  22\n", new Table<>(columns).rows(List.of("x")).render(8, t -> t));
    }

    @Test
    void aLongNameGetsLinesOfItsOwnBeforeColumnsThatMatterGo() {
        List<Column<String>> columns = List.of(
                Column.text("a", "", 0, s -> s),
                Column.number("b", "b", 0, s -> 1, s -> "1,000"),
                Column.number("c", "c", 1, s -> 1, s -> "22"),
                Column.number("d", "d", 2, s -> 1, s -> "333"));
        List<String> rows = List.of("machine:lanes=32:buffer=1MiB");
        assertEquals(
                " ".repeat(34) + "b   c\nmachine:lanes=32:buffer=1MiB  1,000  22\n",
                new Table<>(columns).rows(rows).render(40, t -> t));
        assertEquals(
                "        b   c    d\nmachine:lanes=32\n:buffer=1MiB\n    1,000  22  333\n",
                new Table<>(columns).rows(rows).render(20, t -> t));
    }

    @Test
    void aLastColumnOfWordsIsBrokenIntoLines() {
        List<Column<String>> columns = List.of(Column.text("a", "a", 0, s -> "x"), Column.text("b", "b", 0, s -> s));
        assertEquals(
                "a  b\nx  the quick brown fox\n   jumps over\n",
                new Table<>(columns)
                        .rows(List.of("the quick brown fox jumps over"))
                        .render(25, t -> t));
    }

    @Test
    void aLastColumnOfWordsIsCut() {
        List<Column<String>> columns = List.of(Column.text("a", "a", 0, s -> "x"), Column.text("b", "b", 0, s -> s));
        assertEquals(
                "a  b\nx  a long\n",
                new Table<>(columns).rows(List.of("a long story")).render(9, t -> t));
    }

    @Test
    void csvQuotesWhatNeedsIt() {
        List<Column<String>> columns = List.of(
                Column.hidden("text", s -> s), Column.hidden("real", s -> 0.1), Column.hidden("none", s -> null));
        assertEquals(
                "text,real,none\r\n\"say \"\"a, b\"\"\",0.1,\r\nplain,0.1,\r\n",
                Csv.write(columns, List.of("say \"a, b\"", "plain")));
    }

    @Test
    void unitsAreReadable() {
        assertEquals("1,234.57", Units.megabytes(1_234_567_890));
        assertEquals("1.500", Units.milliseconds(0.0015));
        assertEquals("2.0", Units.kibibytes(2048));
        assertEquals("3.5", Units.microjoules(3.5e6));
        assertEquals("12.5%", Units.percent(0.125));
        assertEquals("+4.8%", Units.difference(0.048));
        assertEquals("4.30x", Units.ratio(4.3));
    }

    @Test
    void proseWrapsAtWords() {
        assertEquals("[1] one two\n    three\n", Wrap.lines("[1] ", "one two three", 12));
        assertEquals("unbreakable\n", Wrap.lines("", "unbreakable", 4));
    }

    @Test
    void wideAndCombiningCharactersKeepColumnsAligned() {
        List<Column<String>> columns =
                List.of(Column.text("a", "name", 0, s -> s), Column.number("b", "b", 0, s -> 1, s -> "1"));
        List<String> names = List.of("conv1", "\u5C42\u5C42\u5C42\u5C42", "e\u0301t\u00E9", "\uD83D\uDE00", "a\nb");
        assertEquals(
                "name      b\n"
                        + "conv1     1\n"
                        + "\u5C42\u5C42\u5C42\u5C42  1\n"
                        + "e\u0301t\u00E9       1\n"
                        + "\uD83D\uDE00        1\n"
                        + "a\\nb      1\n",
                new Table<>(columns).rows(names).render(80, t -> t));
    }
}
