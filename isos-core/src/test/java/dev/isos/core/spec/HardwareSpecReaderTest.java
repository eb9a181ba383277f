package dev.isos.core.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.core.TestingPlugin.IdealFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareSpecReaderTest {
    @TempDir
    Path folder;

    private final HardwareSpecReader reader = new HardwareSpecReader(Map.of("ideal", new IdealFactory()));

    @Test
    void defaultsOfEveryParameter() {
        HardwareSpec spec = reader.defaults("ideal", List.of());
        assertEquals(
                Map.of("batch", 1.0, "layersPerSegment", 2.0, "clock", 1e9, "dram.bandwidth", 2e9, "buffer", 1048576.0),
                spec.numbers());
        assertEquals(Map.of("energyTable", "unit", "mode", "fast"), spec.texts());
    }

    @Test
    void everyParameterFromAFileAndOverridesOnTop() throws IOException {
        Path file = write("chip.yaml", """
                extends: ideal
                layersPerSegment: 7
                clock: 500 MHz
                dram:
                  bandwidth: 3 GB/s
                buffer: 32 KiB
                energyTable: other
                mode: slow
                """);
        HardwareSpec spec = reader.read(file, List.of("layersPerSegment=9", "mode = fast"));
        assertEquals("chip", spec.id());
        assertEquals("ideal", spec.model());
        assertEquals(
                Map.of("batch", 1.0, "layersPerSegment", 9.0, "clock", 5e8, "dram.bandwidth", 3e9, "buffer", 32768.0),
                spec.numbers());
        assertEquals(Map.of("energyTable", "other", "mode", "fast"), spec.texts());
    }

    @Test
    void jsonWorksTooAndFilesExtendFiles() throws IOException {
        write("base.yaml", "extends: ideal\nbuffer: 2 MiB\nclock: 2 GHz\n");
        Path file = write("chip.json", "{\"extends\": \"base.yaml\", \"name\": \"mine\", \"clock\": \"3 GHz\"}");
        HardwareSpec spec = reader.read(file, List.of());
        assertEquals("mine", spec.id());
        assertEquals(2 << 20, spec.bytes("buffer"));
        assertEquals(3e9, spec.real("clock"));
    }

    @Test
    void unknownKeyIsRejectedWithLineAndNearest() throws IOException {
        Path file = write("chip.yaml", "extends: ideal\ndram:\n  bandwith: 1 GB/s\n");
        assertEquals(
                file + " line 3: unknown key 'dram.bandwith' for hardware ideal; did you mean 'dram.bandwidth'?",
                failure(file));
    }

    @Test
    void allProblemsAreToldAtOnce() throws IOException {
        Path file = write("chip.yaml", "extends: ideal\nbuffer: 1 KB\nlayersPerSegment: 1000\nmode: quick\n");
        assertEquals(
                file + " line 3: key 'layersPerSegment': expected 1 to 100, got '1000'; "
                        + file
                        + " line 2: key 'buffer': expected a size such as '32 KiB' or '1 MiB', got '1 KB': its unit is none of B, GB, GiB, KiB, MB, MiB, kB; "
                        + file + " line 4: key 'mode': expected one of fast, slow, got 'quick'",
                failure(file));
    }

    @Test
    void oddFilesAreToldInOneSentence() throws IOException {
        assertEquals("hardware file nowhere.yaml does not exist", failure(Path.of("nowhere.yaml")));
        Path list = write("list.yaml", "- a\n- b\n");
        assertEquals(list + " line 1: expected 'key: value' lines", failure(list));
        Path nested = write("nested.yaml", "extends: ideal\nclock: [1, 2]\n");
        assertEquals(
                nested + " line 2: key 'clock': expected one value, got a list; several are given by 'isos compare"
                        + " --vary clock=VALUES' or in a sweep file",
                failure(nested));
        Path orphan = write("orphan.yaml", "clock: 1 GHz\n");
        assertEquals(
                orphan + " has no key 'extends'; expected the hardware it is based on, one of ideal", failure(orphan));
        Path circle = write("circle.yaml", "extends: circle.yaml\n");
        assertEquals(
                circle.toAbsolutePath() + " extends more than 8 files, one after another; is there a circle?",
                failure(circle));
        Path typo = write("typo.yaml", "extends: ideel\n");
        assertEquals(
                typo + " line 1: 'extends: ideel' is neither a hardware nor a file; did you mean 'ideal'?",
                failure(typo));
    }

    @Test
    void overridesAreChecked() {
        assertEquals(
                "'lanes': expected key=value",
                assertThrows(IsosException.class, () -> reader.defaults("ideal", List.of("lanes")))
                        .getMessage());
        assertEquals(
                "'clok=1 GHz': unknown key 'clok' for hardware ideal; did you mean 'clock'?",
                assertThrows(IsosException.class, () -> reader.defaults("ideal", List.of("clok=1 GHz")))
                        .getMessage());
    }

    /** Values as YAML 1.1, spreadsheets and people write them, in a file and as an override: refused alike, or read alike. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layersPerSegment | 5,6 | several are given by 'isos compare --vary layersPerSegment=5,6'",
                "layersPerSegment | [5, 6] | several are given by 'isos compare --vary layersPerSegment",
                "layersPerSegment | 5..6 | several are given by 'isos compare --vary layersPerSegment=5..6'",
                "layersPerSegment | 1_0 | a number has no underscore",
                "layersPerSegment | 012 | a number has no leading zero",
                "layersPerSegment | 0x10 | a number is decimal",
                "layersPerSegment | 1:30 | ':30' is too much",
                "layersPerSegment | yes | got 'yes'",
                "layersPerSegment | '' | got ''",
                "layersPerSegment | .inf | got '.inf'",
                "layersPerSegment | 1.5 | got the fraction '1.5'",
                "layersPerSegment | 1e999999999 | an exponent has one or two digits",
                "layersPerSegment | 1e9 | expected 1 to 100, got '1e9'",
                "dram.bandwidth | 1,5GB/s | a number has no comma",
                "dram.bandwidth | 3 Gb/s | its unit is none of",
                "dram.bandwidth | 3 | it has no unit",
                "mode | fast,slow | several are given by 'isos compare --vary mode=fast,slow'",
                "mode | no | expected one of fast, slow, got 'no'"
            })
    void oneRuleInFilesAndOverrides(String key, String value, String reason) throws IOException {
        Path file = write("odd.yaml", "extends: ideal\n" + key + ": " + (value.isEmpty() ? "''" : value) + "\n");
        assertTrue(failure(file).contains(reason), failure(file));
        String override = assertThrows(IsosException.class, () -> reader.defaults("ideal", List.of(key + "=" + value)))
                .getMessage();
        assertTrue(override.contains(reason), override);
    }

    @ParameterizedTest
    @CsvSource({"5", "+5", "' 5 '", "5.0", "5e0", "0.5e1"})
    void whatIsReadIsReadAlike(String value) throws IOException {
        Path file = write("even.yaml", "extends: ideal\nlayersPerSegment: " + value + "\n");
        assertEquals(5, reader.read(file, List.of()).count("layersPerSegment"));
        assertEquals(
                5,
                reader.defaults("ideal", List.of("layersPerSegment=" + value)).count("layersPerSegment"));
    }

    @Test
    void nothingIsThereTwiceOrBehindTheEnd() throws IOException {
        for (String text : List.of(
                "clock: 1 GHz\nclock: 2 GHz\n",
                "dram.bandwidth: 1 GB/s\ndram:\n  bandwidth: 2 GB/s\n",
                "dram: {bandwidth: 1 GB/s}\ndram: {}\n")) {
            String message = failure(write("twice.yaml", "extends: ideal\n" + text));
            assertTrue(message.endsWith("is there twice"), message);
        }
        Path second = write("second.yaml", "extends: ideal\n---\nextends: ideal\nclock: 2 GHz\n");
        assertTrue(failure(second).endsWith("expected the end of the file"), failure(second));
        assertEquals(
                "'clock=2 GHz': key 'clock' already has a value from 'clock=1 GHz'; one value belongs here, several are"
                        + " given by 'isos compare --vary clock=1 GHz,2 GHz' or in a sweep file",
                assertThrows(IsosException.class, () -> reader.defaults("ideal", List.of("clock=1 GHz", "clock=2 GHz")))
                        .getMessage());
    }

    private String failure(Path file) {
        return assertThrows(IsosException.class, () -> reader.read(file, List.of()))
                .getMessage();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
