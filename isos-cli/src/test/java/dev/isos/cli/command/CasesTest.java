package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small inputs as people bring them, through the command line. Products are in {@link ScaleSimTest}. */
@SharedData
class CasesTest {
    private static Platform isos;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    private static JsonNode run(String file, String accelerator) throws IOException {
        Invocation run = Invocation.of(
                isos,
                "run",
                "-q",
                "--verify",
                "--format",
                "json",
                "--no-cache",
                "-w",
                SharedDataFolder.path("cases/" + file).toString(),
                "-a",
                accelerator);
        assertEquals(0, run.exitCode(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    /** One row of positions is the work of one column, on every machine. */
    @ParameterizedTest
    @CsvSource({
        "isosceles",
        "isosceles-single",
        "sparten",
        "sparten-ideal",
        "fused-layer",
        "fused-layer-ideal",
        "scnn",
        "systolic-os",
        "systolic-ws",
        "systolic-is"
    })
    void aRowIsTheWorkOfAColumn(String accelerator) throws IOException {
        JsonNode row = run("signal-row.onnx", accelerator);
        JsonNode column = run("signal-column.onnx", accelerator);
        // filters are drawn or rounded for each model: some outputs more are zero in one than in the other
        for (String field : List.of("cycles", "traffic")) {
            double expected = (field.equals("cycles")
                            ? column.get(field)
                            : column.get(field).get("total"))
                    .asDouble();
            double found =
                    (field.equals("cycles") ? row.get(field) : row.get(field).get("total")).asDouble();
            assertEquals(expected, found, 0.002 * expected, field);
        }
        assertEquals(column.get("macs").get("dense"), row.get("macs").get("dense"));
    }

    @Test
    void noWeightsAreTheSameWorkInEveryFidelity() throws IOException {
        JsonNode events = run("zero-weights.onnx", "isosceles");
        JsonNode stepped = run("zero-weights.onnx", "isosceles:fidelity=stepped");
        for (String field : List.of("cycles", "traffic", "macs", "outputSha256")) {
            assertEquals(events.get(field), stepped.get(field), field);
        }
    }

    @Test
    void aNameInQuotesMayHoldAComma() throws IOException {
        JsonNode layers = run("quoted-name.csv", "isosceles").get("layers");
        assertEquals(1, layers.size());
        assertEquals("block 1, conv", layers.get(0).get("name").asText());
        assertEquals(648, layers.get(0).get("macs").get("dense").asLong());
    }
}
