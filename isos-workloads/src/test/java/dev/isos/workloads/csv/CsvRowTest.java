package dev.isos.workloads.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvRowTest {
    @Test
    void cellsAreTrimmedAndLinesCounted() {
        assertEquals(
                List.of(
                        new CsvRow(1, List.of("a", "b c", "")),
                        new CsvRow(4, List.of("x, y", "say \"hi\"")),
                        new CsvRow(6, List.of("two\nlines", "1")),
                        new CsvRow(7, List.of("5\" pipe", "end"))),
                CsvRow.rows(
                        "f",
                        "\uFEFFa , b c,\r\n\n# no, row\n\"x, y\" , \"say \"\"hi\"\"\"\n\"two\nlines\",1\n5\" pipe,end"));
    }

    @Test
    void aLineOfSpacesIsNoRow() {
        assertEquals(List.of(new CsvRow(2, List.of("a"))), CsvRow.rows("f", "   \na\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,1\n\"b,2\n", "a,1\n\"b\"c,2\n"})
    void aQuoteThatIsNotClosedIsNamed(String text) {
        IsosException e = assertThrows(IsosException.class, () -> CsvRow.rows("table f", text));
        assertEquals(
                "table f, line 2 or below: expected a comma or the end of the line after the closing quote of a cell",
                e.getMessage());
    }
}
