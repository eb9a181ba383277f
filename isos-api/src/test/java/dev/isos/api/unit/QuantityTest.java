package dev.isos.api.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
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
        "COUNT, 4096, 4096",
        "COUNT, +5, 5",
        "COUNT, ' 5 ', 5",
        "COUNT, 1e3, 1000",
        "COUNT, 1.5E+3, 1500",
        "COUNT, 5.0, 5",
        "COUNT, -5, -5",
        "COUNT, 0, 0",
        "REAL, .5, 0.5",
        "REAL, 1e-99, 1e-99",
        "BYTES_PER_SECOND, 1.5GB/s, 1.5e9",
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

    /** What people write that others read in another way, and the sentence about it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "BYTES_PER_SECOND | 1,5GB/s | a number has no comma; its decimals stand behind a point",
                "BYTES_PER_SECOND | 1,500.5 GB/s | a number has no comma",
                "COUNT | 5,6 | a number has no comma",
                "COUNT | 1,000 | a number has no comma",
                "COUNT | ,5 | a number has no comma",
                "COUNT | 1_000 | a number has no underscore",
                "COUNT | 1 000 | thousands are not set apart",
                "COUNT | 012 | a number has no leading zero",
                "COUNT | 000 | a number has no leading zero",
                "COUNT | 0x10 | a number is decimal",
                "COUNT | 0b11 | a number is decimal",
                "COUNT | 1:30 | ':30' is too much",
                "COUNT | 5f | 'f' is too much",
                "REAL | 5d | 'd' is too much",
                "REAL | 5. | decimals follow a point",
                "REAL | 1e999 | an exponent has one or two digits",
                "REAL | 1e999999999 | an exponent has one or two digits",
                "REAL | 1e-999999999 | an exponent has one or two digits",
                "REAL | NaN | expected a number, got 'NaN'",
                "REAL | Infinity | expected a number, got 'Infinity'",
                "COUNT | yes | expected a whole number, got 'yes'",
                "COUNT | '' | expected a whole number, got ''",
                "COUNT | - | expected a whole number, got '-'",
                "COUNT | --5 | expected a whole number, got '--5'",
                "COUNT | 0.5 | got the fraction '0.5'",
                "COUNT | ٥ | digits are 0 to 9",
                "COUNT | 1٥ | digits are 0 to 9",
                "COUNT | ５ | digits are 0 to 9",
                "HERTZ | 3 | it has no unit, one of GHz, Hz, MHz, kHz",
                "HERTZ | 3 mhz | its unit is none of GHz, Hz, MHz, kHz",
                "BYTES_PER_SECOND | 128 GB | its unit is none of B/s, GB/s, GiB/s, KiB/s, MB/s, MiB/s, kB/s",
                "BYTES_PER_SECOND | 128 Gb/s | its unit is none of",
                "BYTES | 1 Mib | its unit is none of B, GB, GiB, KiB, MB, MiB, kB",
                "BYTES | 1 KB | its unit is none of",
                "SECONDS | 1 µs | its unit is none of ms, ns, ps, s, us",
            })
    void refusesAndSaysWhy(Quantity quantity, String text, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> quantity.parse(text))
                .getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void longTextsAreRefusedAtOnce() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (String text : List.of(
                "9".repeat(500_000),
                "0." + "0".repeat(500_000) + "1",
                " ".repeat(500_000),
                "1e" + "9".repeat(500_000))) {
            for (Quantity quantity : Quantity.values()) {
                // not the time on the wall, which is that of everything else on the machine too
                long begin = threads.getCurrentThreadCpuTime();
                String message = assertThrows(IllegalArgumentException.class, () -> quantity.parse(text))
                        .getMessage();
                long nanos = threads.getCurrentThreadCpuTime() - begin;
                assertTrue(nanos < 1_000_000_000, nanos + " ns");
                assertTrue(message.length() < 200, message);
            }
        }
    }

    @Test
    void wholeNumbersAreExactAndWithinBounds() {
        assertEquals(Long.MAX_VALUE, Quantity.whole("9223372036854775807", Long.MIN_VALUE, Long.MAX_VALUE));
        assertEquals(Long.MIN_VALUE, Quantity.whole("-9223372036854775808", Long.MIN_VALUE, Long.MAX_VALUE));
        assertEquals(1024, Quantity.whole("1024", 1, 1024));
        for (String text : List.of("0", "1025", "1e99", "-1")) {
            assertEquals(
                    "expected a whole number of 1 to 1024, got '" + text + "'",
                    assertThrows(IllegalArgumentException.class, () -> Quantity.whole(text, 1, 1024))
                            .getMessage());
        }
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
