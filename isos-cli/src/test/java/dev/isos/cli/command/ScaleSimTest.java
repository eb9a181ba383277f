package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SCALE-Sim says of layers on systolic arrays, through the command line. */
class ScaleSimTest {
    private static final String HEADER =
            "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";

    @Test
    @SharedData
    void systolicArraysTakeTheSameCycles(@TempDir Path folder) throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        Map<String, List<String[]>> arrays = new LinkedHashMap<>();
        int rows = 0;
        for (String line : Files.readAllLines(SharedDataFolder.path("scalesim_crosscheck.csv"))) {
            String[] cells = line.split(",");
            if (!cells[0].equals("layer") && cells.length == 15) {
                String array = cells[8] + "," + cells[9] + "," + cells[10];
                arrays.computeIfAbsent(array, a -> new ArrayList<>()).add(cells);
                rows++;
            }
        }
        assertTrue(rows >= 30, rows + " rows");
        for (Map.Entry<String, List<String[]>> array : arrays.entrySet()) {
            String[] of = array.getKey().split(",");
            StringBuilder topology = new StringBuilder(HEADER);
            for (String[] cells : array.getValue()) {
                topology.append(String.join(",", List.of(cells).subList(0, 8))).append(",\n");
            }
            Path file = Files.writeString(folder.resolve("topology.csv"), topology);
            Invocation run = Invocation.of(
                    isos,
                    "run",
                    "-q",
                    "--format",
                    "json",
                    "--no-cache",
                    "-w",
                    file.toString(),
                    "-a",
                    "systolic-" + of[2],
                    "--set",
                    "rows=" + of[0],
                    "--set",
                    "columns=" + of[1]);
            assertEquals(0, run.exitCode(), run.err());
            JsonNode layers = new ObjectMapper().readTree(run.out()).get("layers");
            for (int i = 0; i < layers.size(); i++) {
                String[] cells = array.getValue().get(i);
                // SCALE-Sim prints the index of the last cycle, and divides by it
                long lastCycle = Long.parseLong(cells[11]);
                assertEquals(lastCycle + 1, layers.get(i).get("cycles").asLong(), String.join(" ", cells));
                double utilization = 100 * layers.get(i).get("macUtilization").asDouble() * (lastCycle + 1) / lastCycle;
                assertEquals(Double.parseDouble(cells[13]), utilization, 1e-9, String.join(" ", cells));
            }
        }
    }

    private static JsonNode run(Platform isos, Path file, String accelerator) throws IOException {
        Invocation run = Invocation.of(
                isos,
                "run",
                "-q",
                "--verify",
                "--format",
                "json",
                "--no-cache",
                "-w",
                file.toString(),
                "-a",
                accelerator);
        assertEquals(0, run.exitCode(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    /** A product has no map: its bytes don't depend on how it was written, and its cycles only by the values drawn. */
    @Test
    void aProductCostsTheSameHoweverItsMapIsWritten(@TempDir Path folder) throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        Path product = Files.writeString(folder.resolve("product.csv"), "Layer, M, N, K,\ng,1024,64,128,\n");
        Path square = Files.writeString(folder.resolve("square.csv"), HEADER + "g,32,32,1,1,128,64,1,\n");
        Path row = Files.writeString(folder.resolve("row.csv"), HEADER + "g,1,1024,1,1,128,64,1,\n");
        for (String accelerator : List.of(
                "isosceles",
                "isosceles-single",
                "sparten",
                "sparten-ideal",
                "fused-layer",
                "fused-layer-ideal",
                "scnn",
                "systolic-os",
                "systolic-ws",
                "systolic-is")) {
            JsonNode expected = run(isos, square, accelerator);
            for (Path file : List.of(product, row)) {
                JsonNode found = run(isos, file, accelerator);
                String what = file.getFileName() + " on " + accelerator;
                for (String role : List.of("weights", "inputs")) {
                    assertEquals(
                            expected.get("traffic").get(role).asLong(),
                            found.get("traffic").get(role).asLong(),
                            what + ", " + role);
                }
                double cycles = expected.get("cycles").asDouble();
                // filters are drawn for each shape, and so many outputs more are not zero: 128 bytes take a cycle
                double outputs = expected.get("traffic").get("outputs").asDouble()
                        - found.get("traffic").get("outputs").asDouble();
                assertEquals(cycles, found.get("cycles").asDouble(), 0.01 * cycles + Math.abs(outputs) / 128, what);
                assertTrue(found.get("layouts").size() <= 1, what);
            }
        }
        assertEquals(
                "128x32x32",
                run(isos, product, "isosceles")
                        .get("layouts")
                        .get(0)
                        .get("input")
                        .asText());
        assertEquals(0, run(isos, square, "isosceles").get("layouts").size());
    }

    @Test
    @SharedData
    void aLargeProductIsReadOnce() throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        Path product = SharedDataFolder.path("cases/gemm-1024x256x2048.csv");
        for (Map.Entry<String, Long> expected :
                Map.of("systolic-os", 141_316L, "systolic-is", 228_740L).entrySet()) {
            JsonNode run = run(isos, product, expected.getKey());
            assertEquals(2_097_152, run.get("traffic").get("inputs").asLong());
            assertEquals(524_288, run.get("traffic").get("weights").asLong());
            assertEquals(expected.getValue(), run.get("cycles").asLong());
        }
        JsonNode scnn = run(isos, product, "scnn");
        assertEquals(3_932_160, scnn.get("traffic").get("weights").asLong());
        assertEquals(136_737, scnn.get("cycles").asLong(), 1_367);
        JsonNode isosceles = run(isos, product, "isosceles");
        JsonNode overSquare = run(isos, SharedDataFolder.path("cases/same-product-32x32.csv"), "isosceles");
        assertEquals(overSquare.get("cycles").asLong(), isosceles.get("cycles").asLong(), 1_000);
    }
}
