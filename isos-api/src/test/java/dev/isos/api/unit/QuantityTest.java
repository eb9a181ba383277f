package dev.isos.api.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "BYTES, 1 MiB, 1048576",
        "BYTES, 32KiB, 32768",
        "BYTES, 1.5 KiB, 1536",
        "BYTES, 2 MB, 2000000",
        "BYTES_PER_SECOND, 128 GB/s, 128e9",
        "HERTZ, 1 GHz, 1e9",
        "HERTZ, 500MHz, 5e8",
        "SECONDS, 100 ns, 1e-7",
        "COUNT, 4_096, 4096",
        "REAL, 0.25, 0.25"
    })
    void reads(Quantity quantity, String text, double value) {
        assertEquals(value, quantity.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 KB", "1", "MiB", "-", "1 MiB/s", "1.0001 KiB", "1e999 B", ""})
    void refusesWhatIsNoSize(String text) {
        assertThrows(IllegalArgumentException.class, () -> Quantity.BYTES.parse(text));
    }

    @Test
    void refusalSaysWhatWasExpected() {
        assertEquals(
                "expected a frequency such as '1 GHz', got '3'",
                assertThrows(IllegalArgumentException.class, () -> Quantity.HERTZ.parse("3"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "BYTES, 1 MiB",
        "BYTES, 32 KiB",
        "BYTES, 17 B",
        "BYTES_PER_SECOND, 128 GB/s",
        "HERTZ, 1 GHz",
        "SECONDS, 100 ns"
    })
    void writesWhatItReads(Quantity quantity, String text) {
        assertEquals(text, quantity.format(quantity.parse(text)));
    }
}
